import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReplyReader } from '../reply.ts';
import { sendJson, sendText, startHostileServer, type HostileServer } from '../testing/hostile-server.ts';
import { testConnection } from '../test-connection.ts';
import { createTempoClient, type TempoClient } from './client.ts';
import { parseTrace } from './parse-trace.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const SEARCH = { window: { fromMs: 1_000_500, toMs: 1_060_500 }, limit: 20 };
let server: HostileServer;
let client: TempoClient;

beforeAll(async () => {
  server = await startHostileServer();
  client = createTempoClient({ url: server.url, timeoutSeconds: 10 }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

const span = (fields: object = {}): object => ({
  traceId: ID,
  spanId: SPAN_ID,
  name: 'GET /',
  kind: 'SPAN_KIND_SERVER',
  startTimeUnixNano: '1000000000000000',
  endTimeUnixNano: '1000001500000000',
  ...fields,
});
const resourceSpans = (...spans: readonly object[]): readonly object[] => [
  {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] },
    scopeSpans: [{ spans }],
  },
];

describe('trace', () => {
  it('reads OTLP with hexadecimal ids', async () => {
    const attributes = [
      { key: 'http.status', value: { intValue: '500' } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
      { key: 'retry', value: { boolValue: true } },
      { key: 'list', value: { arrayValue: {} } },
      { key: 7, value: { stringValue: 'x' } },
    ];
    const failed = span({ parentSpanId: SPAN_ID, kind: 3, status: { code: 'STATUS_CODE_ERROR' }, attributes });
    server.behave((_, response) => sendJson(response, { trace: { resourceSpans: resourceSpans(failed) } }));
    expect(await client.trace(ID)).toEqual({
      dropped: 0,
      spans: [
        {
          traceId: ID,
          spanId: SPAN_ID,
          parentSpanId: SPAN_ID,
          service: 'order',
          name: 'GET /',
          kind: 'CLIENT',
          startMs: 1_000_000_000,
          durationSeconds: 1.5,
          failed: true,
          attributes: { 'http.status': 500, ratio: 0.5, retry: true },
        },
      ],
    });
    expect(server.seen.map(({ path }) => path)).toEqual([`/api/v2/traces/${ID}`]);
  });

  it('falls back to the first version of the API, with base64 ids', async () => {
    const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
    const batches = resourceSpans(span({ traceId: base64(ID), spanId: base64(SPAN_ID), parentSpanId: '' }));
    server.behave(({ path }, response) =>
      path.includes('/v2/') ? sendText(response, 'not found', 'text/plain', 404) : sendJson(response, { batches })
    );
    const { spans } = await client.trace(ID);
    expect(spans).toMatchObject([{ traceId: ID, spanId: SPAN_ID, kind: 'SERVER', failed: false }]);
    expect(spans[0]).not.toHaveProperty('parentSpanId');
  });

  it('keeps times to the microsecond', async () => {
    const late = span({ startTimeUnixNano: '1780315201002000000', endTimeUnixNano: '1780315201002000999' });
    const later = span({ startTimeUnixNano: '1780315201002003000', endTimeUnixNano: '1780315201002003000' });
    server.behave((_, response) => sendJson(response, { trace: { resourceSpans: resourceSpans(later, late) } }));
    expect((await client.trace(ID)).spans).toMatchObject([
      { startMs: 1_780_315_201_002, durationSeconds: 999e-9 },
      { startMs: 1_780_315_201_002.003, durationSeconds: 0 },
    ]);
  });

  it('drops spans that cannot be, and counts them', async () => {
    const bad = [
      span({ traceId: 'x' }),
      span({ spanId: undefined }),
      span({ startTimeUnixNano: 'soon' }),
      span({ endTimeUnixNano: '1' }),
    ];
    server.behave((_, response) => sendJson(response, { trace: { resourceSpans: resourceSpans(...bad, span()) } }));
    expect(await client.trace(ID)).toMatchObject({ dropped: 4, spans: [{ spanId: SPAN_ID }] });
  });

  it('says when there is no such trace, and refuses ids that are none without asking', async () => {
    server.behave((_, response) => sendText(response, 'trace not found', 'text/plain', 404));
    await expect(client.trace(ID)).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_NOT_FOUND' });
    server.behave((_, response) => sendJson(response, { trace: {} }));
    await expect(client.trace(ID)).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_NOT_FOUND' });
    server.behave((_, response) => sendJson(response, {}));
    await expect(client.trace('../../admin')).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_BAD_QUERY' });
    expect(server.seen).toEqual([]);
    await expect(client.trace(ID)).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_BAD_REPLY' });
  });

  it('survives any JSON', () => {
    const reader = createReplyReader('tempo', 'host');
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ batches: fc.array(fc.record({ scopeSpans: fc.jsonValue(), resource: fc.jsonValue() })) })
    );
    fc.assert(
      fc.property(body, (reply) => {
        let outcome: unknown;
        try {
          outcome = parseTrace(reply, reader).spans;
        } catch (error) {
          outcome = error;
        }
        expect(Array.isArray(outcome) || String(outcome).startsWith('TelemetryError')).toBe(true);
      })
    );
  });
});

describe('search', () => {
  it('asks in seconds and gives the longest first', async () => {
    const trace = (traceID: string, durationMs: number | undefined): object => ({
      traceID,
      rootServiceName: 'gateway',
      rootTraceName: 'GET /',
      startTimeUnixNano: '1000000000000000',
      durationMs,
    });
    server.behave((_, response) =>
      sendJson(response, { traces: [trace('abc', undefined), trace(ID, 1500)], metrics: {} })
    );
    expect(await client.search('{ duration > 1s }', SEARCH)).toMatchObject([
      { traceId: ID, durationSeconds: 1.5, rootService: 'gateway', startMs: 1_000_000_000 },
      { traceId: 'abc'.padStart(32, '0'), durationSeconds: 0 },
    ]);
    expect(Object.fromEntries(server.seen[0]?.parameters ?? [])).toEqual({
      q: '{ duration > 1s }',
      start: '1000',
      end: '1061',
      limit: '20',
    });
  });

  it.each<unknown>([[], { traces: 'x' }, { traces: [{}] }, { traces: [{ traceID: '/', startTimeUnixNano: '1' }] }])(
    'refuses %j',
    async (body) => {
      server.behave((_, response) => sendJson(response, body));
      await expect(client.search('{}', SEARCH)).rejects.toMatchObject({ code: 'CAUSEWAY_TEMPO_BAD_REPLY' });
    }
  );

  it('takes an answer without traces for none', async () => {
    server.behave((_, response) => sendJson(response, { metrics: {} }));
    expect(await client.search('{}', SEARCH)).toEqual([]);
  });
});

describe('buildInfo', () => {
  it('gives the version, or none where only searches are answered', async () => {
    server.behave((_, response) => sendJson(response, { version: '2.9.0' }));
    expect(await testConnection(client)).toEqual({ ok: true, version: '2.9.0' });
    server.behave(({ path }, response) =>
      path === '/api/search' ? sendJson(response, { traces: [] }) : sendText(response, 'no', 'text/plain', 404)
    );
    expect(await testConnection(client)).toEqual({ ok: true });
  });
});
