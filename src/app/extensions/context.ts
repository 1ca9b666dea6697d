import type { RcaTarget } from '#model';

/** Labels and attributes that name a service, most specific first. */
const SERVICE_LABELS = ['service_name', 'service.name', 'service', 'resource.service.name', 'app', 'job', 'server'];

type Bag = Readonly<Record<string, unknown>>;

/**
 * Finds the service and the time range in whatever an extension point hands over. Every shape is guarded: the context
 * may be undefined, and differs between Grafana versions.
 * @returns undefined when no service can be named, so that the link is hidden
 */
export function toRcaTarget(context: unknown): RcaTarget | undefined {
  if (!isBag(context)) {
    return undefined;
  }
  const service = fromAttributes(context) ?? fromAlert(context) ?? fromData(context) ?? fromQueries(context);
  return service === undefined ? undefined : { service, ...toTimeRange(context.timeRange) };
}

/** Reads the service of a trace's or log line's resource attributes. */
function fromAttributes(context: Bag): string | undefined {
  return isBag(context.attributes) ? fromLabels(context.attributes) : undefined;
}

/** Reads the service of an alert rule (`labels`) or an alert instance (`instance.labels`, `rule.labels`). */
function fromAlert(context: Bag): string | undefined {
  const holders = [context.instance, context, context.rule];
  for (const holder of holders) {
    const found = isBag(holder) && isBag(holder.labels) ? fromLabels(holder.labels) : undefined;
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Reads the service of the series a panel shows, if all of them are of one service. */
function fromData(context: Bag): string | undefined {
  const data = context.data;
  const series = isBag(data) && Array.isArray(data.series) ? (data.series as unknown[]) : [];
  const found = new Set<string>();
  for (const frame of series) {
    const fields = isBag(frame) && Array.isArray(frame.fields) ? (frame.fields as unknown[]) : [];
    for (const field of fields) {
      const service = isBag(field) && isBag(field.labels) ? fromLabels(field.labels) : undefined;
      if (service !== undefined) {
        found.add(service);
      }
    }
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** Reads an equality matcher of a query, for example `{service_name="payment"}`. */
function fromQueries(context: Bag): string | undefined {
  const targets = Array.isArray(context.targets) ? (context.targets as unknown[]) : [];
  for (const target of targets) {
    if (!isBag(target)) {
      continue;
    }
    if (typeof target.service === 'string' && target.service !== '') {
      return target.service;
    }
    const text = typeof target.expr === 'string' ? target.expr : typeof target.query === 'string' ? target.query : '';
    const match = /(?:^|[{,\s.])(?:service_name|service|service\.name|server)\s*=\s*"([^"\\$]{1,253})"/.exec(text);
    if (match?.[1]) {
      return match[1];
    }
  }
  return undefined;
}

function fromLabels(labels: Bag): string | undefined {
  for (const name of SERVICE_LABELS) {
    const value = labels[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first !== '') {
      return first;
    }
  }
  return undefined;
}

function toTimeRange(range: unknown): Pick<RcaTarget, 'from' | 'to'> {
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
  const value = typeof bound === 'number' ? bound : isBag(bound) ? Number(bound.valueOf()) : Number.NaN;
  return Number.isFinite(value) ? String(Math.trunc(value)) : undefined;
}

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null;
}
