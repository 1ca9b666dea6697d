import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmitters } from '../emitters/index.ts';
import { createStore, createStoreHandler } from '../store/index.ts';
import { close, listen } from './process.ts';
import { createWorldServer } from './server.ts';
import { createShopHandler } from './shop-routes.ts';
import { World } from './world-runner.ts';

const START = Date.UTC(2026, 10, 18, 12);
let server: Server;
let base: string;

beforeAll(async () => {
  const emitters = createEmitters({ lokiPushUrl: undefined, otlpUrl: undefined });
  const holder: { world?: World } = {};
  const store = createStore({ now: () => holder.world?.clock.now() ?? START });
  const world = new World({
    seed: 1,
    startMs: START,
    historyMinutes: 20,
    speed: 0,
    sink: emitters.sink(store),
    realNow: () => 0,
    yieldToOthers: () => Promise.resolve(),
  });
  holder.world = world;
  await world.backfill();
  server = createWorldServer({
    shop: createShopHandler(world, { platformToken: undefined }),
    store: createStoreHandler(store),
    metrics: () => emitters.metrics(),
    onError: () => undefined,
  });
  base = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
});
afterAll(() => close(server));

async function query(expression: string): Promise<number> {
  const reply = await fetch(`${base}/prometheus/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = (await reply.json()) as { data: { result: { value: [number, string] }[] } };
  expect(data.result).toHaveLength(1);
  return Number(data.result[0]?.value[1]);
}

const P99 = (service: string) =>
  `histogram_quantile(0.99, sum by (le) (rate(traces_spanmetrics_latency_bucket{service="${service}",span_kind="SPAN_KIND_SERVER"}[1m])))`;

async function send(method: string, path: string, body: object): Promise<void> {
  const reply = await fetch(`${base}/shop/v1${path}`, { method, body: JSON.stringify(body) });
  expect(reply.status).toBe(200);
}

describe('the world over HTTP', () => {
  it('tells in PromQL that checkout is healthy, then broken', async () => {
    expect(await query(P99('checkout'))).toBeLessThan(0.07);
    await send('POST', '/faults', { fault: 'missing-index' });
    await send('POST', '/clock/advance', { seconds: 180 });
    expect(await query(P99('checkout'))).toBeGreaterThan(2);
    expect(await query('sum(rate(pg_stat_user_tables_seq_scan{server="orders-db"}[1m]))')).toBeGreaterThan(15);
    expect(await query('count(up == 1)')).toBe(17);
  });
});
