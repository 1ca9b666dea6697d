import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordingSink } from '../shop/testing/recording-sink.ts';
import { close, listen } from './process.ts';
import { createWorldServer } from './server.ts';
import { createShopHandler } from './shop-routes.ts';
import { World } from './world-runner.ts';

const TOKEN = 'a-platform-token';
let server: Server;
let base: string;
let world: World;

async function start(options: { platformToken: string | undefined; realTimeOnly?: boolean }): Promise<void> {
  world = new World({
    seed: 1,
    startMs: Date.UTC(2026, 10, 18, 12),
    historyMinutes: 1,
    speed: 0,
    sink: new RecordingSink(),
    realNow: () => 0,
    yieldToOthers: () => Promise.resolve(),
  });
  await world.backfill();
  server = createWorldServer({
    shop: createShopHandler(world, options),
    store: async (_request, response, pathname) => {
      if (pathname?.startsWith('/prometheus')) {
        response.end('store');
        return Promise.resolve(true);
      }
      return Promise.resolve(false);
    },
    metrics: () => 'a_metric 1\n',
    onError: (error) => {
      throw error;
    },
  });
  base = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as any };
}

const authorised = { authorization: `Bearer ${TOKEN}` };

beforeEach(() => start({ platformToken: TOKEN }));
afterEach(() => close(server));

describe('clock', () => {
  it('is read, set and moved', async () => {
    expect((await call('GET', '/shop/v1/clock')).json()).toEqual({ nowMs: Date.UTC(2026, 10, 18, 12), speed: 0 });
    const moved = await call('POST', '/shop/v1/clock/advance', { seconds: 30 });
    expect(moved.json()).toEqual({ nowMs: Date.UTC(2026, 10, 18, 12, 0, 30), speed: 0 });
    expect((await call('PUT', '/shop/v1/clock', { speed: 60 })).json()).toMatchObject({ speed: 60 });
  });

  it.each([
    ['PUT', '/shop/v1/clock', { speed: 601 }, 422, 'SHOP_PARAMETER_INVALID'],
    ['PUT', '/shop/v1/clock', { speed: '1' }, 422, 'SHOP_PARAMETER_INVALID'],
    ['PUT', '/shop/v1/clock', '{"speed":', 400, 'SHOP_BODY_NOT_JSON'],
    ['PUT', '/shop/v1/clock', '[1]', 400, 'SHOP_BODY_NOT_JSON'],
    ['PUT', '/shop/v1/clock', `{"pad":"${'x'.repeat(70_000)}"}`, 413, 'SHOP_BODY_TOO_LARGE'],
    ['POST', '/shop/v1/clock/advance', { seconds: -1 }, 422, 'SHOP_PARAMETER_INVALID'],
    ['DELETE', '/shop/v1/clock', undefined, 405, 'SHOP_METHOD_NOT_ALLOWED'],
    ['GET', '/shop/v1/nothing', undefined, 404, 'SHOP_NOT_FOUND'],
    ['GET', '/elsewhere', undefined, 404, 'SHOP_NOT_FOUND'],
  ])('%s %s with %.40o is refused', async (method, path, body, status, code) => {
    const reply = await call(method, path, body);
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual({ code, message: expect.any(String), remedy: expect.any(String) });
  });

  it('cannot be changed where real time rules', async () => {
    await close(server);
    await start({ platformToken: undefined, realTimeOnly: true });
    expect((await call('PUT', '/shop/v1/clock', { speed: 2 })).status).toBe(409);
    expect((await call('POST', '/shop/v1/clock/advance', { seconds: 15 })).status).toBe(409);
    expect((await call('GET', '/shop/v1/clock')).status).toBe(200);
  });
});

describe('faults', () => {
  it('are listed, injected, ended and reset', async () => {
    const list = (await call('GET', '/shop/v1/faults')).json();
    expect(list.catalogue.map((fault: { id: string }) => fault.id)).toContain('missing-index');
    expect(list.active).toEqual([]);
    const injected = await call('POST', '/shop/v1/faults', { fault: 'triple', intensity: 0.5, durationSeconds: 300 });
    const startedMs = Date.UTC(2026, 10, 18, 12);
    const active = { id: 'triple', fault: 'triple', intensity: 0.5, startedMs, endsMs: startedMs + 300_000 };
    expect(injected.json()).toEqual(active);
    expect((await call('GET', '/shop/v1/faults')).json().active).toEqual([active]);
    expect((await call('POST', '/shop/v1/faults', { fault: 'triple' })).status).toBe(409);
    expect((await call('DELETE', '/shop/v1/faults/triple')).json().active).toEqual([]);
    expect((await call('DELETE', '/shop/v1/faults/triple')).status).toBe(404);
    expect((await call('DELETE', '/shop/v1/faults')).status).toBe(200);
  });

  it.each([
    [{ fault: 'meteor' }, 404],
    [{ fault: 5 }, 422],
    [{ fault: 'nothing', intensity: 3 }, 422],
    [{ fault: 'nothing', durationSeconds: 0 }, 422],
  ])('%o is refused', async (body, status) => {
    expect((await call('POST', '/shop/v1/faults', body)).status).toBe(status);
  });
});

describe('platform', () => {
  it('needs the token', async () => {
    expect((await call('GET', '/shop/v1/platform/targets/deployment/order')).status).toBe(401);
    expect((await call('POST', '/shop/v1/platform/actions', {}, { authorization: 'Bearer no' })).status).toBe(401);
    await close(server);
    await start({ platformToken: undefined });
    expect((await call('POST', '/shop/v1/platform/actions', {}, authorised)).status).toBe(503);
  });

  it('shows targets and does actions', async () => {
    const target = { kind: 'edge', name: 'payment', peer: 'payment-provider' };
    const path = '/shop/v1/platform/targets/edge/payment?peer=payment-provider';
    const seen = (await call('GET', path, undefined, authorised)).json();
    expect(seen).toMatchObject({ ...target, version: '1' });
    const action = {
      action: 'rate-limit',
      target,
      parameters: { requestsPerSecond: 20, durationSeconds: 600 },
      expectedVersion: seen.version,
      operationId: 'op-1',
      dryRun: false,
    };
    const preview = (await call('POST', '/shop/v1/platform/actions', { ...action, dryRun: true }, authorised)).json();
    expect(preview).toMatchObject({
      applied: false,
      version: '1',
      diff: expect.stringContaining('+ rateLimitPerSecond: 20'),
    });
    const done = (await call('POST', '/shop/v1/platform/actions', action, authorised)).json();
    expect(done).toMatchObject({ applied: true, version: '2' });
    expect((await call('POST', '/shop/v1/platform/actions', action, authorised)).json()).toEqual(done);
    const late = await call('POST', '/shop/v1/platform/actions', { ...action, operationId: 'op-2' }, authorised);
    expect(late.status).toBe(409);
    await world.advance(15);
    expect((await call('GET', path, undefined, authorised)).json().spec).toMatchObject({ rateLimitPerSecond: 20 });
  });

  it('tells unknown targets from bad ones', async () => {
    expect((await call('GET', '/shop/v1/platform/targets/deployment/nope', undefined, authorised)).status).toBe(404);
    expect((await call('GET', '/shop/v1/platform/targets/planet/order', undefined, authorised)).status).toBe(422);
    expect((await call('GET', '/shop/v1/platform/targets/edge/%ZZ', undefined, authorised)).status).toBe(422);
  });
});

describe('port', () => {
  it('is reported with a remedy when it is in use', async () => {
    const second = createWorldServer({
      shop: createShopHandler(world, { platformToken: undefined }),
      metrics: () => '',
      onError: () => undefined,
    });
    await expect(listen(second, Number(new URL(base).port), '127.0.0.1')).rejects.toMatchObject({
      code: 'SHOP_PORT_BUSY',
      remedy: expect.stringContaining('CAUSEWAY_WORLD_PORT') as string,
    });
  });
});

describe('other routes', () => {
  it('show the state', async () => {
    const state = (await call('GET', '/shop/v1/state')).json();
    expect(state.simulatedMs).toBe(Date.UTC(2026, 10, 18, 12));
    const names = state.services.map((service: { name: string }) => service.name);
    expect(names).toEqual(
      expect.arrayContaining(['gateway', 'orders-db', 'redis', 'payment-provider', 'orders-queue'])
    );
    expect(state.services.find((service: { name: string }) => service.name === 'order')).toMatchObject({
      kind: 'service',
      replicas: 3,
      readyReplicas: 3,
    });
  });

  it('serve metrics, health and the store', async () => {
    expect((await call('GET', '/metrics')).text).toBe('a_metric 1\n');
    expect((await call('GET', '/healthz')).text).toBe('ok\n');
    expect((await call('GET', '/prometheus/api/v1/query?query=up')).text).toBe('store');
  });
});
