import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFeatures } from './extract-features.ts';
import { RANKING_FEATURES, type FeatureMethod } from './feature-names.ts';
import { rankCase } from './rank-case.ts';
import type { RankingCase } from './ranking-case.ts';
import type { Ranker } from './ranking-result.ts';
import { deviationOf } from './series-deviation.ts';
import { plainValue, randomCase, reorder, ruledWeights } from './testing/random-case.ts';

const WEIGHTS = ruledWeights();
const RANKERS: readonly Ranker[] = ['prior', 'linear', 'gnn', 'blend', 'three-way'];

/** Scores and confidences by the service's index in the original case. */
function byService(
  input: RankingCase,
  ranker: Ranker,
  order?: readonly number[]
): ReadonlyMap<number, readonly number[]> {
  const { ranking } = rankCase(order ? reorder(input, order) : input, WEIGHTS, { ranker });
  return new Map(
    ranking.map(({ service, score, confidence, linear }) => [order?.[service] ?? service, [score, confidence, linear]])
  );
}

/** Largest difference of any number; infinite where other services were ranked. */
function difference(
  left: ReadonlyMap<number, readonly number[]>,
  right: ReadonlyMap<number, readonly number[]>
): number {
  if (left.size !== right.size) {
    return Infinity;
  }
  const gaps = [...left].flatMap(([service, numbers]) =>
    numbers.map((value, i) => Math.abs(value - (right.get(service)?.[i] ?? Infinity)))
  );
  return Math.max(0, ...gaps);
}

describe('rankCase', () => {
  it('does not care in which order services and edges come', () => {
    const shuffled = randomCase(false).chain((input) =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray([...input.services.keys()], { minLength: input.services.length }),
        fc.shuffledSubarray([...input.edges], { minLength: input.edges.length }),
        fc.constantFrom(...RANKERS)
      )
    );
    fc.assert(
      fc.property(shuffled, ([input, order, edges, ranker]) => {
        expect(difference(byService(input, ranker), byService({ ...input, edges }, ranker, order))).toBeLessThan(1e-9);
      }),
      { numRuns: 60 }
    );
  });

  it('does not care what series, operations and templates are called', () => {
    fc.assert(
      fc.property(randomCase(false), fc.string(), (input, name) => {
        const renamed = {
          ...input,
          series: input.series.map((series) => ({ ...series, metric: name })),
          events: {
            services: input.events!.services.map((own) => ({
              ...own!,
              internalOperations: own!.internalOperations.map((item) => ({ ...item, operation: name })),
              logTemplates: new Map([...own!.logTemplates].map(([key, counts]) => [`${name}${key}`, counts])),
            })),
          },
        };
        expect(difference(byService(input, 'blend'), byService(renamed, 'blend'))).toBeLessThan(1e-9);
      }),
      { numRuns: 40 }
    );
  });

  it('answers anything without throwing, and never with a number that is none', () => {
    fc.assert(
      fc.property(randomCase(true), fc.constantFrom(...RANKERS), (input, ranker) => {
        const result = rankCase(input, WEIGHTS, { ranker });
        const total = result.ranking.reduce((sum, { confidence }) => sum + confidence, 0);
        expect(total).toBeLessThanOrEqual(1 + 1e-9);
        for (const { confidence, score, linear, features, service } of result.ranking) {
          expect(confidence >= 0 && confidence <= 1).toBe(true);
          expect(Number.isFinite(score) && Number.isFinite(linear)).toBe(true);
          expect(features).toHaveLength(RANKING_FEATURES.length);
          expect(features.every((value) => value >= 0 && value <= 1.5)).toBe(true);
          expect(result.kinds(service).every(({ value }) => value >= 0 && Number.isFinite(value))).toBe(true);
        }
        expect(result.ranking.length === 0).toBe(result.decision === 'insufficient-data');
      }),
      { numRuns: 300 }
    );
  });

  it('is sorted by score, and its parts add up to the linear score', () => {
    fc.assert(
      fc.property(randomCase(false), (input) => {
        const { ranking } = rankCase(input, WEIGHTS);
        ranking.forEach(({ score, linear, contributions }, i) => {
          expect(score).toBeLessThanOrEqual(ranking[i - 1]?.score ?? Infinity);
          const sum = contributions.reduce((total, { value, weight }) => total + value * weight, 0);
          expect(sum).toBeCloseTo(linear, 9);
        });
      }),
      { numRuns: 60 }
    );
  });

  it('gives a service without evidence and without edges no influence', () => {
    fc.assert(
      fc.property(randomCase(false), (input) => {
        const more: RankingCase = {
          ...input,
          services: [...input.services, { type: 'service' }],
          events: { services: [...input.events!.services, undefined] },
          series: [
            ...input.series,
            {
              service: input.services.length,
              metric: 'flat',
              kind: 'other',
              baseline: new Float64Array(10),
              incident: new Float64Array(3),
            },
          ],
        };
        const [before, after] = [extractFeatures(input), extractFeatures(more)];
        expect(after.x.slice(0, before.x.length)).toEqual(before.x);
      }),
      { numRuns: 60 }
    );
  });
});

describe('deviationOf', () => {
  it('does not change with the unit of a series where no absolute floor is in play', () => {
    const scaled = fc.tuple(
      fc.array(plainValue, { minLength: 5, maxLength: 40 }),
      fc.array(plainValue, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -3, max: 30 })
    );
    fc.assert(
      fc.property(
        scaled,
        fc.constantFrom<FeatureMethod>('reference', 'current'),
        ([baseline, incident, power], method) => {
          const of = (factor: number): readonly number[] => {
            const found = deviationOf(
              {
                service: 0,
                metric: 'm',
                kind: 'mem',
                baseline: Float64Array.from(baseline, (value) => (1 + value) * factor),
                incident: Float64Array.from(incident, (value) => (1 + value) * factor),
              },
              { method, withOnset: false }
            );
            return typeof found === 'string' ? [] : [found.up, found.down];
          };
          const [once, scaledUp] = [of(1), of(2 ** power)];
          once.forEach((value, i) => expect(scaledUp[i]! - value).toBeCloseTo(0, 6));
          expect(once).toHaveLength(2);
        }
      )
    );
  });

  it('is larger the further the incident lies from the baseline', () => {
    fc.assert(
      fc.property(
        fc.array(plainValue, { minLength: 5 }),
        fc.array(plainValue, { minLength: 1 }),
        (baseline, incident) => {
          const at = (shift: number): number => {
            const found = deviationOf(
              {
                service: 0,
                metric: 'm',
                kind: 'other',
                baseline: Float64Array.from(baseline),
                incident: Float64Array.from(incident, (value) => value + shift),
              },
              { method: 'current', withOnset: false }
            );
            return typeof found === 'string' ? Number.NaN : found.up;
          };
          expect(at(10)).toBeGreaterThan(at(0));
        }
      )
    );
  });
});
