import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { datasourceSettingsSchema, type TopologySettings } from '#contracts';
import type { ServiceEdge, ServiceNode, Span, TopologyReading } from '#model';
import { type JaegerClient, TelemetryError, type TempoClient } from '#telemetry';
import { fakePrometheus } from '../testing/fake-prometheus.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { DeclaredTopology } from './declared-topology.ts';
import { ImportShelf } from './import-shelf.ts';
import { SpanMemory } from './span-memory.ts';
import { TopologySource } from './topology-source.ts';

const AT = 1_700_000_000_000;
const MINUTE = 60_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'topology-'));
afterAll(() => rmSync(folder, { recursive: true }));

const span = (spanId: string, service: string, kind: Span['kind'], more: Partial<Span> = {}): Span => ({
  traceId: 't',
  spanId,
  service,
  name: 'op',
  kind,
  startMs: AT - MINUTE,
  durationSeconds: 0.1,
  failed: false,
  attributes: {},
  ...more,
});

function makeSource(
  options: {
    readonly settings?: Partial<TopologySettings>;
    readonly file?: string;
    readonly imported?: TopologyReading;
    readonly tempo?: boolean;
    readonly jaeger?: boolean;
  } = {}
) {
  const clock = manualClock(AT);
  const state = { graphDown: false, tempoDown: false, failsAfterMs: 0, realMs: 0, searches: [] as object[] };
  const prometheus = fakePrometheus();
  const nodes: ServiceNode[] = ['web', 'order'].map((name) => ({ name, kind: 'service' }));
  const edges: ServiceEdge[] = [{ caller: 'web', callee: 'order', kind: 'http', requestsPerSecond: 5, lastSeenMs: AT }];
  const signals = {
    readEdges: async () => {
      if (state.graphDown) {
        throw new TelemetryError('prometheus', 'unreachable');
      }
      return { nodes, edges, gaps: [] };
    },
  };
  const tempo = {
    search: async (_query: string, { window }: { window: object }) => {
      state.searches.push(window);
      if (state.tempoDown) {
        state.realMs += state.failsAfterMs;
        throw new TelemetryError('tempo', 'timeout');
      }
      return [{ traceId: 'a', durationSeconds: 1, rootService: '', rootName: '', startMs: AT }];
    },
    trace: async () => ({
      spans: [
        span('1', 'order', 'CLIENT', { attributes: { 'db.system': 'postgresql', 'server.address': 'orders-db' } }),
      ],
      dropped: 0,
    }),
  } as unknown as TempoClient;
  const jaeger = {
    services: async () => ['cart'],
    search: async () => [
      { traceId: 'j', spans: [span('1', 'cart', 'CLIENT'), span('2', 'stock', 'SERVER', { parentSpanId: '1' })] },
    ],
    dependencies: async () => [{ parent: 'cart', child: 'stock', callCount: 3600 }],
  } as unknown as JaegerClient;
  const settings = datasourceSettingsSchema.parse({ prometheus: { url: 'http://p' } }).topology;
  const source = new TopologySource({
    upstreams: {
      prometheus: prometheus.client,
      tempo: options.tempo === false ? undefined : tempo,
      jaeger: options.jaeger === false ? undefined : jaeger,
    },
    signals: signals as never,
    settings: { ...settings, ...options.settings },
    namespace: undefined,
    declared: new DeclaredTopology({ text: options.file, path: undefined }),
    imported: () => options.imported,
    clock,
    realMs: () => state.realMs,
  });
  const edgesOf = async (atMs = clock.now()) =>
    (await source.read(atMs)).graph.edges.map(({ caller, callee, sources = [] }) => [
      `${caller} ${callee}`,
      sources.map(({ source: from }) => from).join(' '),
    ]);
  return { source, clock, state, prometheus, edgesOf };
}

describe('the graph of a datasource', () => {
  it('comes from every source, with who saw what', async () => {
    const { edgesOf, source } = makeSource({
      file: 'services: [{name: order, depends_on: [mainframe], team: pay}]',
      imported: {
        source: 'import',
        state: 'read',
        nodes: [],
        edges: [{ caller: 'web', callee: 'order', kind: 'http' }],
      },
    });
    expect(await edgesOf()).toEqual([
      ['cart stock', 'jaeger-dependencies jaeger-spans'],
      ['order mainframe', 'topology-file'],
      ['order orders-db', 'tempo-spans'],
      ['web order', 'import service-graph'],
    ]);
    const { graph, gaps, error } = await source.read(AT);
    expect([gaps, error]).toEqual([[], undefined]);
    expect(graph.nodes.find(({ name }) => name === 'order')).toMatchObject({ team: 'pay', measured: true });
    expect(graph.edges[0]).toMatchObject({ requestsPerSecond: 1 });
    expect(source.names).toContain('mainframe');
    expect(graph.sources?.map(({ source: name, state }) => `${name} ${state}`)).toEqual([
      'import read',
      'jaeger-dependencies read',
      'jaeger-spans read',
      'kubernetes empty',
      'service-graph read',
      'tempo-spans read',
      'topology-file read',
    ]);
  });

  it('lacks what a source that is away knows, and says so', async () => {
    const { source, state, prometheus } = makeSource({ file: 'services: 3', jaeger: false });
    state.tempoDown = true;
    prometheus.failing = /traces_service_graph_request_total.*> 0$/;
    const { graph, gaps } = await source.read(AT);
    expect(graph.edges.map(({ callee }) => callee)).toEqual(['order']);
    expect(gaps.map((gap) => [gap.source, gap.reason.split(':')[0]])).toEqual([
      ['prometheus:edges-history', 'CAUSEWAY_PROM_SERVER_ERROR'],
      ['tempo:topology', 'CAUSEWAY_TEMPO_TIMEOUT'],
      ['topology-file', 'CAUSEWAY_TOPOLOGY_FILE_INVALID'],
    ]);
  });

  it('leaves a source that was waited for in vain alone for a while', async () => {
    const { source, state } = makeSource({ jaeger: false });
    state.tempoDown = true;
    state.failsAfterMs = 5000;
    await source.read(AT);
    const asked = state.searches.length;
    const { gaps } = await source.read(AT);
    expect(state.searches).toHaveLength(asked);
    expect(gaps).toMatchObject([{ source: 'tempo:topology' }]);
    state.tempoDown = false;
    state.realMs += 15_000;
    expect((await source.read(AT)).gaps).toEqual([]);
  });

  it('asks a source that refused at once again with the next graph', async () => {
    const { source, state } = makeSource({ jaeger: false });
    state.tempoDown = true;
    expect((await source.read(AT)).gaps).toMatchObject([{ source: 'tempo:topology' }]);
    state.tempoDown = false;
    expect((await source.read(AT)).gaps).toEqual([]);
  });

  it('reads again what lacked a part, so that a problem does not outlive its reason', async () => {
    const { source, prometheus } = makeSource({ tempo: false, jaeger: false });
    prometheus.failing = /kube_[a-z_]*labels/;
    expect((await source.read(AT)).gaps).toMatchObject([{ source: 'prometheus:kubernetes' }]);
    prometheus.failing = undefined;
    expect((await source.read(AT)).gaps).toEqual([]);
  });

  it('is an error only when no telemetry shows a call', async () => {
    const { source, state } = makeSource();
    state.graphDown = true;
    expect(await source.read(AT)).toMatchObject({ error: undefined, gaps: [{ source: 'prometheus:edges' }] });
    const alone = makeSource({ tempo: false, jaeger: false, file: 'services: [{name: a, depends_on: [b]}]' });
    alone.state.graphDown = true;
    const { error, graph } = await alone.source.read(AT);
    expect(error).toMatchObject({ code: 'CAUSEWAY_PROM_UNREACHABLE' });
    expect(graph.edges).toHaveLength(1);
  });

  it('is not asked of what is switched off', async () => {
    const { source, state } = makeSource({ settings: { spans: false, kubernetes: false } });
    const { graph } = await source.read(AT);
    expect(state.searches).toEqual([]);
    expect(graph.sources?.filter((item) => item.state === 'off').map((item) => item.source)).toEqual([
      'jaeger-spans',
      'kubernetes',
      'tempo-spans',
      'topology-file',
    ]);
  });

  it('samples traces every five minutes, and of the past once', async () => {
    const { clock, state, edgesOf } = makeSource({ jaeger: false });
    await Promise.all([edgesOf(), edgesOf()]);
    expect(state.searches).toHaveLength(3);
    clock.set(AT + MINUTE);
    await edgesOf();
    expect(state.searches).toHaveLength(3);
    clock.set(AT + 6 * MINUTE);
    await edgesOf();
    expect(state.searches.slice(3)).toEqual(Array.from({ length: 3 }, () => ({ fromMs: AT, toMs: AT + 6 * MINUTE })));
    await edgesOf(AT - 60 * MINUTE);
    await edgesOf(AT - 60 * MINUTE);
    expect(state.searches).toHaveLength(9);
  });

  it('ends its reads when it is closed', async () => {
    const { source } = makeSource();
    source.close();
    await expect(source.read(AT)).resolves.toBeDefined();
  });
});

describe('the memory of samples', () => {
  const sample = (name: string, at: number) => ({
    nodes: [{ name, lastSeenMs: at, firstSeenMs: at }],
    edges: [{ caller: 'a', callee: name, kind: 'http' as const, firstSeenMs: at, lastSeenMs: at }],
  });

  it('joins samples, and forgets what was not seen for long', () => {
    const memory = new SpanMemory(10 * MINUTE);
    memory.add(sample('b', AT), AT);
    memory.add(sample('b', AT + 5 * MINUTE), AT + 5 * MINUTE);
    memory.add(sample('c', AT + 6 * MINUTE), AT + 6 * MINUTE);
    expect(memory.known.edges).toMatchObject([
      { callee: 'b', firstSeenMs: AT, lastSeenMs: AT + 5 * MINUTE },
      { callee: 'c' },
    ]);
    memory.add({ nodes: [], edges: [] }, AT + 16 * MINUTE);
    expect(memory.known.nodes.map(({ name }) => name)).toEqual(['c']);
  });

  it('forgets everything when the clock goes back', () => {
    const memory = new SpanMemory(10 * MINUTE);
    memory.add(sample('b', AT), AT);
    expect(memory.next(AT + 1, MINUTE, MINUTE)).toBeUndefined();
    expect(memory.next(AT - 1, MINUTE, MINUTE)).toEqual({ fromMs: AT - 1 - MINUTE, toMs: AT - 1 });
    expect(memory.known.nodes).toEqual([]);
  });
});

describe('declared graphs', () => {
  it('come from the settings and from a file of the operator', () => {
    const file = path.join(folder, 'topology.yaml');
    writeFileSync(file, 'services: [{name: b}]');
    const declared = new DeclaredTopology({ text: 'services: [{name: a}]', path: file });
    expect(declared.readings().map(({ nodes }) => nodes[0]?.name)).toEqual(['a', 'b']);
    expect(new DeclaredTopology({ text: ' ', path: undefined }).readings()).toMatchObject([{ state: 'off' }]);
  });

  it('that cannot be read are failed sources with the reason, without the content', () => {
    const missing = new DeclaredTopology({ text: undefined, path: path.join(folder, 'none.yaml') });
    expect(missing.readings()).toMatchObject([{ state: 'failed', reason: expect.stringMatching(/cannot be read/) }]);
    const file = path.join(folder, 'secret.yaml');
    writeFileSync(file, 'password: hunter2');
    utimesSync(file, 1, 1);
    const [wrong] = new DeclaredTopology({ text: undefined, path: file }).readings();
    expect(wrong?.reason).toMatch(/unknown field "password"|services/);
    expect(wrong?.reason).not.toMatch(/hunter2/);
  });
});

describe('imports', () => {
  it('are kept by datasource, the newest sixteen', () => {
    const shelf = new ImportShelf();
    const reading: TopologyReading = { source: 'import', state: 'read', nodes: [], edges: [] };
    for (let i = 0; i < 17; i += 1) {
      shelf.set(`d${i}`, reading);
    }
    expect([shelf.get('d0'), shelf.get('d16')]).toEqual([undefined, reading]);
    shelf.set('d16', undefined);
    expect(shelf.get('d16')).toBeUndefined();
  });
});
