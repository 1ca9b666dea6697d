import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheusClient, discoverFeatures, fetchFeatureSignals, listFeatureQueries } from '#telemetry';
import { createStore } from '../../../src/demo/store/index.ts';
import { ask, findDifference, type QueryParams } from './compare.ts';
import { featureSeries } from './feature-series.ts';
import { LENGTH_SECONDS, START_SECONDS } from './fixture-series.ts';
import { missingPrometheus, startPrometheus, type RealPrometheus } from './real-prometheus.ts';
import { shopSeries } from './shop-series.ts';
import { loadSeries, serveStore, type StoreServer } from './store-server.ts';

const missing = missingPrometheus();
if (missing !== undefined) {
  console.warn(`\n  SKIPPED: discovery of features was NOT tried on a real Prometheus: ${missing}\n`);
}

const END_SECONDS = START_SECONDS + LENGTH_SECONDS;
const RANGE = { start: String(START_SECONDS + 600), end: String(END_SECONDS), step: '300' };

let real: RealPrometheus;
let mine: StoreServer;

describe.skipIf(missing !== undefined)('features on a real Prometheus', () => {
  beforeAll(async () => {
    const series = [...shopSeries(), ...featureSeries()];
    const store = createStore();
    loadSeries(store, series);
    [real, mine] = await Promise.all([startPrometheus(series), serveStore(store)]);
  });

  afterAll(async () => {
    await Promise.all([real?.stop(), mine?.stop()]);
  });

  it.each(
    ['shop', undefined].flatMap((namespace) =>
      listFeatureQueries(namespace).map(({ id, expr }) => [`${namespace ?? 'any'}/${id}`, expr] as const)
    )
  )('%s', async (_id, query) => {
    const checks: readonly (readonly [string, QueryParams])[] = [
      ['query', { query, time: String(END_SECONDS) }],
      ['query_range', { query, ...RANGE }],
    ];
    for (const [path, params] of checks) {
      const theirs = await ask(real.url, `/api/v1/${path}`, params);
      const ours = await ask(`${mine.url}/prometheus`, `/api/v1/${path}`, params);
      expect(findDifference(theirs, ours), `${path} ${query}`).toBeUndefined();
      const { data } = theirs.body as { data: { result: unknown[] } };
      expect(data.result, 'the data set has no series for this query').not.toEqual([]);
    }
  });

  it.each(['shop', undefined])('finds and reads the same in the store, namespace %s', async (namespace) => {
    const atMs = END_SECONDS * 1000;
    const window = { fromMs: atMs - 1_800_000, toMs: atMs + 1 };
    const [theirs, ours] = await Promise.all(
      [real.url, `${mine.url}/prometheus`].map(async (url) => {
        const client = createPrometheusClient({ url });
        const plan = await discoverFeatures(client, { namespace, atMs });
        const { signals, gaps } = await fetchFeatureSignals(client, plan, { window, stepSeconds: 60 });
        return { plan, ids: signals.map(({ id }) => id).sort(), gaps };
      })
    );
    expect(theirs?.plan.gaps).toEqual([]);
    expect(theirs?.gaps).toEqual([]);
    expect(theirs?.plan.coverage).toEqual(ours?.plan.coverage);
    expect(theirs?.ids).toEqual(ours?.ids);
    const missed = theirs?.plan.coverage
      .filter(({ found }) => found)
      .map(({ service, feature }) => `${service}/feature/${feature}`);
    expect(theirs?.ids).toEqual(missed?.sort());
  });
});
