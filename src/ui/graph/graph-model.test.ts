import { describe, expect, it } from 'vitest';
import type { ServiceEdge, ServiceGraph, TopologyDiff } from '#model';
import { NOW_MS, report, shopGraph, shopStates } from '../testing/records.ts';
import { toGraphChanges, withRemoved } from './graph-changes.ts';
import { toBlastRadius, toGraphIndex, toNeighbourhood, toSubgraph } from './graph-index.ts';
import { toGraphView, toHighlight, toReportGraph } from './graph-model.ts';
import { describeEdge, describeEvidence, describeNode, toEdgeLabel, toNodeLabel } from './graph-text.ts';

const call = (caller: string, callee: string, more: Partial<ServiceEdge> = {}): ServiceEdge => ({
  caller,
  callee,
  kind: 'http',
  lastSeenMs: NOW_MS,
  ...more,
});
const graphOf = (edges: readonly ServiceEdge[], more: Partial<ServiceGraph> = {}): ServiceGraph => ({
  nodes: [],
  edges,
  generatedAtMs: NOW_MS,
  ...more,
});

describe('toGraphView', () => {
  const view = toGraphView(shopGraph(), shopStates(), { highlight: toHighlight(report()) });
  const label = (name: string) => {
    const node = view.nodes.find((item) => item.name === name);
    return node && toNodeLabel(node);
  };

  it('tells states apart without colour', () => {
    expect(label('orders-db')).toBe('CAUSE\norders-db\n■ critical 0.97');
    expect(label('gateway')).toBe('victim\ngateway\n▲ warning 0.74');
    expect(label('payment-provider')).toBe('payment-provider\n? unknown');
  });

  it('does not show a service without any state as normal', () => {
    expect(view.nodes.find(({ name }) => name === 'user')).toMatchObject({
      level: 'unknown',
      score: undefined,
      stateText: 'Unknown: not observed directly',
    });
  });

  it('marks the path against the direction of the calls, and failing calls', () => {
    expect(
      view.edges
        .filter(({ onPath, pathUpwards }) => onPath && pathUpwards)
        .map(({ edge }) => `${edge.caller} ${edge.callee}`)
    ).toEqual(['checkout order', 'order payment', 'payment orders-db']);
    expect(view.edges.filter(({ failing }) => failing).map(toEdgeLabel)).toEqual(['55 /s\n50 ms\n4 % errors']);
  });

  it('adds nodes that only a call names', () => {
    const { nodes } = toGraphView(graphOf([call('a', 'b')]), []);
    expect(nodes.map(({ name, callers, callees }) => [name, callers.length, callees.length])).toEqual([
      ['a', 0, 1],
      ['b', 1, 0],
    ]);
  });

  it('gives calls ids of their own, whatever the names', () => {
    const { edges } = toGraphView(graphOf([call('a', 'b→c'), call('a→b', 'c')]), []);
    expect(new Set(edges.map(({ id }) => id)).size).toBe(2);
  });
});

describe('how well a call is known', () => {
  const sources = (...names: ReadonlyArray<'service-graph' | 'topology-file'>) =>
    names.map((source) => ({ source, lastSeenMs: NOW_MS }));
  const read = (name: 'service-graph' | 'tempo-spans') =>
    ({ source: name, state: 'read', nodes: 1, edges: 1 }) as const;
  const evidenceOf = (edge: ServiceEdge, ...names: ReadonlyArray<'service-graph' | 'tempo-spans'>) =>
    toGraphView(graphOf([edge], { sources: names.map(read) }), []).edges[0]?.evidence;

  it('is weak on one source only where another could have seen it', () => {
    const edge = call('a', 'b', { sources: sources('service-graph') });
    expect(evidenceOf(edge, 'service-graph')).toBe('seen');
    expect(evidenceOf(edge, 'service-graph', 'tempo-spans')).toBe('one-source');
  });

  it('is said in words', () => {
    const texts = [
      call('a', 'b', { measured: false, sources: [{ source: 'topology-file' }] }),
      call('a', 'b', { stale: true }),
      call('a', 'b', { sources: sources('service-graph') }),
      call('a', 'b'),
    ].map((edge) => {
      const [view] = toGraphView(graphOf([edge], { sources: [read('service-graph'), read('tempo-spans')] }), []).edges;
      return view && describeEvidence(view);
    });
    expect(texts).toEqual([
      'declared by the topology file, never seen',
      expect.stringMatching(/^stale, last seen .*\d\d:\d\d$/),
      'only in service-graph metrics',
      '',
    ]);
  });
});

describe('parts of a graph', () => {
  const index = toGraphIndex(shopGraph());

  it('finds what is so many calls away, in either direction', () => {
    expect([...toNeighbourhood(index, 'payment', 1).keys()].sort()).toEqual([
      'order',
      'orders-db',
      'payment',
      'payment-provider',
      'redis',
    ]);
    expect(toNeighbourhood(index, 'payment', 2).get('cart')).toBe(2);
    expect(toNeighbourhood(index, 'payment', 1).has('cart')).toBe(false);
  });

  it('finds who would feel a failure, and survives cycles', () => {
    expect([...toBlastRadius(index, 'payment')]).toEqual([
      ['payment', 0],
      ['order', 1],
      ['checkout', 2],
      ['gateway', 3],
      ['user', 4],
    ]);
    const circle = toGraphIndex(graphOf([call('a', 'b'), call('b', 'a'), call('a', 'a')]));
    expect([...toBlastRadius(circle, 'a')]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  it('keeps only calls between kept services', () => {
    const part = toSubgraph(shopGraph(), new Set(['order', 'payment', 'redis']));
    expect(part.edges.map(({ caller, callee }) => `${caller} ${callee}`)).toEqual(['order payment', 'payment redis']);
  });

  it('draws a report without topology, caller to callee', () => {
    const graph = toReportGraph(report());
    expect(graph.edges.map(({ caller, callee }) => `${caller} ${callee}`)).toEqual([
      'payment orders-db',
      'order payment',
      'checkout order',
    ]);
  });

  it('highlights no cause when none was found', () => {
    expect(toHighlight(report({ decision: 'no-significant-root-cause' })).causes).toEqual([]);
  });
});

describe('words', () => {
  it('say what was not measured', () => {
    expect(describeEdge(call('a', 'b'))).toBe('requests not measured, errors not measured, p95 not measured');
  });

  it('say all of a node in one sentence', () => {
    const view = toGraphView(shopGraph(), shopStates(), { highlight: toHighlight(report()) });
    const texts = view.nodes
      .filter(({ name }) => ['orders-db', 'notification-worker'].includes(name))
      .map((node) => describeNode({ ...node, hops: node.name === 'orders-db' ? 0 : 2 }));
    expect(texts).toEqual([
      'notification-worker, Unknown: still learning what is usual (40 of 60 samples), Service, 2 hops away, called by 1, calls 0',
      'orders-db, Critical 0.97, Database, cause, fails, called by 2, calls 0',
    ]);
  });

  it('shorten a name that would fill the drawing', () => {
    const name = `${'x'.repeat(100)}-end`;
    const [node] = toGraphView(graphOf([], { nodes: [{ name, kind: 'service' }] }), []).nodes;
    expect(node && toNodeLabel(node).split('\n')[0]).toMatch(/^x+…x*-end$/);
    expect(node && toNodeLabel(node).split('\n')[0]?.length).toBeLessThanOrEqual(36);
  });
});

describe('differences', () => {
  const diff: TopologyDiff = {
    fromMs: 0,
    toMs: 1,
    addedNodes: [{ name: 'new', kind: 'service' }],
    removedNodes: [{ name: 'old', kind: 'service' }],
    changedNodes: [],
    addedEdges: [call('a', 'new')],
    removedEdges: [call('a', 'old')],
    changedEdges: [
      { caller: 'a', callee: 'b', measures: [], before: call('a', 'b'), after: call('a', 'b', { errorRatio: 1 }) },
    ],
  };
  const graph = graphOf([call('a', 'b'), call('a', 'new')], {
    nodes: ['a', 'b', 'new'].map((name) => ({ name, kind: 'service' as const })),
  });

  it('are drawn with a sign and a word, what is gone as well', () => {
    const view = toGraphView(withRemoved(graph, diff), [], { changes: toGraphChanges(diff) });
    expect(view.nodes.map(toNodeLabel)).toEqual([
      'a\n? unknown',
      'b\n? unknown',
      'new\n? unknown\n+ new',
      'old\n− gone',
    ]);
    expect(view.edges.map(toEdgeLabel)).toEqual(['Δ', '+ new', '− gone']);
  });

  it('do not double what is still drawn, such as a stale call', () => {
    expect(withRemoved({ ...graph, edges: [...graph.edges, call('a', 'old')] }, diff).edges).toHaveLength(3);
  });
});
