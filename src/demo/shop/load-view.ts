import type { Edge } from './edge.ts';
import { SPAN_BOUNDS } from './latency-histogram.ts';

/** What came in at a node over the last steps. Null where nothing came in. */
export interface RecentLoad {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly errorRatio: number | null;
  readonly latencyP99Seconds: number | null;
}

interface Totals {
  readonly seconds: number;
  readonly byCallee: ReadonlyMap<string, { readonly counts: Float64Array; readonly failed: number }>;
}

/** Remembers the totals of the last `steps` scrapes, and compares the ends. */
export class LoadView {
  readonly #steps: number;
  readonly #history: Totals[] = [];

  constructor(steps: number) {
    this.#steps = steps;
  }

  record(edges: Iterable<Edge>, seconds: number): void {
    const byCallee = new Map<string, { counts: Float64Array; failed: number }>();
    for (const edge of edges) {
      const totals = byCallee.get(edge.spec.callee) ?? { counts: new Float64Array(SPAN_BOUNDS.length + 1), failed: 0 };
      edge.client.counts.forEach((count, i) => {
        totals.counts[i] = (totals.counts[i] ?? 0) + count;
      });
      totals.failed += edge.failedCalls;
      byCallee.set(edge.spec.callee, totals);
    }
    this.#history.push({ seconds, byCallee });
    if (this.#history.length > this.#steps + 1) {
      this.#history.shift();
    }
  }

  /** Load of every node that has callers, as its callers saw it. */
  read(): readonly RecentLoad[] {
    const to = this.#history.at(-1);
    const from = this.#history[0];
    if (!to || !from || to === from) {
      return [];
    }
    return [...to.byCallee].map(([name, totals]) => {
      const before = from.byCallee.get(name);
      const counts = totals.counts.map((count, i) => count - (before?.counts[i] ?? 0));
      const count = counts.reduce((sum, value) => sum + value, 0);
      const failed = totals.failed - (before?.failed ?? 0);
      return {
        name,
        requestsPerSecond: count / (to.seconds - from.seconds),
        errorRatio: count === 0 ? null : failed / count,
        latencyP99Seconds: count === 0 ? null : quantile(0.99, counts, count),
      };
    });
  }
}

function quantile(q: number, counts: Float64Array, total: number): number {
  let below = 0;
  for (let i = 0; i < SPAN_BOUNDS.length; i++) {
    const count = counts[i] ?? 0;
    const upper = SPAN_BOUNDS[i] ?? 0;
    if (below + count >= q * total) {
      const lower = i === 0 ? 0 : (SPAN_BOUNDS[i - 1] ?? 0);
      return lower + ((upper - lower) * (q * total - below)) / count;
    }
    below += count;
  }
  return SPAN_BOUNDS.at(-1) ?? 0;
}
