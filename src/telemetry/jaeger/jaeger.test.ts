import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReplyReader } from '../reply.ts';
import { testConnection } from '../test-connection.ts';
import { sendJson, sendText, startHostileServer, type HostileServer } from '../testing/hostile-server.ts';
import { createJaegerClient, type JaegerClient } from './client.ts';
import { fetchJaegerDependencies, fetchJaegerTopology, fetchSlowJaegerTraces } from './jaeger-topology.ts';
import { parseTraces } from './parse-traces.ts';

const WINDOW = { fromMs: 1_000_000, toMs: 1_060_000 };
let server: HostileServer;
let client: JaegerClient;

beforeAll(async () => {
  server = await startHostileServer();
  client = createJaegerClient({ url: `${server.url}/jaeger`, timeoutSeconds: 10 }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

/** A trace as Jaeger writes it: ids without leading zeros, microseconds, tags with types. */
const trace = (id: string, ...spans: readonly object[]): object => ({
  traceID: id,
  spans: spans.map((span) => ({ traceID: id, ...span })),
  processes: {
    p1: {
      serviceName: 'order',
      tags: [
        { key: 'telemetry.sdk.language', type: 'string', value: 'java' },
        { key: 'hostname', type: 'string', value: 'h' },
      ],
    },
    p2: { serviceName: 'payment', tags: [] },
  },
});
const root = {
  spanID: '1',
  operationName: 'POST /orders',
  references: [],
  startTime: 1_000_000_000,
  duration: 1_500_000,
  processID: 'p1',
  tags: [
    { key: 'span.kind', type: 'string', value: 'server' },
    { key: 'http.status_code', type: 'int64', value: 500 },
    { key: 'error', type: 'bool', value: true },
  ],
};
const child = {
  spanID: 'b7ad6b7169203331',
  operationName: 'pay',
  references: [
    { refType: 'FOLLOWS_FROM', traceID: 'other', spanID: '9' },
    { refType: 'CHILD_OF', traceID: 'ab', spanID: '1' },
  ],
  startTime: 1_000_000_500,
  duration: 400,
  processID: 'p2',
  tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
};

describe('traces of Jaeger', () => {
  it('are spans like those of Tempo', async () => {
    server.behave((_, response) => sendJson(response, { data: [trace('ab', child, root)], total: 0, errors: null }));
    expect(await client.trace('AB')).toEqual({
      traceId: 'ab'.padStart(32, '0'),
      spans: [
        {
          traceId: 'ab'.padStart(32, '0'),
          spanId: '1'.padStart(16, '0'),
          service: 'order',
          name: 'POST /orders',
          kind: 'SERVER',
          startMs: 1_000_000,
          durationSeconds: 1.5,
          failed: true,
          attributes: { 'http.status_code': 500, error: true },
          resource: { 'telemetry.sdk.language': 'java' },
        },
        expect.objectContaining({
          parentSpanId: '1'.padStart(16, '0'),
          service: 'payment',
          durationSeconds: 0.0004,
          failed: false,
        }),
      ],
    });
    expect(server.seen.map(({ path }) => path)).toEqual(['/jaeger/api/traces/AB']);
  });

  it('are searched in microseconds, longest first', async () => {
    const long = { ...root, duration: 9_000_000 };
    server.behave((_, response) => sendJson(response, { data: [trace('1', root), trace('2', long)] }));
    const found = await fetchSlowJaegerTraces(client, 'order', WINDOW, { limit: 1, minSeconds: 0.5 });
    expect(found).toMatchObject([{ traceId: '2'.padStart(32, '0'), durationSeconds: 9 }]);
    expect(Object.fromEntries(server.seen[0]?.parameters ?? [])).toEqual({
      service: 'order',
      start: '1000000000',
      end: '1060000000',
      limit: '20',
      minDuration: '500ms',
    });
  });

  it('drop spans that cannot be, and counts them', () => {
    const bad = [
      { ...root, spanID: 'xyz' },
      { ...root, processID: 'p9' },
      { ...root, startTime: 'soon' },
      { ...root, duration: -1 },
      null,
    ];
    const reader = createReplyReader('jaeger', 'host');
    const { traces, dropped } = parseTraces({ data: [trace('ab', ...(bad as object[]), root)] }, reader);
    expect(dropped).toBe(5);
    expect(traces).toMatchObject([{ spans: [{ service: 'order' }] }]);
  });

  it('are refused where there are none, and ids that are none without asking', async () => {
    server.behave((_, response) => sendJson(response, { data: null, errors: [{ code: 404, msg: 'trace not found' }] }));
    await expect(client.trace('ab')).rejects.toMatchObject({ code: 'CAUSEWAY_JAEGER_NOT_FOUND' });
    server.behave((_, response) => sendJson(response, {}, 404));
    await expect(client.trace('ab')).rejects.toMatchObject({ code: 'CAUSEWAY_JAEGER_NOT_FOUND' });
    await expect(client.trace('../services')).rejects.toMatchObject({ code: 'CAUSEWAY_JAEGER_BAD_QUERY' });
    server.behave((_, response) => sendText(response, '<html>login</html>', 'text/html'));
    await expect(client.services()).rejects.toMatchObject({ code: 'CAUSEWAY_JAEGER_NOT_JSON' });
    server.behave((_, response) => sendJson(response, { data: 'x' }));
    await expect(client.services()).rejects.toMatchObject({ code: 'CAUSEWAY_JAEGER_BAD_REPLY' });
  });

  it('survive any JSON', () => {
    const reader = createReplyReader('jaeger', 'host');
    const shape = fc.record({ spans: fc.jsonValue(), processes: fc.jsonValue(), traceID: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ data: fc.array(shape) })), (reply) => {
        let outcome: unknown;
        try {
          outcome = parseTraces(reply, reader).traces;
        } catch (error) {
          outcome = error;
        }
        expect(Array.isArray(outcome) || String(outcome).startsWith('TelemetryError')).toBe(true);
      })
    );
  });
});

describe('the graph of Jaeger', () => {
  it('is made of a few traces of some services, the next ones each time', async () => {
    const asked: (string | null)[] = [];
    server.behave(({ path, parameters }, response) => {
      if (path.endsWith('/services')) {
        return sendJson(response, { data: ['order', 'payment', 'cart'] });
      }
      asked.push(parameters.get('service'));
      return sendJson(response, { data: [trace('ab', root, child)] });
    });
    const first = await fetchJaegerTopology(client, WINDOW, { maxServices: 2 });
    expect(first.edges).toMatchObject([{ caller: 'order', callee: 'payment', kind: 'http' }]);
    expect(first.services).toBe(3);
    await fetchJaegerTopology(client, WINDOW, { maxServices: 2, skip: 2 });
    expect(asked.sort()).toEqual(['cart', 'cart', 'order', 'payment'].toSorted());
  });

  it('has the calls that Jaeger counted', async () => {
    server.behave((_, response) =>
      sendJson(response, {
        data: [
          { parent: 'order', child: 'payment', callCount: 7200 },
          { parent: 'order', child: 'idle', callCount: '0' },
        ],
      })
    );
    const edges = await fetchJaegerDependencies(client, { atMs: 9_000_000, lookbackSeconds: 3600 });
    expect(edges).toEqual([
      { caller: 'order', callee: 'payment', kind: 'http', requestsPerSecond: 2, lastSeenMs: 9_000_000 },
    ]);
    expect(Object.fromEntries(server.seen[0]?.parameters ?? [])).toEqual({ endTs: '9000000', lookback: '3600000' });
    server.behave((_, response) => sendJson(response, { data: null }));
    expect(await client.dependencies({ endMs: 1, lookbackSeconds: 1 })).toEqual([]);
    server.behave((_, response) => sendJson(response, { data: [{ parent: 'a', child: 'b', callCount: -1 }] }));
    await expect(client.dependencies({ endMs: 1, lookbackSeconds: 1 })).rejects.toMatchObject({
      code: 'CAUSEWAY_JAEGER_BAD_REPLY',
    });
  });

  it('is there when it lists its services', async () => {
    server.behave((_, response) => sendJson(response, { data: null }));
    expect(await testConnection(client)).toEqual({ ok: true });
    server.behave((_, response) => sendText(response, 'no', 'text/plain', 401));
    expect(await testConnection(client)).toMatchObject({ ok: false, error: { code: 'CAUSEWAY_JAEGER_UNAUTHORIZED' } });
  });
});
