import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStoreHandler } from './http.ts';
import { createStore } from './store.ts';

const NOW = 1_700_000_000_000;
const store = createStore({ now: () => NOW });
let server: Server;
let base = '';

beforeAll(async () => {
  const handles = ['a', 'b'].map((job) => store.register({ name: 'up', type: 'gauge', labels: { job } }));
  store.scrape(
    NOW - 15_000,
    Float64Array.from(handles, () => 1)
  );
  store.scrape(
    NOW,
    Float64Array.from(handles, (handle) => handle)
  );
  store.logs([
    {
      atMs: NOW - 2000,
      labels: { service_name: 'order', level: 'error' },
      line: '{"msg":"boom","status":503,"took":"1.5s"}',
    },
    { atMs: NOW - 1000, labels: { service_name: 'order', level: 'info' }, line: '{"msg":"fine","status":200}' },
  ]);
  store.spans([
    {
      traceId: '0a'.repeat(16),
      spanId: '01'.repeat(8),
      service: 'gateway',
      name: 'GET /x',
      kind: 'SERVER',
      startMs: NOW - 3000,
      durationSeconds: 1.5,
      failed: false,
      attributes: {},
    },
    {
      traceId: '0a'.repeat(16),
      spanId: '02'.repeat(8),
      parentSpanId: '01'.repeat(8),
      service: 'order',
      name: 'SELECT',
      kind: 'CLIENT',
      startMs: NOW - 2900,
      durationSeconds: 1.2,
      failed: true,
      attributes: { 'db.system': 'postgresql', 'http.response.status_code': 503 },
    },
  ]);
  const handle = createStoreHandler(store);
  server = createServer((request, response) => {
    void handle(request, response).then((handled) => {
      if (!handled) {
        response.writeHead(418).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

async function get(path: string, params: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const reply = await fetch(`${base}${path}?${new URLSearchParams(params)}`);
  return { status: reply.status, text: await reply.text() };
}

describe('createStoreHandler', () => {
  it('leaves other paths to the caller', async () => {
    expect((await get('/shop/v1/clock')).status).toBe(418);
  });

  it.each(['/prometheus/-/ready', '/loki/ready', '/tempo/ready'])('is ready at %s', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it.each(['/prometheus/x', '/loki/x', '/tempo/x'])('does not know %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('answers an instant query at the time of the store', async () => {
    const { text } = await get('/prometheus/api/v1/query', { query: 'up{job="b"}' });
    expect(JSON.parse(text)).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: { __name__: 'up', job: 'b' }, value: [NOW / 1000, '1'] }] },
    });
  });

  it('takes a form body', async () => {
    const body = new URLSearchParams({ query: 'sum(up)', start: '1699999985', end: '1700000000', step: '15' });
    const reply = await fetch(`${base}/prometheus/api/v1/query_range`, { method: 'POST', body });
    expect(await reply.json()).toMatchObject({
      data: {
        resultType: 'matrix',
        result: [
          {
            values: [
              [1_699_999_985, '2'],
              [1_700_000_000, '1'],
            ],
          },
        ],
      },
    });
  });

  it('refuses a body that is too large', async () => {
    const body = new URLSearchParams({ query: 'x'.repeat(2_000_000) });
    expect((await fetch(`${base}/prometheus/api/v1/query`, { method: 'POST', body })).status).toBe(413);
  });

  it.each([
    ['query', { query: 'up[' }, 400, 'bad_data'],
    ['query', { query: 'up @ 1' }, 400, 'bad_data'],
    ['query', { query: 'up', time: 'yesterday' }, 400, 'bad_data'],
    ['query', { query: 'up * on() up' }, 422, 'execution'],
    ['query_range', { query: 'up', start: '2', end: '1', step: '1' }, 400, 'bad_data'],
    ['query_range', { query: 'up', start: '0', end: '100000', step: '1' }, 400, 'bad_data'],
    ['query_range', { query: 'up', start: '0', end: '1', step: '0' }, 400, 'bad_data'],
    ['query_range', { query: 'up[5m]', start: '0', end: '1', step: '1' }, 400, 'bad_data'],
    ['series', {}, 400, 'bad_data'],
    ['label/a-b/values', {}, 400, 'bad_data'],
  ])('refuses %s %j', async (path, params, status, errorType) => {
    const reply = await get(`/prometheus/api/v1/${path}`, params as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 'error', errorType });
  });

  it.each([
    ['labels', '["__name__","job"]'],
    ['label/job/values', '["a","b"]'],
    ['series?match[]=up{job="a"}', '[{"__name__":"up","job":"a"}]'],
    ['metadata', '{"up":[{"type":"gauge","help":"","unit":""}]}'],
  ])('lists %s', async (path, data) => {
    const reply = await fetch(`${base}/prometheus/api/v1/${path}`);
    expect(await reply.text()).toBe(`{"status":"success","data":${data}}`);
  });

  it.each([
    ['{service_name="order"}', 2],
    ['{service_name="order"} |= "boom"', 1],
    ['{service_name="order"} != "boom"', 1],
    ['{service_name="order"} | json | status >= 500', 1],
    ['{service_name="order"} | json | took > 1s', 1],
    ['{service_name="order"} | json | msg=~"b.*" and status=503', 1],
    ['{service_name="other"}', 0],
  ])('reads log lines of %s', async (query, lines) => {
    const { text } = await get('/loki/loki/api/v1/query_range', { query });
    const { data } = JSON.parse(text) as { data: { resultType: string; result: { values: unknown[] }[] } };
    expect(data.resultType).toBe('streams');
    expect(data.result.flatMap(({ values }) => values)).toHaveLength(lines);
  });

  it('counts log lines', async () => {
    const query = 'sum by (service_name) (count_over_time({service_name=~".+"}[5m]))';
    const { text } = await get('/loki/loki/api/v1/query', { query });
    expect(JSON.parse(text)).toMatchObject({
      data: { resultType: 'vector', result: [{ metric: { service_name: 'order' }, value: [NOW / 1000, '2'] }] },
    });
  });

  it.each(['{', '{}', '{a=~".*"}', 'topk(1, rate({a="b"}[1m]))', '{a="b"} | line_format "x"', '{a="b"} | json x="y"'])(
    'refuses LogQL %s in plain text',
    async (query) => {
      const reply = await get('/loki/loki/api/v1/query_range', { query });
      expect(reply.status).toBe(400);
      expect(reply.text).not.toMatch(/^\{/);
    }
  );

  it.each([
    ['{}', 2],
    ['{ resource.service.name = "order" && status = error && duration > 1s && kind = client }', 1],
    ['{ span.http.response.status_code >= 500 || name =~ "GET .*" }', 2],
    ['{ (kind = server) && (duration > 2s || duration < 1s) }', 0],
    ['{ span.missing != "x" }', 0],
  ])('finds traces by %s', async (q, matched) => {
    const { text } = await get('/tempo/api/search', { q });
    const { traces } = JSON.parse(text) as { traces: { traceID: string; spanSet: { matched: number } }[] };
    expect(traces.map(({ spanSet }) => spanSet.matched)).toEqual(matched === 0 ? [] : [matched]);
  });

  it.each(['{', '{ !(status = ok) }', '{} | count() > 1', '{} && {}', '{ event.x = 1 }', '{ duration > "a" + "b" }'])(
    'refuses TraceQL %s in plain text',
    async (q) => {
      const reply = await get('/tempo/api/search', { q });
      expect(reply.status).toBe(400);
      expect(reply.text).toMatch(/^invalid TraceQL query/);
    }
  );

  it('gives a trace in both versions', async () => {
    const one = JSON.parse((await get(`/tempo/api/traces/${'0a'.repeat(16)}`)).text) as { batches: unknown[] };
    const two = JSON.parse((await get(`/tempo/api/v2/traces/${'a'.padEnd(31, '0a')}`)).text) as {
      trace: { resourceSpans: unknown[] };
    };
    expect(one.batches).toHaveLength(2);
    expect(two.trace.resourceSpans).toEqual(one.batches);
    expect((await get('/tempo/api/traces/ff')).status).toBe(404);
    expect((await get('/tempo/api/traces/xyz')).status).toBe(400);
  });
});
