import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPrometheusClient,
  fetchEdgeHistory,
  fetchKubernetesChanges,
  fetchKubernetesTopology,
  fetchOperations,
  fetchServiceEdges,
  listQueries,
  type PrometheusClient,
} from '#telemetry';
import { createStore } from '../../../src/demo/store/index.ts';
import { ask, findDifference } from './compare.ts';
import { LENGTH_SECONDS, START_SECONDS } from './fixture-series.ts';
import { callSeries, kubeSeries, LAST_CALL_SECONDS, ROLLOUT_SECONDS, SCALE_SECONDS } from './kube-series.ts';
import { missingPrometheus, startPrometheus, type RealPrometheus } from './real-prometheus.ts';
import { loadSeries, serveStore, type StoreServer } from './store-server.ts';

const missing = missingPrometheus();
if (missing !== undefined) {
  console.warn(`\n  SKIPPED: the queries of the topology were NOT tried on a real Prometheus: ${missing}\n`);
}

const AT = (START_SECONDS + LENGTH_SECONDS) * 1000;
const at = (offsetSeconds: number): number => (START_SECONDS + offsetSeconds) * 1000;
const WINDOW = { fromMs: at(600), toMs: AT };
const SERIES = [...kubeSeries(), ...callSeries()];

let real: RealPrometheus | undefined;
let mine: StoreServer;
const clients = new Map<string, PrometheusClient>();

beforeAll(async () => {
  const store = createStore();
  loadSeries(store, SERIES);
  [real, mine] = await Promise.all([missing === undefined ? startPrometheus(SERIES) : undefined, serveStore(store)]);
  clients.set('the store', createPrometheusClient({ url: `${mine.url}/prometheus` }));
  if (real) {
    clients.set('Prometheus', createPrometheusClient({ url: real.url }));
  }
});
afterAll(async () => {
  await Promise.all([real?.stop(), mine.stop()]);
});

const SERVERS = missing === undefined ? ['the store', 'Prometheus'] : ['the store'];
const clientOf = (server: string): PrometheusClient => {
  const client = clients.get(server);
  if (!client) {
    throw new Error(`${server} does not run`);
  }
  return client;
};

describe.each(SERVERS)('from %s', (server) => {
  it('workloads have owners, teams, pods and versions', async () => {
    const request = { atMs: AT, namespace: 'shop', teamLabel: 'team' };
    const { nodes, gaps } = await fetchKubernetesTopology(clientOf(server), request);
    expect(gaps).toEqual([]);
    const shop = { namespace: 'shop', lastSeenMs: AT };
    const deployment = (name: string, team: string, pods: number, version: string) => ({
      ...shop,
      name,
      aliases: [],
      pods,
      team,
      version,
      workload: { kind: 'Deployment', name },
    });
    expect(nodes).toEqual([
      deployment('cart', 'web', 1, '2.1.5'),
      deployment('gateway', 'pay', 1, '1.18.2'),
      deployment('order', 'pay', 2, '2.4.1'),
      {
        ...shop,
        name: 'postgres',
        aliases: [],
        pods: 1,
        team: 'shop-team',
        workload: { kind: 'StatefulSet', name: 'postgres' },
      },
    ]);
    const everywhere = await fetchKubernetesTopology(clientOf(server), { atMs: AT, teamLabel: 'team' });
    expect(everywhere.nodes.map(({ name }) => name)).toContain('dns');
  });

  it('rollouts, scalings and restarts are changes, each once, within a minute of their time', async () => {
    const { changes } = await fetchKubernetesChanges(clientOf(server), WINDOW, { namespace: 'shop' });
    expect(changes).toEqual([
      {
        atMs: expect.any(Number),
        kind: 'deploy',
        service: 'order',
        summary: 'order was rolled out: 2.4.0 to 2.4.1',
        version: '2.4.1',
        previousVersion: '2.4.0',
      },
      {
        atMs: expect.any(Number),
        kind: 'scale',
        service: 'cart',
        summary: 'cart was scaled from 3 to 6 replicas; it has an autoscaler',
      },
      {
        atMs: expect.any(Number),
        kind: 'deploy',
        service: 'gateway',
        summary: 'gateway was rolled out anew with the same image',
      },
    ]);
    const late = changes.map(
      ({ atMs }, index) => [ROLLOUT_SECONDS, SCALE_SECONDS, SCALE_SECONDS + 900].map(at)[index]! - atMs
    );
    expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(60_000);
  });

  it('a part of the window gives the same changes at the same times', async () => {
    const all = (await fetchKubernetesChanges(clientOf(server), WINDOW)).changes;
    const part = { fromMs: at(ROLLOUT_SECONDS - 137), toMs: at(ROLLOUT_SECONDS + 400) };
    const { changes } = await fetchKubernetesChanges(clientOf(server), part);
    expect(changes).toEqual(all.slice(0, 1));
  });

  it('calls have a history', async () => {
    const { calls } = await fetchEdgeHistory(clientOf(server), { atMs: AT, lookbackSeconds: 5100 });
    const found = Object.fromEntries(calls.map((call) => [call.server, call]));
    expect(Object.keys(found).sort()).toEqual(['order', 'postgres']);
    expect(found['order']?.lastSeenMs).toBe(AT);
    expect(found['postgres']?.connectionType).toBe('database');
    expect(Math.abs((found['postgres']?.lastSeenMs ?? 0) - at(LAST_CALL_SECONDS))).toBeLessThanOrEqual(300_000);
  });

  it('edges and operations have their figures', async () => {
    const { edges } = await fetchServiceEdges(clientOf(server), { atMs: AT });
    expect(edges.map(({ callee, requestsPerSecond }) => [callee, requestsPerSecond])).toEqual([
      ['order', 2],
      ['never', 0],
      ['postgres', 0],
    ]);
    const operations = await fetchOperations(clientOf(server), { atMs: AT, service: 'order' });
    expect(operations.get('order')).toEqual([
      { name: 'GET /orders/{id}', method: 'GET', errorRatio: 0 },
      {
        name: 'POST /orders',
        method: 'POST',
        meanLatencySeconds: expect.closeTo(0.1, 9),
        p99LatencySeconds: expect.closeTo(0.198, 9),
        errorRatio: expect.closeTo(0.1, 9),
      },
    ]);
  });
});

describe.skipIf(missing !== undefined)('every query of the topology', () => {
  const ours = listQueries('shop').filter(({ id }) => /^(?:edges|operations|kubernetes|changes)-/.test(id));

  it.each(ours.map(({ id, expr }) => [id, expr] as const))(
    '%s is answered by the store as by Prometheus',
    async (_, query) => {
      const range = { start: String(START_SECONDS + 600), end: String(START_SECONDS + LENGTH_SECONDS), step: '60' };
      for (const [path, params] of [
        ['query', { query, time: String(START_SECONDS + ROLLOUT_SECONDS + 90) }],
        ['query_range', { query, ...range }],
      ] as const) {
        const theirs = await ask(real?.url ?? '', `/api/v1/${path}`, params);
        const found = await ask(`${mine.url}/prometheus`, `/api/v1/${path}`, params);
        expect(findDifference(theirs, found), `${path} ${query}`).toBeUndefined();
      }
    }
  );
});
