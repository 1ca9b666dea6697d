import { describe, expect, it } from 'vitest';
import type { EdgeReading, NodeReading, TopologyReading, TopologySource } from '#model';
import { activeGraph } from './active-graph.ts';
import { mergeTopology } from './merge-topology.ts';

const AT = 1_000_000_000;
const HOUR = 3_600_000;
const RULE = { atMs: AT, staleAfterSeconds: 3600 };

const reading = (
  source: TopologySource,
  edges: readonly EdgeReading[],
  nodes: readonly NodeReading[] = [],
  more: Partial<TopologyReading> = {}
): TopologyReading => ({ source, state: 'read', edges, nodes, ...more });
const call = (caller: string, callee: string, more: Partial<EdgeReading> = {}): EdgeReading => ({
  caller,
  callee,
  kind: 'http',
  lastSeenMs: AT,
  ...more,
});
const merge = (...readings: readonly TopologyReading[]) => mergeTopology(readings, RULE);

describe('an edge that several sources know', () => {
  const metrics = reading('service-graph', [call('a', 'b', { requestsPerSecond: 10, errorRatio: 0.1 })]);
  const jaeger = reading('jaeger-dependencies', [
    call('a', 'b', { requestsPerSecond: 1, lastSeenMs: AT - HOUR, firstSeenMs: AT - 5 * HOUR }),
  ]);
  const file = reading('topology-file', [{ caller: 'a', callee: 'b', kind: 'http' }]);

  it('names them all, with when each saw it', () => {
    const [edge] = merge(metrics, jaeger, file).edges;
    expect(edge).toMatchObject({
      measured: true,
      firstSeenMs: AT - 5 * HOUR,
      lastSeenMs: AT,
      sources: [
        { source: 'jaeger-dependencies', firstSeenMs: AT - 5 * HOUR, lastSeenMs: AT - HOUR },
        { source: 'service-graph', firstSeenMs: AT, lastSeenMs: AT },
        { source: 'topology-file' },
      ],
    });
    expect(edge).not.toHaveProperty('stale');
  });

  it('has the numbers of the source that counts every request, and of others what that one lacks', () => {
    const sampled = reading('tempo-spans', [call('a', 'b', { requestsPerSecond: 0.2, clientLatencySeconds: 0.3 })]);
    expect(merge(jaeger, sampled, metrics).edges[0]).toMatchObject({
      requestsPerSecond: 10,
      errorRatio: 0.1,
      clientLatencySeconds: 0.3,
    });
  });

  it('has no numbers when it was only declared or imported', () => {
    const old = reading('import', [call('a', 'b', { requestsPerSecond: 99 })]);
    const [edge] = merge(file, old).edges;
    expect(edge).toMatchObject({ measured: false, lastSeenMs: 0 });
    expect(edge).not.toHaveProperty('requestsPerSecond');
    expect(edge).not.toHaveProperty('stale');
  });

  it('adds up parts of one source, and ignores numbers that are none', () => {
    const parts = reading('service-graph', [
      call('a', 'b', { requestsPerSecond: 2, errorRatio: 0.1 }),
      call('a', 'b', { requestsPerSecond: 3, errorRatio: 0.4 }),
      call('a', 'b', { requestsPerSecond: Number.NaN, errorRatio: -1, serverLatencySeconds: Infinity }),
    ]);
    const [edge] = merge(parts).edges;
    expect(edge).toMatchObject({ requestsPerSecond: 5, errorRatio: 0.4 });
    expect(edge).not.toHaveProperty('serverLatencySeconds');
  });
});

describe('age', () => {
  const old = reading('service-graph', [call('a', 'b'), call('a', 'old', { lastSeenMs: AT - HOUR - 1 })]);
  const declared = reading('topology-file', [{ caller: 'b', callee: 'c', kind: 'http' }]);

  it('makes edges and nodes stale, not those that were only declared', () => {
    const graph = merge(old, declared);
    expect(graph.edges.map(({ callee, stale }) => [callee, stale])).toEqual([
      ['b', undefined],
      ['old', true],
      ['c', undefined],
    ]);
    expect(graph.nodes.filter(({ stale }) => stale).map(({ name }) => name)).toEqual(['old']);
    expect(graph.nodes.filter(({ measured }) => measured === false).map(({ name }) => name)).toEqual(['c']);
  });

  it('is no longer than the present: a clock that runs ahead saw it now', () => {
    expect(merge(reading('jaeger-spans', [call('a', 'b', { lastSeenMs: AT + HOUR })])).edges[0]?.lastSeenMs).toBe(AT);
  });

  it('takes what is stale out of the graph of the present', () => {
    const active = activeGraph(merge(old, declared));
    expect(active.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(active.edges.map(({ callee }) => callee)).toEqual(['b', 'c']);
  });
});

describe('names', () => {
  it('of peers that are known by their address become those of the service behind it', () => {
    const spans = reading(
      'tempo-spans',
      [call('order', '10.0.0.7', { kind: 'database' })],
      [{ name: '10.0.0.7', kind: 'database', system: 'postgresql', aliases: ['orders-db.shop', 'orders-db'] }]
    );
    const graph = merge(spans, reading('service-graph', [call('order', 'orders-db')]));
    expect(graph.nodes.map(({ name, kind, system }) => [name, kind, system])).toEqual([
      ['order', 'service', undefined],
      ['orders-db', 'database', 'postgresql'],
    ]);
    expect(graph.edges).toMatchObject([{ callee: 'orders-db', kind: 'database' }]);
    expect(graph.edges[0]?.sources?.map(({ source }) => source)).toEqual(['service-graph', 'tempo-spans']);
  });

  it('find the workload behind an address', () => {
    const spans = reading(
      'tempo-spans',
      [call('order', 'db.shop.svc')],
      [{ name: 'db.shop.svc', kind: 'database', aliases: ['db'] }]
    );
    const workloads = reading(
      'kubernetes',
      [],
      [{ name: 'db', namespace: 'shop', workload: { kind: 'StatefulSet', name: 'db' }, aliases: ['postgres'] }]
    );
    expect(merge(spans, workloads).nodes.map(({ name }) => name)).toEqual(['db', 'order']);
  });

  it('of workloads become those of the services that run in them', () => {
    const workloads = reading(
      'kubernetes',
      [],
      [{ name: 'order-v2', namespace: 'shop', team: 'pay', lastSeenMs: AT, aliases: ['order'] }]
    );
    const graph = merge(workloads, reading('service-graph', [call('web', 'order')]));
    expect(graph.nodes.map(({ name, team }) => [name, team])).toEqual([
      ['order', 'pay'],
      ['web', undefined],
    ]);
  });

  it('keep a store apart from a service that it is named after', () => {
    const spans = reading(
      'tempo-spans',
      [call('order', 'orders', { kind: 'database' })],
      [{ name: 'orders', kind: 'database', aliases: ['order'] }]
    );
    const services = reading(
      'service-graph',
      [call('web', 'order')],
      [
        { name: 'order', kind: 'service' },
        { name: 'orders', kind: 'service' },
      ]
    );
    expect(merge(spans, services).edges.map(({ callee }) => callee)).toEqual(['orders (database)', 'order']);
  });
});

describe('kinds', () => {
  it.each([
    [['external', 'database'], 'database'],
    [['database', 'cache'], 'cache'],
    [['service', 'external'], 'service'],
    [['service', 'queue'], 'queue'],
    [['client'], 'client'],
  ] as const)('of %j is %s', (kinds, expected) => {
    const sources: readonly TopologySource[] = ['service-graph', 'tempo-spans'];
    const readings = kinds.map((kind, index) =>
      reading(sources[index] ?? 'import', [], [{ name: 'x', kind, lastSeenMs: AT }])
    );
    expect(merge(...readings).nodes[0]?.kind).toBe(expected);
    expect(merge(...readings.toReversed()).nodes[0]?.kind).toBe(expected);
  });

  it('follow from the edges where nobody tells, but a declared dependency is a service', () => {
    const graph = merge(
      reading('service-graph', [
        call('web', 'gate', { kind: 'virtual' }),
        call('gate', 'db', { kind: 'database' }),
        call('gate', 'jobs', { kind: 'messaging' }),
        call('gate', 'bank', { kind: 'virtual' }),
      ]),
      reading('topology-file', [{ caller: 'gate', callee: 'declared', kind: 'virtual' }])
    );
    expect(Object.fromEntries(graph.nodes.map(({ name, kind }) => [name, kind]))).toEqual({
      bank: 'external',
      db: 'database',
      declared: 'service',
      gate: 'service',
      jobs: 'queue',
      web: 'client',
    });
  });

  it('of an edge are what telemetry saw, not what was declared', () => {
    const graph = merge(
      reading('service-graph', [call('a', 'b', { kind: 'virtual' })]),
      reading('topology-file', [{ caller: 'a', callee: 'b', kind: 'database' }])
    );
    expect(graph.edges[0]?.kind).toBe('virtual');
  });
});

describe('directions', () => {
  it('follow messages through a queue, where no source tells', () => {
    const messaging = { kind: 'messaging' as const };
    const metrics = reading(
      'service-graph',
      [call('order', 'jobs', messaging), call('jobs', 'worker', messaging)],
      [{ name: 'jobs', kind: 'queue' }]
    );
    expect(merge(metrics).edges.map(({ caller, direction }) => [caller, direction])).toEqual([
      ['jobs', 'consume'],
      ['order', 'publish'],
    ]);
  });
});

describe('traits', () => {
  it('are those that people wrote down, then those of Kubernetes, then those of telemetry', () => {
    const graph = merge(
      reading('tempo-spans', [], [{ name: 'a', team: 'spans', version: '1', language: 'go', lastSeenMs: AT }]),
      reading('kubernetes', [], [{ name: 'a', team: 'k8s', version: '2', lastSeenMs: AT }]),
      reading('topology-file', [], [{ name: 'a', team: 'file', criticality: 'high' }])
    );
    expect(graph.nodes[0]).toMatchObject({ team: 'file', version: '2', language: 'go', criticality: 'high' });
  });
});

describe('sources', () => {
  it('say what became of them', () => {
    const graph = merge(
      reading('service-graph', []),
      reading('jaeger-spans', [], [], { state: 'failed', reason: 'away' }),
      reading('tempo-spans', [call('a', 'b')])
    );
    expect(graph.sources).toEqual([
      { source: 'jaeger-spans', state: 'failed', nodes: 0, edges: 0, reason: 'away' },
      { source: 'service-graph', state: 'empty', nodes: 0, edges: 0 },
      { source: 'tempo-spans', state: 'read', nodes: 0, edges: 1 },
    ]);
  });

  it('of Kubernetes alone add workloads beside known services, not those of other namespaces', () => {
    const workload = (name: string, namespace: string): NodeReading => ({
      name,
      namespace,
      lastSeenMs: AT,
      aliases: [],
    });
    const graph = merge(
      reading('service-graph', [call('web', 'order')]),
      reading('kubernetes', [], [workload('order', 'shop'), workload('silent', 'shop'), workload('dns', 'kube-system')])
    );
    expect(graph.nodes.map(({ name }) => name)).toEqual(['order', 'silent', 'web']);
  });
});
