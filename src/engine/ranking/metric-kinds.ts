import { RANKING_FEATURES, type FeatureMethod, type RankingFeature } from './feature-names.ts';
import type { MetricKind } from './ranking-case.ts';
import type { RankedKind } from './ranking-result.ts';
import type { ScoredSeries } from './series-evidence.ts';
import { openSquash } from './squash.ts';

/** How far a kind goes as a cause: a resource explains latency, not the other way round. */
const CAUSAL_WEIGHT: Readonly<Record<RankedKind['kind'], number>> = {
  cpu: 2,
  mem: 2.6,
  avail: 1.8,
  error: 1.8,
  event: 2,
  disk: 1,
  tnet: 1,
  logsev: 0.9,
  latency: 0.8,
  struct: 0.8,
  logbad: 0.8,
  self: 0.6,
  net: 0.6,
  client_latency: 0.6,
  lognovel: 0.5,
  other: 0.5,
  traffic: 0.4,
  loglines: 0.4,
};
const BOTH_WAYS: ReadonlySet<MetricKind> = new Set<MetricKind>(['traffic', 'struct', 'loglines']);
const STRUCTURE: readonly RankingFeature[] = ['s_miss', 's_novel', 'l_miss', 'l_novel', 'l_err'];
/** Twice the deviation speaks for a kind less than twice as much: victims often deviate further than what made them. */
const EVIDENCE_POWER = 0.75;
const column = (name: RankingFeature): number => RANKING_FEATURES.indexOf(name);

/**
 * Orders the metric kinds of one service by how much they speak for being the place of the fault.
 *
 * @param own  usable series of the service
 * @param x  its features
 * @param withEvents  whether the case has spans or log templates
 * @param method  the reference weighs evidence itself, the current one its power of 0.75
 * @returns kinds with their weighted evidence, not capped, largest first
 * Cost O(series). Ref: RCA specification 6, with a power of our own. Coverage is not applied here.
 */
export function rankKinds(
  own: readonly ScoredSeries[],
  x: Float64Array,
  withEvents: boolean,
  method: FeatureMethod
): readonly RankedKind[] {
  const evidence = new Map<RankedKind['kind'], number>();
  const raise = (kind: RankedKind['kind'], value: number): void => {
    evidence.set(kind, Math.max(evidence.get(kind) ?? 0, value));
  };
  for (const { source, deviation } of own) {
    raise(source.kind, openSquash(harmOf(source.kind, deviation)));
  }
  if (withEvents) {
    raise('event', Math.max(...STRUCTURE.map((name) => x[column(name)] ?? 0)));
    raise('tnet', x[column('dur_in_min')] ?? 0);
  }
  const power = method === 'reference' ? 1 : EVIDENCE_POWER;
  return [...evidence]
    .map(([kind, value]) => ({ kind, value: value ** power * CAUSAL_WEIGHT[kind] }))
    .sort((left, right) => right.value - left.value);
}

function harmOf(kind: MetricKind, { up, down }: { readonly up: number; readonly down: number }): number {
  return BOTH_WAYS.has(kind) ? Math.max(up, down) : kind === 'avail' ? down : up;
}
