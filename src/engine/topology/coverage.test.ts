import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeReading, ServiceKind, SignalKind, TopologyReading, TopologySource } from '#model';
import { withCoverage } from './coverage.ts';
import { mergeTopology } from './merge-topology.ts';

const AT = 10 * 3_600_000;
const ALL: readonly SignalKind[] = ['request-rate', 'error-ratio', 'latency', 'cpu', 'memory', 'log-errors'];

const call = (caller: string, callee: string, more: Partial<EdgeReading> = {}): EdgeReading => ({
  caller,
  callee,
  kind: 'http',
  lastSeenMs: AT,
  ...more,
});
function coverage(
  edgesBySource: Partial<Record<TopologySource, readonly EdgeReading[]>>,
  signals: Readonly<Record<string, readonly SignalKind[]>> = {},
  kinds: Readonly<Record<string, ServiceKind>> = {}
) {
  const readings = Object.entries(edgesBySource).map(([source, edges]): TopologyReading => ({
    source: source as TopologySource,
    state: 'read',
    edges: edges ?? [],
    nodes: source === 'service-graph' ? Object.entries(kinds).map(([name, kind]) => ({ name, kind })) : [],
  }));
  const graph = mergeTopology(readings, { atMs: AT, staleAfterSeconds: 3600 });
  const kindsOf = new Map(Object.entries(signals).map(([service, list]) => [service, new Set(list)]));
  return Object.fromEntries(withCoverage(graph, kindsOf).nodes.map((node) => [node.name, node.coverage]));
}

describe('coverage', () => {
  it('is whole when every signal exists and two sources agree on every edge', () => {
    const edges = [call('a', 'b')];
    const found = coverage({ 'service-graph': edges, 'tempo-spans': edges }, { a: ALL, b: ALL });
    expect(found['b']).toEqual({
      score: 1,
      present: ['requests', 'errors', 'latency', 'cpu', 'memory', 'logs', 'traces', 'callers'],
      missing: [],
      singleSourcePeers: [],
      unconfirmedPeers: [],
      reasons: [],
    });
    expect(found['a']?.score).toBe(1);
  });

  it('names edges that rest on one source, are old, or were only declared', () => {
    const found = coverage(
      {
        'service-graph': [call('a', 'b'), call('a', 'old', { lastSeenMs: AT - 3 * 3_600_000 })],
        'topology-file': [{ caller: 'a', callee: 'planned', kind: 'http' }],
      },
      { a: ALL }
    );
    expect(found['a']).toMatchObject({
      singleSourcePeers: ['b'],
      unconfirmedPeers: ['old', 'planned'],
      reasons: [
        'One source only for the calls between it and b.',
        'Not seen of late: the calls between it and old, planned, the oldest 3 h ago.',
      ],
    });
    expect(found['a']?.score).toBeCloseTo((0.95 + 0.5 + 0.3) / 3);
    expect(found['planned']?.reasons[0]).toMatch(/only declared/);
    expect(found['planned']?.score).toBeLessThan(0.1);
  });

  it('takes from callers what a store does not tell itself, and asks nothing of clients', () => {
    const measured = { requestsPerSecond: 1, errorRatio: 0, clientLatencySeconds: 0.1 };
    const found = coverage(
      { 'service-graph': [call('user', 'a', { kind: 'virtual' }), call('a', 'db', { kind: 'database', ...measured })] },
      {},
      { user: 'client' }
    );
    expect(found['db']?.present).toEqual(['requests', 'errors', 'latency', 'callers']);
    expect(found['db']?.missing).toEqual(['cpu', 'memory', 'saturation']);
    expect(found['user']).toBeUndefined();
  });

  it('is lower without an item than with it, and always a share', () => {
    fc.assert(
      fc.property(fc.subarray([...ALL]), fc.boolean(), (kinds, agreed) => {
        const edges = [call('a', 'b')];
        const sources = { 'service-graph': edges, ...(agreed ? { 'jaeger-spans': edges } : {}) };
        const all = coverage(sources, { b: ALL })['b']?.score ?? Number.NaN;
        const some = coverage(sources, { b: kinds })['b']?.score ?? Number.NaN;
        expect(some).toBeGreaterThanOrEqual(0);
        expect(some).toBeLessThanOrEqual(1);
        expect(some < all).toBe(kinds.length < ALL.length);
      })
    );
  });
});
