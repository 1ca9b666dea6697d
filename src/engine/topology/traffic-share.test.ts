import { describe, expect, it } from 'vitest';
import type { ServiceEdge } from '#model';
import { blastRadius, dependenciesOf } from './blast-radius.ts';
import { mergeTopology } from './merge-topology.ts';

const edges = (text: string): ServiceEdge[] =>
  text.split(' ').map((part) => {
    const [pair = '', rate] = part.split(':');
    const [caller = '', callee = ''] = pair.split('>');
    const requests = rate === undefined ? {} : { requestsPerSecond: Number(rate) };
    return { caller, callee, kind: caller === 'user' ? 'virtual' : 'http', lastSeenMs: 1, ...requests };
  });
const graphOf = (text: string) =>
  mergeTopology([{ source: 'service-graph', state: 'read', nodes: [], edges: edges(text) }], {
    atMs: 1,
    staleAfterSeconds: 1,
  });
const shares = (found: readonly { service: string; trafficShare?: number }[]) =>
  Object.fromEntries(found.map(({ service, trafficShare }) => [service, trafficShare]));

describe('shares of traffic', () => {
  it('multiply along a chain and count what clients ask for', () => {
    const graph = graphOf('user>gate:100 gate>cart:50 gate>other:50 cart>redis:25');
    expect(shares(blastRadius(graph, 'redis'))).toEqual({ cart: 0.5, gate: 0.25 });
    expect(shares(dependenciesOf(graph, 'gate'))).toEqual({ cart: 0.5, other: 0.5, redis: 0.25 });
  });

  it('join where ways meet: a request misses when all its calls miss', () => {
    const graph = graphOf('user>gate:100 gate>a:50 gate>b:50 a>db:50 b>db:50');
    expect(shares(blastRadius(graph, 'db'))).toEqual({ a: 1, b: 1, gate: 0.75 });
  });

  it('are at most one where a request calls several times', () => {
    expect(shares(blastRadius(graphOf('user>gate:10 gate>db:70'), 'db'))).toEqual({ gate: 1 });
  });

  it('are zero for calls that nobody makes now', () => {
    expect(shares(blastRadius(graphOf('user>gate:10 gate>db:0'), 'db'))).toEqual({ gate: 0 });
  });

  it('are unknown for an entry whose requests nobody counts, and for everyone before an unknown call', () => {
    const graph = graphOf('gate>cart:50 cart>redis:25 cart>db user>gate:5');
    expect(shares(blastRadius(graph, 'redis'))).toEqual({ cart: 0.5, gate: 0.5 });
    expect(shares(blastRadius(graph, 'db'))).toEqual({ cart: undefined, gate: undefined });
    expect(shares(blastRadius(graphOf('gate>cart:50'), 'cart'))).toEqual({ gate: undefined });
  });

  it('rest on the requests that a service counts itself, where it does', () => {
    const graph = graphOf('gate>cart:50');
    const nodes = graph.nodes.map((node) => (node.name === 'gate' ? { ...node, requestsPerSecond: 200 } : node));
    expect(shares(blastRadius({ ...graph, nodes }, 'cart'))).toEqual({ gate: 0.25 });
  });

  it('settle in circles', () => {
    const found = shares(blastRadius(graphOf('user>a:10 a>b:10 b>a:10 b>c:5'), 'c'));
    expect(found['b']).toBeCloseTo(1 - (1 - 0.5) * (1 - (found['a'] ?? 0)), 6);
    expect(found['a']).toBeCloseTo(0.5 * (found['b'] ?? 0), 6);
  });
});
