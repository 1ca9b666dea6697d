import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimeSeries } from '#model';
import {
  matrix,
  sendJson,
  sendText,
  startHostileServer,
  success,
  type HostileServer,
} from '../testing/hostile-server.ts';
import { testConnection } from '../test-connection.ts';
import { createPrometheusClient, type PrometheusClient } from './client.ts';

const RANGE = { startMs: 1_000_000, endMs: 1_060_000, stepSeconds: 15 };
let server: HostileServer;
let client: PrometheusClient;

beforeAll(async () => {
  server = await startHostileServer();
  client = createPrometheusClient({ url: server.url, timeoutSeconds: 10 }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

function answer(body: unknown): void {
  server.behave((_, response) => sendJson(response, body));
}

describe('queryRange', () => {
  it('reads numbers as Prometheus writes them', async () => {
    answer(
      matrix({
        metric: { __name__: 'up', ['__proto__']: 'x' },
        values: [
          [1000, '1.5e3'],
          [1015, 'NaN'],
          [1030, '+Inf'],
          [1045, '-Inf'],
          [1060, '-0'],
        ],
      })
    );
    const { series, warnings, infos } = await client.queryRange('up', RANGE);
    expect(series).toHaveLength(1);
    expect(series[0]?.timesMs).toEqual([1_000_000, 1_015_000, 1_030_000, 1_045_000, 1_060_000]);
    expect(series[0]?.values).toEqual([1500, Number.NaN, Infinity, -Infinity, -0]);
    expect(Object.keys(series[0]?.labels ?? {})).toEqual(['__name__', '__proto__']);
    expect([warnings, infos]).toEqual([[], []]);
  });

  it('asks for the range in seconds', async () => {
    answer(matrix());
    expect((await client.queryRange('up{a="b"}', RANGE)).series).toEqual([]);
    expect(server.seen[0]?.path).toBe('/api/v1/query_range');
    expect(Object.fromEntries(server.seen[0]?.parameters ?? [])).toEqual({
      query: 'up{a="b"}',
      start: '1000',
      end: '1060',
      step: '15',
    });
  });

  it('drops points that are out of order, repeated or outside the range, and says so', async () => {
    answer(
      matrix({
        metric: {},
        values: [
          [1015, '1'],
          [1000, '2'],
          [1015, '3'],
          [1_030_000, '4'],
          [1030, '5'],
        ],
      })
    );
    const { series, warnings } = await client.queryRange('up', RANGE);
    expect(series[0]).toMatchObject({ timesMs: [1_015_000, 1_030_000], values: [1, 5] });
    expect(warnings).toEqual([
      expect.stringMatching(/^dropped 2 .*order/),
      expect.stringMatching(/^dropped 1 .*outside/),
    ]);
  });

  it('passes on warnings, infos and ignored histograms', async () => {
    server.behave((_, response) =>
      sendJson(
        response,
        success(
          { resultType: 'matrix', result: [{ metric: {}, histograms: [[1000, {}]] }] },
          { warnings: ['partial'], infos: ['not a counter'] }
        )
      )
    );
    expect(await client.queryRange('up', RANGE)).toEqual({
      series: [],
      warnings: ['partial', 'ignored native histograms of 1 series'],
      infos: ['not a counter'],
    });
  });

  const point = (value: unknown): object => matrix({ metric: {}, values: [value] });
  it.each<[string, unknown]>([
    ['no object', []],
    ['null', null],
    ['an error with status 200', { status: 'error', errorType: 'execution', error: 'boom' }],
    ['no data', { status: 'success' }],
    ['a vector', success({ resultType: 'vector', result: [] })],
    ['no list of series', success({ resultType: 'matrix', result: {} })],
    ['a series that is none', success({ resultType: 'matrix', result: [null] })],
    ['a series without values', success({ resultType: 'matrix', result: [{ metric: {} }] })],
    ['labels that are no text', matrix({ metric: { a: 1 }, values: [] })],
    [
      'duplicate series',
      matrix({ metric: { a: '1', b: '2' }, values: [] }, { metric: { b: '2', a: '1' }, values: [] }),
    ],
    ['a value that is a number', point([1000, 1])],
    ['an empty value', point([1000, ''])],
    ['a hexadecimal value', point([1000, '0x10'])],
    ['a value that is a name of Object', point([1000, 'constructor'])],
    ['a time that is a text', point(['1000', '1'])],
    ['a pair of three', point([1000, '1', '2'])],
    ['warnings that are no list', { ...matrix(), warnings: 'x' }],
  ])('refuses %s', async (_, body) => {
    answer(body);
    await expect(client.queryRange('up', RANGE)).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_BAD_REPLY' });
  });

  it('splits long ranges at 11,000 points and joins the parts', async () => {
    server.behave(({ parameters }, response) => {
      const at = Number(parameters.get('start'));
      sendJson(response, { ...matrix({ metric: { a: 'b' }, values: [[at, '1']] }), warnings: ['same'] });
    });
    const endMs = 25_000 * 15_000;
    const { series, warnings } = await client.queryRange('up', { startMs: 0, endMs, stepSeconds: 15 });
    expect(server.seen.map(({ parameters }) => [parameters.get('start'), parameters.get('end')])).toEqual([
      ['0', '164985'],
      ['165000', '329985'],
      ['330000', '375000'],
    ]);
    expect(series).toEqual([{ labels: { a: 'b' }, timesMs: [0, 165_000_000, 330_000_000], values: [1, 1, 1] }]);
    expect(warnings).toEqual(['same']);
  });

  it.each([
    { startMs: 0, endMs: 1e15, stepSeconds: 1 },
    { startMs: 10, endMs: 0, stepSeconds: 1 },
    { startMs: 0, endMs: 1000, stepSeconds: 0 },
    { startMs: Number.NaN, endMs: 1000, stepSeconds: 1 },
  ])('refuses the range %o without asking', async (range) => {
    server.behave((_, response) => sendJson(response, matrix()));
    await expect(client.queryRange('up', range)).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_BAD_QUERY' });
    expect(server.seen).toEqual([]);
  });
});

describe('query', () => {
  it('reads a vector and a scalar', async () => {
    answer(success({ resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1000, '2'] }] }));
    expect((await client.query('x', 1_000_000)).samples).toEqual([{ labels: { a: 'b' }, atMs: 1_000_000, value: 2 }]);
    answer(success({ resultType: 'scalar', result: [1000, '3'] }));
    expect((await client.query('3', 1_000_000)).samples).toEqual([{ labels: {}, atMs: 1_000_000, value: 3 }]);
  });

  it.each<[string, unknown]>([
    ['a matrix', matrix()],
    ['a string result', success({ resultType: 'string', result: [1, 'x'] })],
    [
      'duplicate series',
      success({
        resultType: 'vector',
        result: [
          { metric: {}, value: [1, '1'] },
          { metric: {}, value: [1, '2'] },
        ],
      }),
    ],
  ])('refuses %s', async (_, body) => {
    answer(body);
    await expect(client.query('x', 0)).rejects.toMatchObject({ failure: 'bad-reply' });
  });

  it('shows what Prometheus says about a bad query', async () => {
    server.behave((_, response) =>
      sendJson(response, { status: 'error', errorType: 'bad_data', error: '1:3: parse error\nunexpected end' }, 400)
    );
    await expect(client.query('up(', 0)).rejects.toThrow(/parse error unexpected end/);
  });
});

describe('metadata', () => {
  it('reads series and label names', async () => {
    answer(success([{ __name__: 'up' }]));
    expect((await client.series('up', RANGE)).series).toEqual([{ __name__: 'up' }]);
    expect(server.seen[0]?.parameters.get('match[]')).toBe('up');
    answer(success(['a', 'b']));
    expect(await client.labels()).toEqual(['a', 'b']);
  });

  it('tests the connection: version, no version, error', async () => {
    answer(success({ version: '3.5.0' }));
    expect(await testConnection(client)).toEqual({ ok: true, version: '3.5.0' });
    server.behave(({ path }, response) =>
      path.endsWith('buildinfo')
        ? sendText(response, '404 page not found', 'text/plain', 404)
        : sendJson(response, success({ resultType: 'vector', result: [] }))
    );
    expect(await testConnection(client)).toEqual({ ok: true });
    server.behave((_, response) => sendText(response, '<html>', 'text/html'));
    expect(await testConnection(client)).toMatchObject({ ok: false, error: { code: 'CAUSEWAY_PROM_NOT_JSON' } });
  });
});

describe('any JSON at all', () => {
  it('gives ascending series or a TelemetryError', async () => {
    const value = fc.oneof(fc.constantFrom('1', 'NaN', '', '1e999'), fc.double(), fc.string());
    const seriesArbitrary = fc.record(
      {
        metric: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
        values: fc.array(fc.tuple(fc.integer({ min: 990, max: 1070 }), value)),
      },
      { requiredKeys: [] }
    );
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record({ resultType: fc.constant('matrix'), result: fc.array(seriesArbitrary) })
    );
    await fc.assert(
      fc.asyncProperty(data, async (body) => {
        answer(success(body));
        const outcome: unknown = await client.queryRange('up', RANGE).then(({ series }) => series, String);
        const ascends = ({ timesMs, values }: TimeSeries): boolean =>
          values.length === timesMs.length && timesMs.every((at, i) => i === 0 || at > (timesMs[i - 1] ?? at));
        const isFine = Array.isArray(outcome)
          ? (outcome as TimeSeries[]).every(ascends)
          : String(outcome).startsWith('TelemetryError');
        expect(isFine).toBe(true);
      }),
      { numRuns: 200 }
    );
  });
});
