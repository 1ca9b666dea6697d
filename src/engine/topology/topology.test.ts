import { describe, expect, it } from 'vitest';
import type { EdgeKind, ServiceEdge } from '#model';
import { toAdjacency } from './adjacency.ts';
import { blastRadius } from './blast-radius.ts';
import { callPath } from './call-path.ts';
import { hopDistances } from './reachability.ts';
import { buildServiceGraph } from './service-graph.ts';
import { strongComponents } from './strong-components.ts';

const edge = (
  caller: string,
  callee: string,
  kind: EdgeKind = 'http',
  more: Partial<ServiceEdge> = {}
): ServiceEdge => ({
  caller,
  callee,
  kind,
  lastSeenMs: 1,
  ...more,
});
const graphOf = (...pairs: readonly string[]) =>
  buildServiceGraph(
    pairs.map((pair) => edge(pair.charAt(0), pair.charAt(1))),
    [],
    5
  );

describe('buildServiceGraph', () => {
  it('merges duplicates, drops self-calls and sorts', () => {
    const graph = buildServiceGraph(
      [
        edge('b', 'c', 'http', { requestsPerSecond: 2, errorRatio: 0.1, lastSeenMs: 3 }),
        edge('b', 'b'),
        edge('a', 'b'),
        edge('b', 'c', 'http', { requestsPerSecond: 3, clientLatencySeconds: 0.5 }),
      ],
      [{ name: 'z', kind: 'database' }],
      5
    );
    expect(graph.edges).toEqual([
      edge('a', 'b'),
      edge('b', 'c', 'http', { requestsPerSecond: 5, errorRatio: 0.1, clientLatencySeconds: 0.5, lastSeenMs: 3 }),
    ]);
    expect(graph.nodes.map((node) => node.name)).toEqual(['a', 'b', 'c', 'z']);
    expect(graph.generatedAtMs).toBe(5);
  });

  it('leaves out what was not measured instead of calling it zero', () => {
    expect(graphOf('ab').edges[0]).not.toHaveProperty('errorRatio');
  });

  it('guesses the kind of nodes that only edges name', () => {
    const graph = buildServiceGraph(
      [
        edge('web', 'gate', 'virtual'),
        edge('gate', 'svc'),
        edge('svc', 'db', 'database'),
        edge('svc', 'jobs', 'messaging'),
        edge('jobs', 'worker', 'messaging'),
        edge('svc', 'bank', 'virtual'),
      ],
      [{ name: 'worker', kind: 'service' }],
      1
    );
    expect(Object.fromEntries(graph.nodes.map((node) => [node.name, node.kind]))).toEqual({
      bank: 'external',
      db: 'database',
      gate: 'service',
      jobs: 'queue',
      svc: 'service',
      web: 'client',
      worker: 'service',
    });
  });

  it('believes a node list, and its more telling entry', () => {
    const nodes = [
      { name: 'r', kind: 'service' as const },
      { name: 'r', kind: 'cache' as const },
    ];
    expect(buildServiceGraph([], nodes, 1).nodes).toEqual([{ name: 'r', kind: 'cache' }]);
    expect(buildServiceGraph([], nodes.toReversed(), 1).nodes).toEqual([{ name: 'r', kind: 'cache' }]);
  });
});

describe('toAdjacency', () => {
  it('knows callers, callees and kinds; strangers have no neighbours', () => {
    const adjacency = toAdjacency(graphOf('ac', 'ab', 'bc'));
    expect(adjacency.callees('a')).toEqual(['b', 'c']);
    expect(adjacency.callers('c')).toEqual(['a', 'b']);
    expect(adjacency.callees('nobody')).toEqual([]);
    expect(adjacency.kind('nobody')).toBe('service');
    expect(adjacency.edge('a', 'b')).toMatchObject({ caller: 'a' });
    expect(adjacency.edge('b', 'a')).toBeUndefined();
  });

  it('ignores clients outside, even when they are called like a service', () => {
    const graph = buildServiceGraph(
      [edge('user', 'gate', 'virtual'), edge('gate', 'user'), edge('user', 'bank', 'virtual')],
      [],
      1
    );
    const adjacency = toAdjacency(graph);
    expect(adjacency.callers('gate')).toEqual([]);
    expect(adjacency.callees('user')).toEqual(['bank']);
  });
});

describe('reachability', () => {
  it('gives hops, also around cycles', () => {
    const { callees } = toAdjacency(graphOf('ab', 'bc', 'ca', 'cd'));
    expect([...hopDistances('a', callees)]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 3],
    ]);
  });

  it('gives the blast radius by hops, without the service itself', () => {
    expect(blastRadius(graphOf('ab', 'bd', 'cd', 'da'), 'd')).toEqual([
      { service: 'b', hops: 1 },
      { service: 'c', hops: 1 },
      { service: 'a', hops: 2 },
    ]);
    expect(blastRadius(graphOf('ab'), 'stranger')).toEqual([]);
  });

  it.each([
    ['a', 'd', ['a', 'b', 'd']],
    ['a', 'a', ['a']],
    ['d', 'a', undefined],
  ])('finds the shortest call path from %s to %s', (from, to, path) => {
    expect(callPath(graphOf('ac', 'ab', 'bd', 'cd'), from, to)).toEqual(path);
  });
});

describe('strongComponents', () => {
  // networkx 3.6.1: sorted(sorted(c) for c in nx.strongly_connected_components(G))
  it('equals networkx', () => {
    const found = strongComponents(graphOf('ab', 'bc', 'ca', 'cd', 'de', 'ed', 'ef', 'gh'));
    expect(found.toSorted()).toEqual([['a', 'b', 'c'], ['d', 'e'], ['f'], ['g'], ['h']]);
  });

  it('puts callees before their callers', () => {
    expect(strongComponents(graphOf('ab', 'bc'))).toEqual([['c'], ['b'], ['a']]);
  });
});
