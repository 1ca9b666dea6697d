import { describe, expect, it } from 'vitest';
import { RANKING_FEATURES, type RankingFeature } from './feature-names.ts';
import { UNTRAINED_WEIGHTS } from './prior-weights.ts';
import { rankCase } from './rank-case.ts';
import type { RankedService, Ranker } from './ranking-result.ts';
import type { RankingDefaults, RankingWeights } from './ranking-weights.ts';
import { ruledWeights } from './testing/random-case.ts';
import { chainCase, stepSeries } from './testing/small-case.ts';

const valueOf = ({ features }: RankedService, name: RankingFeature): number =>
  features[RANKING_FEATURES.indexOf(name)]!;

/** Slow all the way up: 2 is slow, 1 and 0 wait for it. */
const SLOW_CHAIN = [
  stepSeries(0, 'latency', 0.2, 1.2),
  stepSeries(1, 'latency', 0.15, 1.15),
  stepSeries(2, 'latency', 0.1, 1.1),
  ...[0, 1, 2].map((service) => stepSeries(service, 'traffic', 10, 10)),
];

describe('rankCase', () => {
  it('blames the service whose slowness no callee explains', () => {
    const { decision, ranking } = rankCase(chainCase(SLOW_CHAIN), UNTRAINED_WEIGHTS);
    expect(decision).toBe('root-cause');
    expect(ranking.map(({ service }) => service)).toEqual([2, 1, 0]);
    const [cause, middle] = ranking;
    expect(valueOf(cause!, 'lat_un')).toBeCloseTo(valueOf(cause!, 'lat'), 9);
    expect(valueOf(middle!, 'lat_un')).toBeCloseTo(0, 9);
    expect(valueOf(cause!, 'impact')).toBeCloseTo(1, 9);
  });

  it('says "no significant root cause" where nothing changed, and still lists the services', () => {
    const quiet = [0, 1, 2].map((service) => stepSeries(service, 'latency', 0.2, 0.2));
    const { decision, ranking, threshold, calibrated } = rankCase(chainCase(quiet), UNTRAINED_WEIGHTS);
    expect([decision, ranking.length, threshold, calibrated]).toEqual(['no-significant-root-cause', 3, 5.2, false]);
  });

  it('names a cause at a lower threshold only when there is evidence', () => {
    const quiet = [0, 1, 2].map((service) => stepSeries(service, 'latency', 0.2, 0.2));
    expect(rankCase(chainCase(quiet), UNTRAINED_WEIGHTS, { threshold: -100 }).decision).toBe(
      'no-significant-root-cause'
    );
    expect(rankCase(chainCase(SLOW_CHAIN), UNTRAINED_WEIGHTS, { threshold: 100 })).toMatchObject({
      decision: 'no-significant-root-cause',
      calibrated: true,
    });
  });

  it('says "insufficient data" where no service has a usable series', () => {
    const short = { ...stepSeries(1, 'latency', 1, 9), baseline: Float64Array.of(1, 1, 1, 1) };
    const { decision, ranking, diagnostics, kinds } = rankCase(chainCase([short]), UNTRAINED_WEIGHTS);
    expect([decision, ranking, kinds(1)]).toEqual(['insufficient-data', [], []]);
    expect(diagnostics.droppedSeries).toEqual([{ series: 0, reason: 'few-baseline-values' }]);
    expect(diagnostics.silentServices).toEqual([0, 1, 2]);
  });

  it('lets paths pass through a silent middle service', () => {
    const { ranking, diagnostics } = rankCase(
      chainCase(SLOW_CHAIN.filter(({ service }) => service !== 1)),
      UNTRAINED_WEIGHTS
    );
    expect(ranking.map((item) => [item.service, valueOf(item, 'reach'), valueOf(item, 'apath')])).toEqual([
      [0, 1, 1],
      [2, 1, 0],
    ]);
    expect(diagnostics.silentServices).toEqual([1]);
  });

  it('lowers the confidence of a short baseline by the root of its length', () => {
    const confidence = (baselineRows: number): number =>
      rankCase(chainCase(SLOW_CHAIN, { baselineRows }), UNTRAINED_WEIGHTS).ranking[0]!.confidence;
    expect(confidence(5)).toBeCloseTo(confidence(20) / 2, 12);
    expect(confidence(400)).toBe(confidence(20));
  });

  it('ranks by the linear score alone where the graph is unknown', () => {
    const { ranker, ranking, diagnostics } = rankCase(chainCase(SLOW_CHAIN, { edges: [] }), ruledWeights());
    expect([ranker, diagnostics.withoutGraph, ranking[0]!.network]).toEqual(['linear', true, undefined]);
    expect(ranking.map((item) => [valueOf(item, 'reach'), valueOf(item, 'apath'), valueOf(item, 'leafness')])).toEqual(
      [0, 1, 2].map(() => [1, 1, 0])
    );
  });

  it('counts edges that cannot be used, and goes on', () => {
    const edges = [
      [0, 1],
      [0, 1],
      [1, 1],
      [1, 2],
      [1, 9],
      [2, 0],
    ] as const;
    const { diagnostics, ranking } = rankCase(chainCase(SLOW_CHAIN, { edges, entry: 7 }), UNTRAINED_WEIGHTS);
    expect(diagnostics).toMatchObject({ ignoredEdges: { unknown: 1, duplicate: 1, self: 1 }, withoutEntry: true });
    expect(ranking.every((item) => valueOf(item, 'reach') === 1)).toBe(true);
  });

  it('orders equal scores by symptom, then by impact, then by place', () => {
    const none = { ...UNTRAINED_WEIGHTS, linear: new Float64Array(RANKING_FEATURES.length) };
    const series = [
      stepSeries(0, 'latency', 0.2, 0.2),
      stepSeries(1, 'latency', 0.2, 0.9),
      stepSeries(2, 'latency', 0.2, 0.2),
    ];
    const { ranking } = rankCase(chainCase(series), none);
    expect(ranking.map(({ service, linearRank }) => [service, linearRank])).toEqual([
      [1, 1],
      [0, 1],
      [2, 1],
    ]);
  });

  it('adds what is known from outside to the score, not to the evidence', () => {
    const terms = [
      { service: 1, source: 'change', logOdds: Math.log(5) },
      { service: 1, source: 'propagation-rule', logOdds: 0.5 },
      { service: 8, source: 'change', logOdds: 1 },
    ] as const;
    const plain = rankCase(chainCase(SLOW_CHAIN), UNTRAINED_WEIGHTS).ranking.find(({ service }) => service === 1)!;
    const changed = rankCase(chainCase(SLOW_CHAIN, { terms }), UNTRAINED_WEIGHTS).ranking.find(
      ({ service }) => service === 1
    )!;
    expect(changed.terms).toBeCloseTo(Math.log(5) + 0.5, 12);
    expect(changed.score - plain.score).toBeCloseTo(changed.terms, 12);
    expect(changed.linear).toBe(plain.linear);
  });

  it('uses score, temperature and threshold of the weights unless it is told otherwise', () => {
    const ruled = ruledWeights();
    const use = (defaults: Partial<RankingDefaults>): RankingWeights => ({
      ...ruled,
      defaults: { ...ruled.defaults, ...defaults },
    });
    const input = chainCase(SLOW_CHAIN);
    expect(rankCase(input, use({ ranker: 'gnn' })).ranker).toBe('gnn');
    expect(rankCase(input, use({ threshold: 1e6 }))).toMatchObject({
      decision: 'no-significant-root-cause',
      calibrated: false,
    });
    const odds = (weights: RankingWeights, ranker?: Ranker): number => {
      const [first, second] = rankCase(input, weights, ranker ? { ranker } : {}).ranking;
      return Math.log(first!.confidence / second!.confidence);
    };
    expect(odds(use({ temperature: 2 }))).toBeCloseTo(odds(ruled) / 2, 9);
    expect(odds(use({ temperature: 2 }), 'linear')).toBeCloseTo(odds(ruled, 'linear'), 9); // fitted to another score
  });

  it('lets a kind keep its weight although a victim deviates far more', () => {
    // ln 161 of latency is 3.2 times ln 5 of CPU, its weight 0.4 of it: the plain product puts latency first.
    const series = [stepSeries(2, 'cpu', 20, 28), stepSeries(2, 'latency', 0.1, 0.9)];
    const [current, reference] = (['current', 'reference'] as const).map((method) =>
      rankCase(chainCase(series), UNTRAINED_WEIGHTS, { method }).kinds(2)
    );
    expect(current!.map(({ kind }) => kind)).toEqual(['cpu', 'latency']);
    expect(reference!.map(({ kind }) => kind)).toEqual(['latency', 'cpu']);
  });

  it('orders metric kinds of a service: a resource explains latency, not the other way round', () => {
    const series = [...SLOW_CHAIN, stepSeries(2, 'cpu', 20, 90)];
    const kinds = rankCase(chainCase(series), UNTRAINED_WEIGHTS).kinds(2);
    expect(kinds.map(({ kind }) => kind)).toEqual(['cpu', 'latency', 'traffic']);
    expect(kinds[0]!.value).toBeGreaterThan(kinds[1]!.value);
  });
});
