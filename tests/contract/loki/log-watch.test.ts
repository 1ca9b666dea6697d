import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogWatch } from '../../../src/backend/logs/log-watch.ts';
import { FaultBoard } from '../../../src/demo/faults/index.ts';
import { Shop } from '../../../src/demo/shop/index.ts';
import { createStore, type EmbeddedStore } from '../../../src/demo/store/index.ts';
import { createLokiClient, fetchLogWindow, type LokiClient } from '../../../src/telemetry/index.ts';
import { serveStore, type StoreServer } from '../prometheus/store-server.ts';

const NOON = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;
const never = new AbortController().signal;

let store: EmbeddedStore;
let shop: Shop;
let faults: FaultBoard;
let server: StoreServer;
let loki: LokiClient;

/** Simulates whole minutes. */
function minutes(count: number): number {
  for (let i = 0; i < 4 * count; i += 1) {
    shop.step();
  }
  return shop.simulatedMs;
}

beforeAll(async () => {
  store = createStore({ now: () => shop.simulatedMs });
  shop = new Shop({ seed: 4, startMs: NOON, sink: store });
  faults = new FaultBoard(shop);
  minutes(90);
  server = await serveStore(store);
  loki = createLokiClient({ url: `${server.url}/loki`, timeoutSeconds: 20 });
});
afterAll(() => server.stop());

describe('logs of the shop, read through the store', () => {
  it('are read in full or sampled, and counted right in both cases', async () => {
    const window = { fromMs: NOON + 30 * MINUTE, toMs: NOON + 60 * MINUTE };
    const full = await fetchLogWindow(loki, window, { namespace: 'shop' });
    expect(full.gaps).toEqual([]);
    expect(full.services.length).toBeGreaterThan(5);
    expect(full.services.map(({ lines, total }) => lines.length - total)).toEqual(full.services.map(() => 0));
    const part = await fetchLogWindow(loki, window, { namespace: 'shop', maxLines: 200 });
    for (const [i, { service, total }] of part.services.entries()) {
      const exact = full.services[i];
      expect(service).toBe(exact?.service);
      expect(Math.abs(total - (exact?.total ?? 0))).toBeLessThanOrEqual(2 + 0.02 * total);
    }
    expect(part.services.flatMap(({ lines }) => lines).length).toBeLessThanOrEqual(200);
    expect(part.gaps.length).toBeGreaterThan(0);
  });

  it('show a dead dependency within two minutes', async () => {
    const watch = createLogWatch({ loki, namespace: 'shop', historyMinutes: 90 });
    await watch.tick(shop.simulatedMs, never);
    expect(watch.state).toMatchObject({ problems: [] });
    expect(watch.anomalies().filter(({ score }) => score >= 0.9)).toEqual([]);
    faults.inject('dead-dependency', 1, shop.simulatedMs);
    for (let i = 0; i < 2; i += 1) {
      await watch.tick(minutes(1), never);
    }
    const found = watch.anomalies().find(({ service, kind }) => service === 'user' && kind === 'new-template');
    expect(found?.score).toBeGreaterThan(0.8);
    expect(found?.reason).toContain('connection to users-db refused');
    expect(watch.levels(shop.simulatedMs).find(({ service }) => service === 'user')?.score).toBeGreaterThan(0.8);
  });
});
