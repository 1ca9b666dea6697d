import { describe, expect, it } from 'vitest';
import type { InstantSample, Labels } from '#model';
import { TelemetryError } from '../errors.ts';
import type { PrometheusClient } from '../prometheus/client.ts';
import { EDGE_QUERIES, type EdgeQueryName } from './edge-queries.ts';
import { fetchServiceEdges } from './service-edges.ts';

type Answer = readonly (readonly [Labels, number])[] | 'fail';
const AT = { atMs: 1_000_000, windowSeconds: 300 };

function fake(answers: Partial<Record<EdgeQueryName, Answer>>): Pick<PrometheusClient, 'query'> {
  const names = new Map(Object.entries(EDGE_QUERIES).map(([name, build]) => [build(300), name as EdgeQueryName]));
  return {
    query: (expr, atMs) => {
      const answer = answers[names.get(expr) ?? 'requests'] ?? [];
      if (answer === 'fail') {
        return Promise.reject(new TelemetryError('prometheus', 'timeout'));
      }
      const samples = answer.map(([labels, value]): InstantSample => ({ labels, atMs, value }));
      return Promise.resolve({ samples, warnings: [], infos: [] });
    },
  };
}

const edge = (client: string, server: string): Labels => ({ client, server });
const typed = (client: string, server: string, type: string): Labels => ({ client, server, connection_type: type });

const SHOP: Partial<Record<EdgeQueryName, Answer>> = {
  requests: [
    [edge('user', 'gateway'), 100],
    [edge('gateway', 'order'), 50],
    [edge('order', 'orders-db'), 60],
    [edge('order', 'redis'), 60],
    [edge('order', 'orders-queue'), 5],
    [edge('orders-queue', 'worker'), 5],
    [edge('order', 'provider'), 0],
  ],
  failures: [[edge('gateway', 'order'), 5]],
  clientLatency: [
    [edge('user', 'gateway'), 0],
    [edge('gateway', 'order'), 0.2],
    [edge('order', 'provider'), 0.7],
  ],
  clientMean: [
    [edge('user', 'gateway'), 0],
    [edge('gateway', 'order'), 0.15],
  ],
  clientP99: [[edge('gateway', 'order'), 0.4]],
  serverLatency: [
    [edge('user', 'gateway'), 0.3],
    [edge('gateway', 'order'), 0.1],
    [edge('order', 'provider'), 0],
  ],
  connectionTypes: [
    [typed('user', 'gateway', 'virtual_node'), 100],
    [typed('gateway', 'order', ''), 50],
    [typed('order', 'orders-db', 'database'), 60],
    [typed('order', 'redis', 'database'), 60],
    [typed('order', 'orders-queue', 'messaging_system'), 5],
    [typed('orders-queue', 'worker', 'messaging_system'), 5],
    [typed('order', 'provider', 'virtual_node'), 0],
  ],
  servedSpans: [
    [{ service: 'gateway' }, 100],
    [{ service: 'order' }, 50],
    [{ service: 'worker' }, 5],
    [{ service: 'lonely' }, 1],
  ],
  caches: [[{ instance: 'redis:9121' }, 1e9]],
};

describe('fetchServiceEdges', () => {
  it('tells kinds by evidence', async () => {
    const { nodes, gaps } = await fetchServiceEdges(fake(SHOP), AT);
    expect(nodes.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'gateway: service',
      'lonely: service',
      'order: service',
      'orders-db: database',
      'orders-queue: queue',
      'provider: external',
      'redis: cache',
      'user: client',
      'worker: service',
    ]);
    expect(gaps).toEqual([]);
  });

  it('gives numbers where they were measured and none elsewhere', async () => {
    const { edges } = await fetchServiceEdges(fake(SHOP), AT);
    const find = (callee: string) => edges.find((item) => item.callee === callee);
    expect(find('order')).toEqual({
      caller: 'gateway',
      callee: 'order',
      kind: 'http',
      requestsPerSecond: 50,
      errorRatio: 0.1,
      clientLatencySeconds: 0.2,
      meanLatencySeconds: 0.15,
      p99LatencySeconds: 0.4,
      serverLatencySeconds: 0.1,
      lastSeenMs: AT.atMs,
    });
    expect(find('gateway')).toMatchObject({ kind: 'virtual', errorRatio: 0, serverLatencySeconds: 0.3 });
    expect(find('gateway')).not.toHaveProperty('clientLatencySeconds');
    expect(find('gateway')).not.toHaveProperty('meanLatencySeconds');
    expect(find('provider')).toMatchObject({ requestsPerSecond: 0, clientLatencySeconds: 0.7, lastSeenMs: 700_000 });
    expect(find('provider')).not.toHaveProperty('serverLatencySeconds');
    expect(find('provider')).not.toHaveProperty('errorRatio');
    expect(find('orders-db')).not.toHaveProperty('clientLatencySeconds');
    expect(find('orders-queue')?.kind).toBe('messaging');
    expect(edges.map(({ caller }) => caller)).toEqual(edges.map(({ caller }) => caller).toSorted());
  });

  it('keeps callers without spans apart from a service of the same name', async () => {
    const shop: typeof SHOP = {
      requests: [
        [edge('user', 'gateway'), 9],
        [edge('gateway', 'user'), 3],
      ],
      connectionTypes: [
        [typed('user', 'gateway', 'virtual_node'), 9],
        [typed('gateway', 'user', ''), 3],
      ],
      clientLatency: [[edge('user', 'gateway'), 0]],
      serverLatency: [[edge('user', 'gateway'), 0.3]],
      servedSpans: [
        [{ service: 'gateway' }, 9],
        [{ service: 'user' }, 3],
      ],
    };
    const { nodes, edges } = await fetchServiceEdges(fake(shop), AT);
    expect(nodes).toEqual([
      { name: 'gateway', kind: 'service', requestsPerSecond: 9 },
      { name: 'user', kind: 'service', requestsPerSecond: 3 },
      { name: 'user (client)', kind: 'client' },
    ]);
    expect(edges.map(({ caller, callee }) => [caller, callee])).toEqual([
      ['gateway', 'user'],
      ['user (client)', 'gateway'],
    ]);
    expect(edges[1]).toMatchObject({ kind: 'virtual', serverLatencySeconds: 0.3 });
    expect(edges[1]).not.toHaveProperty('clientLatencySeconds');
  });

  it('reports what failed and leaves its numbers out', async () => {
    const { edges, gaps } = await fetchServiceEdges(fake({ ...SHOP, failures: 'fail', caches: 'fail' }), AT);
    expect(edges.filter((item) => 'errorRatio' in item)).toEqual([]);
    expect(gaps.map(({ source }) => source).sort()).toEqual(['prometheus:edges-caches', 'prometheus:edges-failures']);
  });

  it('throws when the calls cannot be read, and says when there are none', async () => {
    await expect(fetchServiceEdges(fake({ requests: 'fail' }), AT)).rejects.toMatchObject({ failure: 'timeout' });
    const { edges, gaps } = await fetchServiceEdges(fake({}), AT);
    expect(edges).toEqual([]);
    expect(gaps).toEqual([
      { source: 'prometheus:edges-requests', reason: expect.stringContaining('no service-graph') },
    ]);
  });
});
