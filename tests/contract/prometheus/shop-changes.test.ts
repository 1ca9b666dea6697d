import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeChanges } from '#engine';
import type { ChangeEvent } from '#model';
import {
  createLokiClient,
  createPrometheusClient,
  fetchChangeEvents,
  fetchKubernetesChanges,
  fetchKubernetesTopology,
} from '#telemetry';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { Platform } from '../../../src/demo/shop/platform/platform.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore } from '../../../src/demo/store/index.ts';
import { serveStore, type StoreServer } from './store-server.ts';

const START = Date.UTC(2026, 10, 18, 12);
let shop: Shop;
let server: StoreServer;

/** Half an hour of the shop: a bad version is deployed and rolled back, and the carts get more pods. */
beforeAll(async () => {
  const holder: { shop?: Shop } = {};
  const store = createStore({ now: () => holder.shop?.simulatedMs ?? START, retentionSeconds: 7200 });
  shop = new Shop({ seed: 7, startMs: START, sink: { ...store, spans: () => undefined } });
  holder.shop = shop;
  const faults = new FaultBoard(shop);
  const platform = new Platform(shop);
  const minutes = (count: number): void => {
    for (let step = 0; step < count * 4; step += 1) {
      shop.step();
    }
  };
  const act = (action: 'scale' | 'rollback', name: string, parameters: Readonly<Record<string, unknown>>): void => {
    const target = { kind: 'deployment', name } as const;
    const request = { action, target, parameters, operationId: `${action}-${name}`, expectedVersion: undefined };
    platform.act({ ...request, dryRun: false }, shop.simulatedMs);
  };
  minutes(6);
  faults.inject('bad-deploy', 1, shop.simulatedMs);
  minutes(8);
  act('scale', 'cart', { replicas: 4 });
  minutes(5);
  const [broken] = [...shop.components.deployments.values()].filter(
    ({ state }) => state.version !== state.previousVersion
  );
  act('rollback', broken?.spec.name ?? '', {});
  minutes(6);
  server = await serveStore(store);
});
afterAll(() => server.stop());

describe('the shop', () => {
  it('shows its rollouts and scalings in Kubernetes as it announces them', async () => {
    const window = { fromMs: START, toMs: shop.simulatedMs };
    const loki = createLokiClient({ url: `${server.url}/loki` });
    const prometheus = createPrometheusClient({ url: `${server.url}/prometheus` });
    const announced = (await fetchChangeEvents(loki, window)).changes;
    const observed = (await fetchKubernetesChanges(prometheus, window, { namespace: 'shop' })).changes;
    const brief = (changes: readonly ChangeEvent[]) =>
      changes.map(({ kind, service, version }) => [kind, service, version]);
    expect(brief(observed).length).toBe(3);
    expect(announced.map(({ kind, service }) => [kind, service])).toEqual(
      observed.map(({ kind, service }) => [kind, service])
    );
    const merged = mergeChanges([
      ...announced.map((change) => ({ ...change, source: 'loki' as const })),
      ...observed.map((change) => ({ ...change, source: 'kubernetes' as const })),
    ]);
    expect(merged.map(({ sources, atMs }) => [sources, atMs])).toEqual(
      announced.map(({ atMs }) => [['kubernetes', 'loki'], atMs])
    );
  });

  it('has owners, teams and versions of all its workloads', async () => {
    const prometheus = createPrometheusClient({ url: `${server.url}/prometheus` });
    const request = { atMs: shop.simulatedMs, namespace: 'shop', teamLabel: 'team' };
    const { nodes, gaps } = await fetchKubernetesTopology(prometheus, request);
    expect(gaps).toEqual([]);
    expect(nodes).toHaveLength(16);
    expect(nodes.filter(({ team, version, workload }) => !team || !version || !workload)).toEqual([]);
    expect(nodes.find(({ name }) => name === 'cart')).toMatchObject({ pods: 4, team: 'buying' });
    expect(nodes.find(({ name }) => name === 'orders-db')).toMatchObject({ workload: { kind: 'StatefulSet' } });
  });
});
