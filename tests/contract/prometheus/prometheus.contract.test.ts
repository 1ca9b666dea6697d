import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicaQuery } from '../../../src/backend/investigations/replicas.ts';
import { listQueries } from '#telemetry';
import { actionQueries, dashboardQueries } from './product-queries.ts';
import { createStore } from '../../../src/demo/store/index.ts';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { EXPRESSIONS, ORDERED_EXPRESSIONS, OTHER_TYPES, REFUSED } from './cases.ts';
import type { QueryParams } from './compare.ts';
import { ask, findDifference } from './compare.ts';
import { featureSeries } from './feature-series.ts';
import { LENGTH_SECONDS, START_SECONDS, hostileSeries } from './fixture-series.ts';
import { missingPrometheus, startPrometheus } from './real-prometheus.ts';
import type { RealPrometheus } from './real-prometheus.ts';
import { shopSeries } from './shop-series.ts';
import type { StoreServer } from './store-server.ts';
import { loadSeries, serveStore } from './store-server.ts';

const missing = missingPrometheus();
if (missing !== undefined) {
  console.warn(`\n  SKIPPED: the store was NOT compared with a real Prometheus: ${missing}\n`);
}

const END_SECONDS = START_SECONDS + LENGTH_SECONDS;
const INSTANTS = [900, 1500.5, 2265, 2400, 3600, 3990, 4290, 5400].map((offset) => START_SECONDS + offset);
const RANGES: readonly QueryParams[] = [
  { start: String(START_SECONDS - 60), end: String(END_SECONDS + 400), step: '60' },
  { start: String(START_SECONDS + 3503.25), end: String(START_SECONDS + 4500), step: '17' },
  { start: String(START_SECONDS + 600), end: String(END_SECONDS), step: '10m' },
];

let real: RealPrometheus;
let mine: StoreServer;

async function compare(path: string, params: QueryParams, ordered = false): Promise<string | undefined> {
  const [theirs, ours] = await Promise.all([
    ask(real.url, `/api/v1/${path}`, params),
    ask(`${mine.url}/prometheus`, `/api/v1/${path}`, params),
  ]);
  return findDifference(theirs, ours, ordered);
}

async function compareQuery(
  query: string,
  instants: readonly number[],
  ranges: readonly QueryParams[]
): Promise<string[]> {
  const checks = [
    ...instants.map((time) => ['query', { query, time: String(time) }] as const),
    ...ranges.map((range) => ['query_range', { query, ...range }] as const),
  ];
  const differences: string[] = [];
  for (const [path, params] of checks) {
    const difference = await compare(path, params);
    if (difference !== undefined) {
      differences.push(`${path} ${JSON.stringify(params)}: ${difference}`);
    }
  }
  return differences;
}

describe.skipIf(missing !== undefined)('the store answers like Prometheus', () => {
  beforeAll(async () => {
    const series = [...hostileSeries(), ...shopSeries(), ...featureSeries()];
    const store = createStore();
    loadSeries(store, series);
    [real, mine] = await Promise.all([startPrometheus(series), serveStore(store)]);
  });

  afterAll(async () => {
    await Promise.all([real?.stop(), mine?.stop()]);
  });

  it('is compared with the version it imitates', async () => {
    const reply = await fetch(`${real.url}/api/v1/status/buildinfo`);
    const { data } = (await reply.json()) as { data: { version: string } };
    expect(data.version, 'from Prometheus 3 on, ranges are open on the left: the store must follow').toMatch(/^2\./);
  });

  it.each(EXPRESSIONS)('%s', async (query) => {
    expect(await compareQuery(query, INSTANTS, RANGES)).toEqual([]);
  });

  it.each(ORDERED_EXPRESSIONS)('%s in order', async (query) => {
    expect(await compare('query', { query, time: String(END_SECONDS) }, true)).toBeUndefined();
  });

  it.each(OTHER_TYPES)('%s at an instant', async (query) => {
    expect(await compareQuery(query, INSTANTS, RANGES)).toEqual([]);
  });

  it.each(REFUSED)('refuses %s', async (query) => {
    expect(await compareQuery(query, [END_SECONDS], RANGES.slice(0, 1))).toEqual([]);
    expect((await ask(real.url, '/api/v1/query', { query })).status).toBe(400);
  });

  it.each([...actionQueries(), ...dashboardQueries(), replicaQuery('shop'), replicaQuery()])(
    'product query %s',
    async (expr) => {
      expect(await compareQuery(expr, INSTANTS.slice(-2), RANGES)).toEqual([]);
    }
  );

  it.each(
    ['shop', undefined].flatMap((namespace) =>
      listQueries(namespace)
        // The objects of Kubernetes have a data set and a suite of their own.
        .filter(({ id }) => !/^(kubernetes|changes)-/.test(id))
        .map(({ id, expr }) => [`${namespace ?? 'any'}/${id}`, expr])
    )
  )('catalogue %s', async (_id, expr) => {
    expect(await compareQuery(expr as string, INSTANTS.slice(-2), RANGES)).toEqual([]);
    const { body } = await ask(real.url, '/api/v1/query', { query: expr as string, time: String(END_SECONDS) });
    expect(
      (body as { data: { result: unknown[] } }).data.result,
      'the data set has no series for this query'
    ).not.toEqual([]);
  });

  it.each<[string, QueryParams]>([
    ['query', { query: 'temperature', time: '2023-11-14T23:00:00Z' }],
    ['query', { query: 'temperature', time: '2023-11-14T23:00:00.123+01:00' }],
    ['query', { query: 'temperature', time: 'now' }],
    ['query', { query: 'temperature', time: '1.7e9' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600', step: '1m' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600', step: '0.5' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000000', step: '1' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700011000', step: '1' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700011001', step: '1' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600', step: '0' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600', step: '-1' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600', step: '1x' }],
    ['query_range', { query: 'temperature', start: '1700000000', end: '1700000600' }],
    ['query_range', { query: 'temperature', start: '1700000600', end: '1700000000', step: '1' }],
    ['query_range', { query: 'temperature', start: 'x', end: '1700000000', step: '1' }],
    ['series', {}],
    ['series', { 'match[]': 'temperature{room="hall"}' }],
    ['series', { 'match[]': '{__name__=~"const.*"}', start: String(START_SECONDS), end: String(END_SECONDS) }],
    ['series', { 'match[]': '{room=""}' }],
    ['series', { 'match[]': 'rate(x[5m])' }],
    ['labels', {}],
    ['labels', { 'match[]': 'temperature' }],
  ])('%s %j', async (path, params) => {
    expect(await compare(path, params)).toBeUndefined();
  });

  it.each(['__name__', 'room', 'nothing', 'bad-name'])('values of label %s', async (label) => {
    const [theirs, ours] = await Promise.all(
      [real.url, `${mine.url}/prometheus`].map(async (base) => {
        const reply = await fetch(`${base}/api/v1/label/${label}/values`);
        return { status: reply.status, body: await reply.json() };
      })
    );
    expect(findDifference(theirs!, ours!)).toBeUndefined();
  });

  it('any expression of the supported grammar', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryExpression,
        fc.integer({ min: 0, max: LENGTH_SECONDS + 300 }),
        async (query, offset) => {
          expect(await compareQuery(query, [START_SECONDS + offset], RANGES.slice(1))).toEqual([]);
        }
      ),
      { numRuns: 300, interruptAfterTimeLimit: 12_000 }
    );
  });
});
