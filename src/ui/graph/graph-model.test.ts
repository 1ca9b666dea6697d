import { describe, expect, it } from 'vitest';
import { report, shopGraph, shopStates } from '../testing/records.ts';
import { describeEdge, toGraphView, toHighlight, toNeighbourhood, toReportGraph, toSubgraph } from './graph-model.ts';

describe('toGraphView', () => {
  const view = toGraphView(shopGraph(), shopStates(), toHighlight(report()));
  const node = (name: string) => view.nodes.find((item) => item.name === name);

  it('tells states apart without colour', () => {
    expect(node('orders-db')?.label).toBe('CAUSE\norders-db\n■ critical 0.97');
    expect(node('gateway')?.label).toBe('victim\ngateway\n▲ warning 0.74');
    expect(node('payment-provider')?.label).toBe('payment-provider\n? unknown');
    expect(node('payment-provider')?.stateText).toBe('Unknown: no data');
  });

  it('does not show a service without any state as normal', () => {
    expect(node('user')).toMatchObject({ level: 'unknown', stateText: 'Unknown: not observed directly' });
  });

  it('marks the path against the direction of the calls, and failing calls', () => {
    expect(view.edges.filter(({ onPath }) => onPath).map(({ id }) => id)).toEqual([
      'checkout→order',
      'order→payment',
      'payment→orders-db',
    ]);
    expect(view.edges.filter(({ failing }) => failing).map(({ label }) => label)).toEqual(['55 /s, 4 % errors']);
  });

  it('adds nodes that only a call names', () => {
    const graph = {
      nodes: [],
      edges: [{ caller: 'a', callee: 'b', kind: 'http' as const, lastSeenMs: 0 }],
      generatedAtMs: 0,
    };
    expect(toGraphView(graph, [], undefined).nodes.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('parts of a graph', () => {
  it('finds what is one call away', () => {
    expect([...toNeighbourhood(shopGraph(), 'payment')].sort()).toEqual([
      'order',
      'orders-db',
      'payment',
      'payment-provider',
      'redis',
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

  it('says what was not measured', () => {
    expect(describeEdge({ caller: 'a', callee: 'b', kind: 'http', lastSeenMs: 0 })).toBe(
      'requests not measured, errors not measured, p95 not measured'
    );
  });
});
