import fc from 'fast-check';
import { UNTRAINED_WEIGHTS } from '../prior-weights.ts';
import { RANKING_FEATURES, RAW_FEATURES } from '../feature-names.ts';
import {
  METRIC_KINDS,
  type OperationStats,
  type RankingCase,
  type RankingSeries,
  type ServiceEvents,
} from '../ranking-case.ts';
import { PLAIN_DEFAULTS, type NetworkMember, type RankingWeights } from '../ranking-weights.ts';

const windowOf = (value: fc.Arbitrary<number>, most: number): fc.Arbitrary<Float64Array> =>
  fc.array(value, { maxLength: most }).map((values) => Float64Array.from(values));

/** Numbers as telemetry sends them. */
export const plainValue = fc.double({ min: 0, max: 1000, noNaN: true });

/** Numbers as broken telemetry sends them. */
export const hostileValue = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 1e100, -1e100, 5e-324, 0, -0, -1)
);

function seriesOf(
  services: number,
  value: fc.Arbitrary<number>,
  index: fc.Arbitrary<number>
): fc.Arbitrary<RankingSeries> {
  return fc.record({
    service: index,
    metric: fc.constant('m'),
    kind: fc.constantFrom(...METRIC_KINDS),
    baseline: windowOf(value, 30),
    incident: windowOf(value, 24),
    expectedBaselineRows: fc.nat({ max: 60 }),
  });
}

function statsOf(value: fc.Arbitrary<number>): fc.Arbitrary<OperationStats> {
  return fc.record({ count: value, medianLnMs: value, madLnMs: value, p90LnMs: value });
}

function eventsOf(value: fc.Arbitrary<number>, index: fc.Arbitrary<number>): fc.Arbitrary<ServiceEvents> {
  const change = { operation: fc.constant('o'), baseline: statsOf(value), incident: statsOf(value) };
  const counts = fc.tuple(value, value);
  const calls = fc.record({ ...change, callee: index, failed: counts }, { requiredKeys: ['operation', 'callee'] });
  const events = {
    requests: counts,
    serverOperations: fc.array(fc.record(change), { maxLength: 3 }),
    internalOperations: fc.array(fc.record({ ...change, errorPath: fc.boolean() }), { maxLength: 4 }),
    calls: fc.array(calls, { maxLength: 4 }),
    logTemplates: fc.array(counts, { maxLength: 4 }).map((all) => new Map(all.map((own, i) => [`t${i}`, own]))),
    logErrors: counts,
    logShares: counts,
  };
  return fc.record(events, {
    requiredKeys: ['serverOperations', 'internalOperations', 'calls', 'logTemplates'],
  });
}

/** Cases of 1 to 8 services with any graph, cycles included. @param hostile  also numbers and indices that cannot be */
export function randomCase(hostile: boolean): fc.Arbitrary<RankingCase> {
  const value = hostile ? hostileValue : plainValue;
  return fc.integer({ min: 1, max: 8 }).chain((count) => {
    const known = fc.integer({ min: 0, max: count - 1 });
    const index = hostile ? fc.oneof(known, fc.constantFrom(-1, count, 0.5, Number.NaN)) : known;
    return fc.record({
      services: fc.array(fc.record({ type: fc.constantFrom('service', 'database', 'remote', 'client') }), {
        minLength: count,
        maxLength: count,
      }),
      edges: fc.array(fc.tuple(index, index), { maxLength: 20 }),
      entry: index,
      target: fc.record({ service: index, metric: fc.constantFrom('latency', 'availability') }),
      series: fc.array(seriesOf(count, value, index), { maxLength: 30 }),
      events: fc.record({ services: fc.array(eventsOf(value, index), { minLength: count, maxLength: count }) }),
      incidentRows: hostile ? value : fc.nat({ max: 40 }),
      baselineRows: hostile ? value : fc.nat({ max: 40 }),
      terms: fc.array(
        fc.record({
          service: index,
          source: fc.constant('change'),
          logOdds: hostile ? value : fc.double({ min: 0, max: 2, noNaN: true }),
        }),
        {
          maxLength: 2,
        }
      ),
    });
  }) as fc.Arbitrary<RankingCase>;
}

/** Weights with networks whose numbers follow a rule, so that no file is needed. */
export function ruledWeights(): RankingWeights {
  const inputs = 3 * RAW_FEATURES.length;
  const member = (seed: number): NetworkMember => ({
    w1: Float64Array.from({ length: inputs * 4 }, (_, i) => Math.sin(i * 0.7 + seed) / 4),
    b1: Float64Array.from({ length: 4 }, (_, i) => Math.cos(i + seed) / 4),
    w2: Float64Array.from({ length: 4 }, (_, i) => Math.sin(i * 1.3 + seed)),
    skip: Float64Array.from({ length: inputs }, (_, i) => Math.cos(i * 0.3 + seed) / 3),
  });
  return {
    ...UNTRAINED_WEIGHTS,
    version: 'ruled',
    linear: Float64Array.from(RANKING_FEATURES, (_, i) => Math.sin(i) * 2),
    networks: { mix: [member(1), member(2)], simOnly: [member(3)] },
    defaults: PLAIN_DEFAULTS,
  };
}

/** The same case with its services in another order. @param order  old index at each new place */
export function reorder(input: RankingCase, order: readonly number[]): RankingCase {
  const place = new Map(order.map((old, now) => [old, now]));
  const moved = (index: number): number => place.get(index) ?? -1;
  return {
    ...input,
    services: order.map((old) => input.services[old]!),
    edges: input.edges.map(([caller, callee]) => [moved(caller), moved(callee)] as const),
    entry: input.entry === undefined ? undefined : moved(input.entry),
    target: { ...input.target, service: moved(input.target.service ?? -1) },
    series: input.series.map((series) => ({ ...series, service: moved(series.service) })),
    ...(input.events
      ? {
          events: {
            services: order.map((old) => {
              const own = input.events?.services[old];
              return own && { ...own, calls: own.calls.map((call) => ({ ...call, callee: moved(call.callee) })) };
            }),
          },
        }
      : {}),
    terms: (input.terms ?? []).map((term) => ({ ...term, service: moved(term.service) })),
  };
}
