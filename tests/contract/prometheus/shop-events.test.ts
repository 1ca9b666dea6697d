import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimeWindow } from '#model';
import {
  createLokiClient,
  createPrometheusClient,
  fetchCallCounts,
  fetchLogWindow,
  fetchOperationCounts,
} from '#telemetry';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore } from '../../../src/demo/store/index.ts';
import { serveStore, type StoreServer } from './store-server.ts';

const START = Date.UTC(2026, 10, 18, 12);
const SERVICES = ['checkout', 'order', 'shipping', 'user', 'gateway'];
let server: StoreServer;
let windows: readonly [baseline: TimeWindow, incident: TimeWindow];

/** A quarter of an hour of the shop, then three minutes without the database of the users. */
beforeAll(async () => {
  const holder: { shop?: Shop } = {};
  const store = createStore({ now: () => holder.shop?.simulatedMs ?? START, retentionSeconds: 7200 });
  const shop = new Shop({ seed: 11, startMs: START, sink: { ...store, spans: () => undefined } });
  holder.shop = shop;
  const faults = new FaultBoard(shop);
  const minutes = (count: number): number => {
    for (let step = 0; step < count * 4; step += 1) {
      shop.step();
    }
    return shop.simulatedMs;
  };
  const onsetMs = minutes(15);
  faults.inject('dead-dependency', 1, onsetMs);
  const toMs = minutes(3);
  windows = [
    { fromMs: START + 2 * 60_000, toMs: onsetMs - 60_000 },
    { fromMs: onsetMs, toMs },
  ];
  server = await serveStore(store);
});
afterAll(() => server.stop());

const read = async () => {
  const prometheus = createPrometheusClient({ url: `${server.url}/prometheus` });
  const request = { services: SERVICES, windows };
  return {
    calls: await fetchCallCounts(prometheus, request),
    operations: await fetchOperationCounts(prometheus, request, ['shipping']),
  };
};

describe('events of the shop, counted from its metrics', () => {
  it('agree with each other: what a service serves is what its callers ask', async () => {
    const { operations, calls } = await read();
    const served = (service: string, window: number): number =>
      operations
        .filter((item) => item.service === service && item.kind === 'served')
        .reduce((sum, item) => sum + (item.windows[window]?.count ?? 0), 0);
    const asked = (callee: string, window: number): number =>
      calls
        .filter((item) => item.callee === callee && !item.untraced)
        .reduce((sum, item) => sum + (item.windows[window]?.count ?? 0), 0);
    for (const service of ['order', 'shipping']) {
      for (const window of [0, 1]) {
        expect(served(service, window)).toBeGreaterThan(100);
        expect(asked(service, window) / served(service, window)).toBeCloseTo(1, 1);
      }
    }
  });

  it('show which calls fail since the onset, and which callees send no spans', async () => {
    const { calls } = await read();
    const between = (caller: string, callee: string) =>
      calls.find((item) => item.caller === caller && item.callee === callee);
    const shareOfFailed = (caller: string, callee: string): readonly number[] => {
      const { windows: counted = [], failed = [] } = between(caller, callee) ?? {};
      return counted.map((window, i) => (failed[i] ?? 0) / (window?.count ?? NaN));
    };
    const [before = NaN, after = NaN] = shareOfFailed('user', 'users-db');
    expect(before).toBeLessThan(0.01);
    expect(after).toBeGreaterThan(0.8);
    expect(shareOfFailed('checkout', 'shipping')[1]).toBeLessThan(0.01);
    expect([between('user', 'users-db')?.untraced, between('checkout', 'shipping')?.untraced]).toEqual([true, false]);
  });

  it('have durations where no callee takes part in them', async () => {
    const { operations, calls } = await read();
    const timed = operations.filter((item) => item.windows.some((window) => window?.durations));
    expect([...new Set(timed.map(({ service }) => service))]).toEqual(['shipping']);
    const store = calls.find(({ callee }) => callee === 'orders-db');
    const { bounds = [], counts = [] } = store?.windows[0]?.durations ?? {};
    expect(bounds.at(-1)).toBe(Infinity);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total / (store?.windows[0]?.count ?? NaN)).toBeCloseTo(1, 1);
  });

  it('have log lines of the services that are asked for, and of no others', async () => {
    const loki = createLokiClient({ url: `${server.url}/loki` });
    const log = await fetchLogWindow(loki, windows[1], { namespace: 'shop', services: ['user', 'nobody'] });
    expect(log.services.map(({ service }) => service)).toEqual(['user']);
    expect(log.services[0]?.lines.some(({ line }) => line.includes('connection to users-db refused'))).toBe(true);
  });
});
