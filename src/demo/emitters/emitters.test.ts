import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span } from '#model';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordingSink } from '../shop/testing/recording-sink.ts';
import { Shop } from '../shop/shop.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { createEmitters } from './emitters.ts';
import { Exposition } from './exposition.ts';
import { toPushBody } from './loki-push.ts';
import { toExportBody } from './otlp-traces.ts';
import { tee } from './tee.ts';

const NOON = Date.UTC(2026, 10, 18, 12);

describe('BoundedQueue', () => {
  it('sends in order and in batches', async () => {
    const batches: number[][] = [];
    const queue = new BoundedQueue<number>(async (batch) => void batches.push([...batch]), {
      capacity: 10,
      batchSize: 2,
    });
    queue.push([1, 2, 3]);
    queue.push([4]);
    await queue.idle();
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(queue).toMatchObject({ sent: 4, dropped: 0, failedRequests: 0 });
  });

  it('drops the oldest when full and what the receiver refuses, and goes on', async () => {
    let failing = true;
    const queue = new BoundedQueue<number>(() => (failing ? Promise.reject(new Error('down')) : Promise.resolve()), {
      capacity: 3,
      batchSize: 10,
    });
    queue.push([1, 2, 3, 4, 5]);
    await queue.idle();
    expect(queue).toMatchObject({ sent: 0, dropped: 5, failedRequests: 1 });
    failing = false;
    queue.push([6]);
    await queue.idle();
    expect(queue).toMatchObject({ sent: 1, dropped: 5 });
  });
});

describe('Exposition', () => {
  it('groups families, names types, escapes labels and leaves out what was not reported', () => {
    const exposition = new Exposition();
    const handles = [
      exposition.register({ name: 'b_total', type: 'counter', labels: { path: 'a"b\\c\nd' } }),
      exposition.register({ name: 'h_bucket', type: 'counter', labels: { le: '+Inf' } }),
      exposition.register({ name: 'gone', type: 'gauge', labels: {} }),
      exposition.register({ name: 'h_count', type: 'counter', labels: {} }),
      exposition.register({ name: 'up', type: 'gauge', labels: { job: 'x' } }),
    ];
    const readings = new Float64Array(handles.length).fill(1.5);
    readings[handles[2] ?? 0] = Number.NaN;
    exposition.scrape(0, readings);
    expect(exposition.text().split('\n')).toEqual([
      '# TYPE b_total counter',
      'b_total{path="a\\"b\\\\c\\nd"} 1.5',
      '# TYPE h histogram',
      'h_bucket{le="+Inf"} 1.5',
      'h_count 1.5',
      '',
    ]);
  });

  it('shows exactly the last scrape of a shop', () => {
    const recording = new RecordingSink();
    const exposition = new Exposition();
    const sink = tee({ metrics: [recording, exposition], logs: [], spans: [] });
    const shop = new Shop({ seed: 1, startMs: NOON, sink });
    shop.step();
    shop.step();
    const samples = exposition
      .text()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const reported = [...(recording.scrapes.at(-1)?.readings ?? [])].filter((value) => !Number.isNaN(value)).length;
    const ups = recording.series.filter((series) => series.name === 'up').length;
    expect(samples.length).toBe(reported - ups);
    expect(samples.every((line) => /^[a-z_]+(\{.*\})? [-+.e\d]+$/i.test(line))).toBe(true);
  });
});

describe('tee', () => {
  it('refuses outputs that number their series differently', () => {
    const shifted = new Exposition();
    shifted.register({ name: 'x', type: 'gauge', labels: {} });
    const sink = tee({ metrics: [new Exposition(), shifted], logs: [], spans: [] });
    expect(() => sink.register({ name: 'y', type: 'gauge', labels: {} })).toThrow(/disagree/);
  });
});

describe('wire formats', () => {
  it('groups log lines by stream, in nanoseconds', () => {
    const body = toPushBody([
      { atMs: NOON, labels: { a: '1' }, line: 'x' },
      { atMs: NOON, labels: { a: '2' }, line: 'y' },
      { atMs: NOON + 1, labels: { a: '1' }, line: 'z' },
    ]);
    expect(body).toEqual({
      streams: [
        {
          stream: { a: '1' },
          values: [
            [`${NOON}000000`, 'x'],
            [`${NOON + 1}000000`, 'z'],
          ],
        },
        { stream: { a: '2' }, values: [[`${NOON}000000`, 'y']] },
      ],
    });
  });

  it('writes spans as OTLP JSON', () => {
    const span: Span = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: 'c'.repeat(16),
      service: 'payment',
      name: 'POST /payments',
      kind: 'SERVER',
      startMs: NOON + 0.125,
      durationSeconds: 0.25,
      failed: true,
      attributes: { s: 'text', i: 500, d: 0.5, b: true },
    };
    expect(toExportBody([span])).toMatchObject({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'payment' } }, expect.anything()] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  parentSpanId: 'c'.repeat(16),
                  kind: 2,
                  startTimeUnixNano: `${NOON}125000`,
                  endTimeUnixNano: `${NOON + 250}125000`,
                  status: { code: 2 },
                  attributes: [
                    { key: 's', value: { stringValue: 'text' } },
                    { key: 'i', value: { intValue: '500' } },
                    { key: 'd', value: { doubleValue: 0.5 } },
                    { key: 'b', value: { boolValue: true } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('createEmitters', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

  async function receive(status: number) {
    const bodies = new Map<string, unknown[]>();
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const seen = bodies.get(request.url ?? '') ?? [];
        bodies.set(request.url ?? '', [...seen, JSON.parse(Buffer.concat(parts).toString())]);
        response.writeHead(status, { connection: 'close' }).end();
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { bodies, emitters: createEmitters({ lokiPushUrl: `${base}/loki`, otlpUrl: `${base}/otlp` }) };
  }

  it('takes logs and spans of a shop to their receivers', async () => {
    const { bodies, emitters } = await receive(204);
    const shop = new Shop({ seed: 1, startMs: NOON, sink: emitters.sink() });
    shop.step();
    shop.step();
    await emitters.idle();
    expect(bodies.get('/loki')?.length).toBeGreaterThan(0);
    expect(bodies.get('/otlp')?.length).toBeGreaterThan(0);
    expect(emitters.metrics()).toMatch(/shop_emitter_items_sent_total\{emitter="loki"\} [1-9]/);
    expect(emitters.metrics()).toContain('shop_emitter_items_dropped_total{emitter="otlp"} 0');
  });

  it('counts what a failing receiver does not take, and feeds an embedded store all the same', async () => {
    const { emitters } = await receive(500);
    const store = new RecordingSink();
    const shop = new Shop({ seed: 1, startMs: NOON, sink: emitters.sink(store) });
    shop.step();
    await emitters.idle();
    expect(store.scrapes).toHaveLength(1);
    expect(store.lines.length).toBeGreaterThan(0);
    expect(emitters.metrics()).toMatch(/shop_emitter_requests_failed_total\{emitter="loki"\} [1-9]/);
    expect(emitters.metrics()).toMatch(/shop_emitter_items_dropped_total\{emitter="loki"\} [1-9]/);
  });
});
