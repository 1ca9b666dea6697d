import type { EdgeReading, EpochMs, NodeReading, TimeWindow } from '#model';
import type { SpanTopology } from '#telemetry';

const MAX_NODES = 5000;
const MAX_EDGES = 20_000;

/**
 * What samples of traces showed of late. Each sample shows a part of the graph; together they show most of it. What was
 * not seen for as long as is looked back is forgotten.
 */
export class SpanMemory {
  private readonly lookbackMs: number;
  private nodes = new Map<string, NodeReading>();
  private edges = new Map<string, EdgeReading>();
  private readMs = -Infinity;

  constructor(lookbackMs: number) {
    this.lookbackMs = lookbackMs;
  }

  /** The stretch that was not sampled yet, at most `longestMs`; undefined when the newest sample is as new. */
  next(nowMs: EpochMs, longestMs: number, everyMs: number): TimeWindow | undefined {
    if (nowMs < this.readMs) {
      // The clock went back, as when a simulated world starts again.
      this.nodes.clear();
      this.edges.clear();
      this.readMs = -Infinity;
    }
    return nowMs - this.readMs < everyMs
      ? undefined
      : { fromMs: Math.max(0, this.readMs, nowMs - longestMs), toMs: nowMs };
  }

  add(sample: SpanTopology, nowMs: EpochMs): void {
    this.readMs = nowMs;
    const oldest = nowMs - this.lookbackMs;
    this.nodes = merge(this.nodes, sample.nodes, ({ name }) => name, oldest, MAX_NODES);
    this.edges = merge(
      this.edges,
      sample.edges,
      ({ caller, callee }) => JSON.stringify([caller, callee]),
      oldest,
      MAX_EDGES
    );
  }

  get known(): SpanTopology {
    return { nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

/** The newer sighting with the age of the older; the oldest go first when there are too many. */
function merge<T extends { readonly firstSeenMs?: EpochMs; readonly lastSeenMs?: EpochMs }>(
  known: ReadonlyMap<string, T>,
  seen: readonly T[],
  keyOf: (item: T) => string,
  oldestMs: EpochMs,
  limit: number
): Map<string, T> {
  const merged = new Map(known);
  for (const item of seen) {
    const key = keyOf(item);
    const before = merged.get(key);
    const firstSeenMs = Math.min(before?.firstSeenMs ?? Infinity, item.firstSeenMs ?? Infinity);
    const lastSeenMs = Math.max(before?.lastSeenMs ?? -Infinity, item.lastSeenMs ?? -Infinity);
    merged.set(key, { ...before, ...item, firstSeenMs, lastSeenMs });
  }
  const current = [...merged].filter(([, { lastSeenMs = 0 }]) => lastSeenMs >= oldestMs);
  return new Map(
    current.length <= limit
      ? current
      : current.sort(([, a], [, b]) => (b.lastSeenMs ?? 0) - (a.lastSeenMs ?? 0)).slice(0, limit)
  );
}
