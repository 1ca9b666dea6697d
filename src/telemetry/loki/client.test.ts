import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendJson, sendText, startHostileServer, success, type HostileServer } from '../testing/hostile-server.ts';
import { testConnection } from '../test-connection.ts';
import { createLokiClient, type LokiClient } from './client.ts';

const QUERY = { window: { fromMs: 1_000_000, toMs: 1_060_000 }, limit: 100 };
let server: HostileServer;
let client: LokiClient;

beforeAll(async () => {
  server = await startHostileServer();
  client = createLokiClient({ url: server.url, timeoutSeconds: 10 }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

function streams(...result: readonly unknown[]): void {
  server.behave((_, response) => sendJson(response, success({ resultType: 'streams', result })));
}

describe('queryLines', () => {
  it('reads lines of all streams in order of time, with structured metadata ignored', async () => {
    streams(
      { stream: { service_name: 'a' }, values: [['1010000999999', 'later', { trace_id: 'x' }], ['1000000000000', 'first']] },
      { stream: { service_name: 'b' }, values: [['1005000000000', '{"not":"parsed"}']] }
    ); // prettier-ignore
    expect(await client.queryLines('{a="b"}', QUERY)).toEqual([
      { atMs: 1_000_000, labels: { service_name: 'a' }, line: 'first' },
      { atMs: 1_005_000, labels: { service_name: 'b' }, line: '{"not":"parsed"}' },
      { atMs: 1_010_000, labels: { service_name: 'a' }, line: 'later' },
    ]);
    expect(Object.fromEntries(server.seen[0]?.parameters ?? [])).toEqual({
      query: '{a="b"}',
      start: '1000000000000',
      end: '1060000000000',
      limit: '100',
      direction: 'backward',
    });
  });

  it('keeps to the half-open window and cuts endless lines', async () => {
    streams({
      stream: {},
      values: [
        ['999999999999', 'before'],
        ['1059999999999', 'x'.repeat(100_000)],
        ['1060000000000', 'at the end'],
      ],
    });
    const lines = await client.queryLines('{a="b"}', QUERY);
    expect(lines.map(({ line }) => line.length)).toEqual([16_384]);
  });

  it.each<[string, unknown]>([
    ['a matrix', success({ resultType: 'matrix', result: [] })],
    ['a time as number', success({ resultType: 'streams', result: [{ stream: {}, values: [[1, 'x']] }] })],
    ['a time that is none', success({ resultType: 'streams', result: [{ stream: {}, values: [['-1', 'x']] }] })],
    ['a line that is none', success({ resultType: 'streams', result: [{ stream: {}, values: [['1', {}]] }] })],
    ['labels that are none', success({ resultType: 'streams', result: [{ stream: [], values: [] }] })],
    ['no values', success({ resultType: 'streams', result: [{ stream: {} }] })],
  ])('refuses %s', async (_, body) => {
    server.behave((__, response) => sendJson(response, body));
    await expect(client.queryLines('{a="b"}', QUERY)).rejects.toMatchObject({ code: 'CAUSEWAY_LOKI_BAD_REPLY' });
  });

  it('shows what Loki says about a bad query, which is plain text', async () => {
    server.behave((_, response) => sendText(response, 'parse error at line 1, col 2', 'text/plain', 400));
    await expect(client.queryLines('{', QUERY)).rejects.toMatchObject({
      code: 'CAUSEWAY_LOKI_BAD_QUERY',
      message: expect.stringContaining('parse error at line 1'),
    });
  });
});

describe('queryRange', () => {
  it('reads a matrix as Prometheus has it', async () => {
    server.behave((_, response) =>
      sendJson(response, success({ resultType: 'matrix', result: [{ metric: { a: 'b' }, values: [[1000, '3']] }] }))
    );
    const range = { startMs: 1_000_000, endMs: 1_060_000, stepSeconds: 15 };
    expect(await client.queryRange('rate({a="b"}[1m])', range)).toEqual({
      series: [{ labels: { a: 'b' }, timesMs: [1_000_000], values: [3] }],
      warnings: [],
    });
    expect(server.seen[0]?.parameters.get('step')).toBe('15s');
  });
});

describe('buildInfo', () => {
  it('gives the version, or none where only queries are answered', async () => {
    server.behave((_, response) => sendJson(response, { version: '3.5.1' }));
    expect(await testConnection(client)).toEqual({ ok: true, version: '3.5.1' });
    server.behave(({ path }, response) =>
      path.endsWith('/labels') ? sendJson(response, success([])) : sendText(response, 'no', 'text/plain', 404)
    );
    expect(await testConnection(client)).toEqual({ ok: true });
  });
});
