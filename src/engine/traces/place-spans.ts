import type { Span } from '#model';

/** A span on the clock of the root, within its parent. */
export interface PlacedSpan {
  readonly span: Span;
  readonly fromMs: number;
  readonly toMs: number;
  /** Spans that it waited for. */
  readonly children: PlacedSpan[];
}

/** The spans of a request as a tree, and how many are not in it. */
export interface Placement {
  readonly root: PlacedSpan;
  readonly leftOut: number;
}

/**
 * Puts the spans of a trace into a tree with one clock.
 *
 * A child of another service that lies outside its parent although it would fit has a clock that is off: it is moved, with
 * all below it, to the middle of its parent, as if the way there and back had taken the same time. Everything else is cut at the
 * edges of its parent. Consumers of messages, and what they did, are no part of the request.
 *
 * @param trace  spans of one trace, any order; hostile input
 * @returns undefined where no span can be the root, or the longest one has no duration
 * Cost O(n). Ref: the clock-skew adjustment of Jaeger's query service, which centres spans in the same way.
 */
export function placeSpans(trace: readonly Span[]): Placement | undefined {
  const usable = trace.filter(isUsable);
  const byId = new Map<string, Span>();
  for (const span of usable) {
    if (!byId.has(span.spanId)) {
      byId.set(span.spanId, span);
    }
  }
  const below = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of byId.values()) {
    const { parentSpanId } = span;
    if (parentSpanId === undefined || !byId.has(parentSpanId)) {
      roots.push(span);
    } else if (span.kind !== 'CONSUMER') {
      const siblings = below.get(parentSpanId) ?? [];
      siblings.push(span);
      below.set(parentSpanId, siblings);
    }
  }
  const first = roots.toSorted(byLength)[0];
  if (!first || !(first.durationSeconds > 0)) {
    return undefined;
  }
  const root = place(first, 0, first.startMs, endOf(first));
  const queue = [{ placed: root, shiftMs: 0 }];
  let inTree = 0;
  for (const { placed, shiftMs } of queue) {
    inTree += 1;
    for (const child of below.get(placed.span.spanId) ?? []) {
      const shift = shiftMs + skewOf(child, placed, shiftMs);
      const own = place(child, shift, placed.fromMs, placed.toMs);
      placed.children.push(own);
      queue.push({ placed: own, shiftMs: shift });
    }
  }
  return { root, leftOut: trace.length - inTree };
}

/** Children that took time, the last to end first; equal ones in an order that does not depend on the input's. */
export function childrenOf({ children }: PlacedSpan): readonly PlacedSpan[] {
  return children
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .sort(
      (left, right) =>
        right.toMs - left.toMs || left.fromMs - right.fromMs || (left.span.spanId < right.span.spanId ? -1 : 1)
    );
}

function isUsable({ startMs, durationSeconds }: Span): boolean {
  return Number.isFinite(startMs) && Number.isFinite(startMs + durationSeconds * 1000) && durationSeconds >= 0;
}

function byLength(left: Span, right: Span): number {
  return (
    right.durationSeconds - left.durationSeconds ||
    left.startMs - right.startMs ||
    (left.spanId < right.spanId ? -1 : 1)
  );
}

function endOf({ startMs, durationSeconds }: Span): number {
  return startMs + durationSeconds * 1000;
}

function place(span: Span, shiftMs: number, leastMs: number, mostMs: number): PlacedSpan {
  const within = (atMs: number): number => Math.min(mostMs, Math.max(leastMs, atMs + shiftMs));
  return { span, fromMs: within(span.startMs), toMs: within(endOf(span)), children: [] };
}

/** Milliseconds by which a child is moved, beyond what its parent was. */
function skewOf(child: Span, parent: PlacedSpan, shiftMs: number): number {
  const fromMs = child.startMs + shiftMs;
  const toMs = endOf(child) + shiftMs;
  const spare = parent.toMs - parent.fromMs - (toMs - fromMs);
  const isInside = fromMs >= parent.fromMs && toMs <= parent.toMs;
  return child.service === parent.span.service || isInside || spare < 0 ? 0 : parent.fromMs + spare / 2 - fromMs;
}
