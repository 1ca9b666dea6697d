import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datasourceSettingsSchema } from '#contracts';
import { createInProcessPool } from '../analysis/in-process-pool.ts';
import type { AnalysisPool } from '../analysis/tasks.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { createDatasource, type Datasource } from './datasource.ts';

const MINUTE = 60_000;
const nowMs = Math.floor(1_700_000_000_000 / MINUTE) * MINUTE;

/** A Prometheus that measures the request rate of one service. */
async function startPrometheus(): Promise<Server> {
  const created = createServer((request, response) => {
    void text(request).then((body) => {
      const data = answer(request.url ?? '', body);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return created;
}

function answer(url: string, body: string): unknown {
  if (!url.includes('/query')) {
    return [];
  }
  const form = new URLSearchParams(body || url.split('?')[1]);
  const number = (name: string): number => Number.parseFloat(form.get(name) ?? '0');
  const isRange = url.includes('query_range');
  const isRate = form.get('query')?.startsWith('sum by (service) (rate(traces_spanmetrics_calls_total') ?? false;
  const [start, end, step] = [number('start'), number('end'), number('step') || 1];
  const length = Math.floor((end - start) / step) + 1;
  const values = Array.from({ length }, (_, i) => [start + i * step, String(100 + (i % 7))]);
  const result = isRange && isRate ? [{ metric: { service: 'shop' }, values }] : [];
  return { resultType: isRange ? 'matrix' : 'vector', result };
}

/** A pool whose rebuilds wait until they are let go. */
function slowPool(): { readonly pool: AnalysisPool; readonly release: () => void } {
  const own = createInProcessPool();
  let release = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run: AnalysisPool['run'] = async (name, input, signal) => {
    await (name === 'rebuild' ? open : undefined);
    return own.run(name, input, signal);
  };
  return { pool: { run, close: () => own.close() }, release };
}

let server: Server;
let datasource: Datasource;
let slow: ReturnType<typeof slowPool>;
const clock = manualClock(nowMs);

beforeEach(async () => {
  server = await startPrometheus();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = datasourceSettingsSchema.parse({
    prometheus: { url },
    watch: { enabled: false, collectSeconds: 60, detectSeconds: 60, historyMinutes: 240 },
  });
  slow = slowPool();
  const snapshot = { uid: 'a', key: 'a', settings, secrets: {} };
  datasource = createDatasource(snapshot, { clock, pool: slow.pool, patienceMs: 1500 });
});
afterEach(async () => {
  slow.release();
  datasource.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a judgement while history is still being judged', () => {
  it('comes all the same: services are warming up, and it says why', async () => {
    const { judgement, gaps } = await datasource.assess(nowMs);
    expect(judgement.services).toEqual([
      { service: 'shop', atMs: nowMs, reading: { kind: 'unknown', why: 'warming-up' }, signals: [] },
    ]);
    expect(judgement.incidents).toEqual([]);
    expect(gaps.map(({ source }) => source)).toContain('detection');
  });

  it('is whole again once the history is judged', async () => {
    await datasource.assess(nowMs);
    slow.release();
    await expect.poll(() => datasource.detection.newest?.services.length, { timeout: 20_000 }).toBe(1);
    clock.set(nowMs + MINUTE);
    const { judgement, gaps } = await datasource.assess(nowMs + MINUTE);
    expect(judgement.services[0]).toMatchObject({ service: 'shop', reading: { kind: 'scored' } });
    expect(gaps.map(({ source }) => source)).not.toContain('detection');
  });
});
