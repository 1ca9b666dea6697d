import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  BlastRadiusAnswer,
  ChangesAnswer,
  ResourceError,
  TopologyAnswer,
  TopologyDiffAnswer,
  TopologyImportAnswer,
} from '#contracts';
import type { ServiceGraph } from '#model';
import { HOUR, nowMs, range, startSession } from './plugin-session.ts';

const session = startSession();
const DEPLOYED_MS = nowMs - 10 * 60_000;
let server: Server;
let url: string;

/** A Jaeger with one call that Prometheus does not know, and a Grafana with one annotation. */
beforeAll(async () => {
  const startTime = (nowMs - 60_000) * 1000;
  const span = (spanID: string, processID: string, kind: string, parent?: string) => ({
    traceID: 'ab',
    spanID,
    operationName: 'op',
    references: parent === undefined ? [] : [{ refType: 'CHILD_OF', traceID: 'ab', spanID: parent }],
    startTime,
    duration: 1000,
    processID,
    tags: [
      { key: 'span.kind', value: kind },
      ...(spanID === '3'
        ? [
            { key: 'db.system', value: 'redis' },
            { key: 'server.address', value: 'stock-cache' },
          ]
        : []),
    ],
  });
  const trace = {
    traceID: 'ab',
    spans: [span('1', 'p1', 'client'), span('2', 'p2', 'server', '1'), span('3', 'p2', 'client', '2')],
    processes: { p1: { serviceName: 'checkout' }, p2: { serviceName: 'stock' } },
  };
  const answers: Readonly<Record<string, unknown>> = {
    '/api/services': { data: ['checkout', 'stock'] },
    '/api/traces': { data: [trace] },
    '/api/dependencies': { data: [{ parent: 'checkout', child: 'stock', callCount: 3600 }] },
    '/api/annotations': [
      { time: DEPLOYED_MS, text: 'Rolled out <b>3.7.1</b>', tags: ['deploy', 'service:checkout', 'version:3.7.1'] },
    ],
    '/api/health': { version: '12.4.0' },
  };
  server = createServer((request, response) => {
    const body = answers[new URL(request.url ?? '/', 'http://h').pathname];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const FILE = `services:
  - name: payment
    team: pay
    criticality: high
    depends_on: [mainframe]
propagation_rules:
  - {if: mainframe.load > 90%, then: payment.latency_increase, confidence: 0.7}
`;
const settings = () => session.settings({ jaeger: { url }, grafana: { url }, topology: { file: FILE } });
const get = async <T>(path: string, query = ''): Promise<T> => {
  const answer = await session.client.fetchResource(settings(), { path, query });
  expect([answer.code, answer.body.slice(0, 300)]).toEqual([200, expect.any(String)]);
  return JSON.parse(answer.body) as T;
};
const post = (path: string, body: object) =>
  session.client.fetchResource(settings(), { method: 'POST', path, body: JSON.stringify(body) });

describe('the topology of a data source', () => {
  it('joins metrics, Jaeger and the topology file, and says who saw what', async () => {
    const { graph, services, shape, problems } = await get<TopologyAnswer>('topology', `at=${nowMs}`);
    expect(problems).toEqual([]);
    const edges = Object.fromEntries(
      graph.edges.map((edge) => [`${edge.caller} ${edge.callee}`, edge.sources?.map(({ source }) => source)])
    );
    expect(edges).toEqual({
      'checkout payment': ['service-graph'],
      'checkout stock': ['jaeger-dependencies', 'jaeger-spans'],
      'gateway checkout': ['service-graph'],
      'payment mainframe': ['topology-file'],
      'payment orders-db': ['service-graph'],
      'stock stock-cache': ['jaeger-spans'],
      'user gateway': ['service-graph'],
    });
    const node = (name: string) => graph.nodes.find((item) => item.name === name);
    expect(node('payment')).toMatchObject({ team: 'pay', criticality: 'high', measured: true });
    expect(node('payment')?.coverage?.unconfirmedPeers).toEqual(['mainframe']);
    expect(node('mainframe')).toMatchObject({ measured: false, coverage: { score: expect.any(Number) } });
    expect(node('stock-cache')).toMatchObject({ kind: 'cache', system: 'redis' });
    expect(graph.rules).toHaveLength(1);
    expect(services.map(({ service }) => service)).toEqual([
      'checkout',
      'gateway',
      'orders-db',
      'payment',
      'stock',
      'stock-cache',
    ]);
    expect(shape?.important).toHaveLength(7);
    expect(shape?.gateways[0]).toMatchObject({ service: 'gateway' });
  });

  it('is compared with that of another time', async () => {
    const { diff, problems } = await get<TopologyDiffAnswer>('topology/diff', `from=${nowMs - HOUR}&to=${nowMs}`);
    expect(problems).toEqual([]);
    expect(diff).toMatchObject({ fromMs: nowMs - HOUR, toMs: nowMs, addedEdges: [], removedEdges: [] });
    const refused = await session.client.fetchResource(settings(), { path: 'topology/diff', query: `to=${nowMs}` });
    expect(refused.code).toBe(400);
  });

  it('has a blast radius with hops and shares of traffic', async () => {
    const answer = await get<BlastRadiusAnswer>('topology/blast-radius', `service=orders-db&at=${nowMs}`);
    expect(answer).toMatchObject({ service: 'orders-db', dependencies: [], dominates: [], problems: [] });
    expect(answer.affected).toEqual([
      { service: 'payment', hops: 1, trafficShare: 1 },
      { service: 'checkout', hops: 2, trafficShare: 1 },
      { service: 'gateway', hops: 3, trafficShare: 1 },
    ]);
    const gateway = await get<BlastRadiusAnswer>('topology/blast-radius', `service=gateway&at=${nowMs}`);
    expect(gateway.dominates).toContain('orders-db');
    expect(gateway.node.coverage?.missing).toContain('logs');
    const unknown = await session.client.fetchResource(settings(), {
      path: 'topology/blast-radius',
      query: 'service=nobody',
    });
    expect([unknown.code, (JSON.parse(unknown.body) as ResourceError).message]).toEqual([
      400,
      expect.stringMatching(/"nobody", which is not in the graph/),
    ]);
  });

  it('is exported and imported again', async () => {
    const file = (query: string) => session.client.fetchResource(settings(), { path: 'topology/export', query });
    const json = await file(`at=${nowMs}`);
    expect(json.headers['Content-Disposition']).toMatch(/^attachment; filename="topology-[\d-]+T[\d-]+\.json"$/);
    expect((JSON.parse(json.body) as ServiceGraph).edges).toHaveLength(7);
    const cypher = await file(`format=cypher&at=${nowMs}`);
    expect(cypher.body).toMatch(/MERGE \(a\)-\[r:ACCESSES\]->\(b\)/);
    const [nodes, relationships] = await Promise.all(
      ['nodes', 'relationships'].map(async (part) => (await file(`format=csv&part=${part}&at=${nowMs}`)).body)
    );
    expect(nodes).toMatch(/^name:ID\(topology\),:LABEL,kind,/);
    expect((await file('format=csv')).code).toBe(400);
    expect((await file('format=xml')).code).toBe(400);

    session.renewSettings();
    const plain = session.settings();
    const imported = await session.client.fetchResource(plain, {
      method: 'POST',
      path: 'topology/import',
      body: JSON.stringify({ format: 'csv', nodes, relationships }),
    });
    const answer = JSON.parse(imported.body) as TopologyImportAnswer;
    expect([imported.code, answer.nodes, answer.edges, answer.warnings]).toEqual([200, 8, 7, []]);
    expect(answer.topologyFile).toMatch(/name: mainframe/);
    const graphOf = async (): Promise<ServiceGraph> =>
      (
        JSON.parse(
          (await session.client.fetchResource(plain, { path: 'topology', query: `at=${nowMs - 15_000}` })).body
        ) as TopologyAnswer
      ).graph;
    const stock = (await graphOf()).edges.find(({ callee }) => callee === 'stock');
    expect(stock).toMatchObject({ measured: false, sources: [{ source: 'import' }] });
    await session.client.fetchResource(plain, { method: 'POST', path: 'topology/import', body: '{"format":"clear"}' });
    session.renewSettings();
    const cleared = JSON.parse(
      (await session.client.fetchResource(session.settings(), { path: 'topology' })).body
    ) as TopologyAnswer;
    expect(cleared.graph.edges.some(({ callee }) => callee === 'stock')).toBe(false);
  });

  it.each([
    [{ format: 'json', text: '{}' }, 'CAUSEWAY_IMPORT_INVALID'],
    [{ format: 'csv', nodes: '', relationships: '' }, 'CAUSEWAY_IMPORT_INVALID'],
    [{ format: 'yaml', text: 'services: 3' }, 'CAUSEWAY_TOPOLOGY_FILE_INVALID'],
    [{ format: 'xml', text: '' }, 'CAUSEWAY_REQUEST_INVALID'],
  ])('refuses the import of %j', async (body, code) => {
    const answer = await post('topology/import', body);
    expect(answer.code).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ code, message: expect.any(String), remedy: expect.any(String) });
  });

  it('takes a large import, but not any', async () => {
    const large = { format: 'json', text: ' '.repeat(1_000_000) };
    expect(JSON.parse((await post('topology/import', large)).body)).toMatchObject({ code: 'CAUSEWAY_IMPORT_INVALID' });
    expect((await post('overview', large)).code).toBe(405);
    expect((await post('analyses', large)).code).toBe(413);
  });

  it('shows a file that cannot be used as a problem, and the graph without it', async () => {
    const wrong = session.settings({ topology: { file: 'services:\n  - nam: a' } });
    const answer = JSON.parse((await session.client.fetchResource(wrong, { path: 'topology' })).body) as TopologyAnswer;
    expect(answer.graph.edges).toHaveLength(4);
    expect(answer.problems).toMatchObject([
      {
        source: 'topology-file',
        code: 'CAUSEWAY_TOPOLOGY_FILE_INVALID',
        message: expect.stringMatching(/unknown field "nam"|name/),
      },
    ]);
  });

  it('is drawn with what is known of its parts', async () => {
    const { T } = await session.client.queryData(settings(), [
      { refId: 'T', json: { queryType: 'topology' }, ...range },
    ]);
    const [nodes, edges] = T!.frames;
    const column = (frame: typeof nodes, name: string) => frame!.fields.find((field) => field.name === name)!.values;
    const at = column(edges, 'target').indexOf('mainframe');
    expect(column(edges, 'detail__seen')[at]).toBe('declared');
    expect(column(edges, 'strokedasharray')[at]).toBe('2 4');
    expect(column(edges, 'detail__last_seen')[at]).toBeNull();
    const payment = column(nodes, 'id').indexOf('payment');
    expect(column(nodes, 'detail__team')[payment]).toBe('pay');
    expect(column(nodes, 'detail__coverage')[payment]).toBeGreaterThan(0);
  });

  it('is checked with its sources', async () => {
    const health = await session.client.checkHealth(settings());
    expect(health.message).toMatch(/jaeger, grafana 12\.4\.0/);
  });
});

describe('the changes of a data source', () => {
  it('come from annotations and the webhook, each once', async () => {
    const change = { service: 'checkout', kind: 'deploy', summary: 'checkout 3.7.1', version: '3.7.1' };
    const sent = await post('changes', {
      changes: [
        { ...change, atMs: DEPLOYED_MS + 5000 },
        { ...change, atMs: DEPLOYED_MS + 5000 },
      ],
    });
    expect([sent.code, JSON.parse(sent.body)]).toEqual([202, { accepted: 1, duplicates: 1 }]);
    const { changes, problems } = await get<ChangesAnswer>('changes', `from=${nowMs - HOUR}&to=${nowMs}`);
    expect(problems).toEqual([]);
    expect(changes).toEqual([
      {
        atMs: DEPLOYED_MS,
        kind: 'deploy',
        service: 'checkout',
        summary: 'checkout 3.7.1',
        version: '3.7.1',
        sources: ['grafana-annotation', 'webhook'],
      },
    ]);
  });

  it('outlive a change of the settings', async () => {
    session.renewSettings();
    const { changes } = await get<ChangesAnswer>('changes', `from=${nowMs - HOUR}&to=${nowMs}`);
    expect(changes[0]?.sources).toContain('webhook');
  });

  it.each([
    [{ service: 'a', kind: 'rm', summary: 's' }, 400],
    [{ changes: [] }, 400],
    [{ service: 'a', kind: 'deploy', summary: 's', atMs: 1 }, 400],
  ])('are refused from %j', async (body, code) => {
    expect((await post('changes', body)).code).toBe(code);
  });

  it('are refused where the webhook is off', async () => {
    const off = session.settings({ changes: { webhook: false } });
    const body = JSON.stringify({ service: 'a', kind: 'deploy', summary: 's' });
    const answer = await session.client.fetchResource(off, { method: 'POST', path: 'changes', body });
    expect([answer.code, JSON.parse(answer.body)]).toMatchObject([403, { code: 'CAUSEWAY_FORBIDDEN' }]);
  });
});
