import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheusClient, type PrometheusClient } from '../prometheus/client.ts';
import { sendJson, sendText, startHostileServer, type HostileServer } from '../testing/hostile-server.ts';
import { slowestExemplars } from './good-traces.ts';

const WINDOW = { fromMs: 1_000_000, toMs: 1_600_000 };
const [A, B] = ['0af7651916cd43dd8448eb211c80319c', 'B7AD6B7169203331B7AD6B7169203331'];
let server: HostileServer;
let prometheus: PrometheusClient;

beforeAll(async () => {
  server = await startHostileServer();
  prometheus = createPrometheusClient({ url: server.url, timeoutSeconds: 10 }, { sleep: () => Promise.resolve() });
});
afterAll(() => server.close());

const slowest = () => slowestExemplars(prometheus, ['a_bucket', 'b_bucket'], WINDOW, { limit: 2 });
const exemplar = (labels: object, value: unknown) => ({ labels, value, timestamp: 1_200 });

describe('exemplars', () => {
  it('lead to the traces of the slowest observations, each once', async () => {
    const exemplars = [
      exemplar({ trace_id: A }, '0.2'),
      exemplar({ traceID: B }, '3.5'),
      exemplar({ trace_id: A }, '0.1'),
      exemplar({ trace_id: 'no hex' }, '9'),
      exemplar({ span_id: A }, '9'),
      exemplar({ trace_id: A }, 'much'),
    ];
    server.behave((_, response) =>
      sendJson(response, { status: 'success', data: [{ seriesLabels: { service: 'shop' }, exemplars }] })
    );
    expect(await slowest()).toEqual([B?.toLowerCase(), A]);
    expect(server.seen[0]?.path).toContain('/api/v1/query_exemplars');
  });

  it('are none where the server does not know the question or keeps none', async () => {
    server.behave((_, response) => sendText(response, '404 page not found', 'text/plain', 404));
    expect(await slowest()).toEqual([]);
    server.behave((_, response) => sendJson(response, { status: 'success', data: [] }));
    expect(await slowest()).toEqual([]);
  });

  it('are a failure where the server fails, or answers something else', async () => {
    server.behave((_, response) => sendText(response, 'no', 'text/plain', 503));
    await expect(slowest()).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_SERVER_ERROR' });
    server.behave((_, response) => sendJson(response, { status: 'success', data: [{ exemplars: 'x' }] }));
    await expect(slowest()).rejects.toMatchObject({ code: 'CAUSEWAY_PROM_BAD_REPLY' });
  });
});
