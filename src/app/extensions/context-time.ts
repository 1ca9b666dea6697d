import type { RcaTarget } from '#model';

type Bag = Readonly<Record<string, unknown>>;
type Times = Pick<RcaTarget, 'from' | 'to'>;

/** How far a link reaches before and after the one instant that is known. */
const AROUND_MS = 30 * 60_000;
/** An alert is noticed after it began. */
const BEFORE_ALERT_MS = 60 * 60_000;
/** Years 2001 to 2286 in milliseconds; times in micro- and nanoseconds lie above. */
const MS_RANGE = [1e12, 1e13] as const;

/** The time to analyse: around the span or from before the alert, else what the view shows. Empty when nothing is known. */
export function toTimes(context: Bag): Times {
  const shown = toRange(context.timeRange);
  const alertMs = toInstant(isBag(context.instance) ? context.instance.activeAt : undefined);
  if (alertMs !== undefined) {
    return { from: String(alertMs - BEFORE_ALERT_MS), to: 'now' };
  }
  const spanMs = toInstant(context.spanStartTime);
  // A trace that was opened by its id may be older than the range beside it.
  return spanMs === undefined || isWithin(spanMs, shown)
    ? shown
    : { from: String(spanMs - AROUND_MS), to: String(spanMs + AROUND_MS) };
}

/** An instant as epoch ms, from text or a number of milli-, micro- or nanoseconds; undefined for anything else. */
function toInstant(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const parsed = Date.parse(value);
    return parsed >= MS_RANGE[0] && parsed < MS_RANGE[1] ? parsed : undefined;
  }
  if (typeof value !== 'number') {
    return undefined;
  }
  const unit = [1, 1e3, 1e6].find((divisor) => value / divisor >= MS_RANGE[0] && value / divisor < MS_RANGE[1]);
  return unit === undefined ? undefined : Math.trunc(value / unit);
}

/** Relative ranges cannot be compared without a clock; they are left alone. */
function isWithin(atMs: number, { from, to }: Times): boolean {
  const [start, end] = [Number(from), Number(to)];
  return !(atMs < start || atMs > end);
}

function toRange(range: unknown): Times {
  if (!isBag(range)) {
    return {};
  }
  const source = isBag(range.raw) ? range.raw : range;
  const from = toBound(source.from);
  const to = toBound(source.to);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** A bound is `now-1h`, epoch ms, or a moment-like object. */
function toBound(bound: unknown): string | undefined {
  if (typeof bound === 'string' && bound !== '') {
    return bound;
  }
  const value = isBag(bound) && typeof bound.valueOf === 'function' ? bound.valueOf() : bound;
  return typeof value === 'number' && Number.isFinite(value) ? String(Math.trunc(value)) : undefined;
}

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null;
}
