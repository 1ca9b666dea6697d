import type { RankingCase, RankingSeries } from '../ranking-case.ts';

/** Fifteen quiet values around a level. */
export function quietValues(level: number): Float64Array {
  return Float64Array.from({ length: 15 }, (_, i) => level * (1 + ((i % 5) - 2) / 100));
}

/** A series that goes from one level to another. */
export function stepSeries(service: number, kind: RankingSeries['kind'], from: number, to: number): RankingSeries {
  return { service, metric: kind, kind, baseline: quietValues(from), incident: Float64Array.of(to, to, to) };
}

/** Three services in a row: 0 calls 1, 1 calls 2; nothing is wrong unless the series say so. */
export function chainCase(series: readonly RankingSeries[], change: Partial<RankingCase> = {}): RankingCase {
  return {
    services: [{ type: 'service' }, { type: 'service' }, { type: 'service' }],
    edges: [
      [0, 1],
      [1, 2],
    ],
    entry: 0,
    target: { service: 0, metric: 'latency' },
    series,
    incidentRows: 3,
    baselineRows: 30,
    ...change,
  };
}
