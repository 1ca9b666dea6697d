import { describe, expect, it } from 'vitest';
import type { ServiceEdge } from '#model';
import { fetchEdgeHistory, historyStepSeconds, withHistory, type EdgeHistory } from './edge-history.ts';

const HOUR = 3_600_000;
const AT = 100 * HOUR;
const edge = (caller: string, callee: string, requestsPerSecond: number): ServiceEdge => ({
  caller,
  callee,
  kind: 'http',
  requestsPerSecond,
  lastSeenMs: requestsPerSecond > 0 ? AT : AT - 300_000,
});
const past = (client: string, server: string, firstHour: number, lastHour: number, connectionType = '') => ({
  client,
  server,
  connectionType,
  firstSeenMs: AT - firstHour * HOUR,
  lastSeenMs: AT - lastHour * HOUR,
});
const history = (...calls: EdgeHistory['calls']): EdgeHistory => ({ fromMs: AT - 6 * HOUR, stepSeconds: 900, calls });
const service = (name: string) => ({ name, kind: 'service' as const });

describe('the history of calls', () => {
  it.each([
    [6 * 3600, 900],
    [900, 300],
    [24 * 3600, 3600],
  ])('over %d s is read every %d s', (lookback, step) => {
    expect(historyStepSeconds(lookback)).toBe(step);
  });

  it('is read from the points of a range query', async () => {
    const ranges: object[] = [];
    const prometheus = {
      queryRange: async (expr: string, range: object) => {
        ranges.push({ expr, ...range });
        const series = [
          { labels: { client: 'a', server: 'b' }, timesMs: [AT - 2 * HOUR, AT - HOUR], values: [1, 2] },
          { labels: { client: 'a' }, timesMs: [AT], values: [1] },
        ];
        return { series, warnings: [], infos: [] };
      },
    };
    const found = await fetchEdgeHistory(prometheus, { atMs: AT, lookbackSeconds: 6 * 3600 });
    expect(ranges).toMatchObject([{ startMs: AT - 6 * HOUR + 900_000, endMs: AT, stepSeconds: 900 }]);
    expect(found).toEqual({
      fromMs: AT - 6 * HOUR,
      stepSeconds: 900,
      calls: [{ client: 'a', server: 'b', connectionType: '', firstSeenMs: AT - 2 * HOUR, lastSeenMs: AT - HOUR }],
    });
  });

  it('ages the edges of now, and adds those that were used before', () => {
    const answer = { nodes: ['a', 'b', 'c'].map(service), edges: [edge('a', 'b', 1), edge('a', 'c', 0)] };
    const { edges, nodes } = withHistory(
      answer,
      history(past('a', 'b', 5, 0.25), past('a', 'c', 4, 3), past('a', 'gone', 4, 2, 'database')),
      AT
    );
    expect(edges).toMatchObject([
      { callee: 'b', firstSeenMs: AT - 5 * HOUR, lastSeenMs: AT },
      { callee: 'c', firstSeenMs: AT - 4 * HOUR, lastSeenMs: AT - 3 * HOUR },
      { callee: 'gone', kind: 'database', firstSeenMs: AT - 4 * HOUR, lastSeenMs: AT - 2 * HOUR },
    ]);
    expect(nodes.filter(({ lastSeenMs }) => lastSeenMs === AT).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes an edge that nobody used within it for last seen before it', () => {
    const { edges } = withHistory({ nodes: [], edges: [edge('a', 'c', 0)] }, history(), AT);
    expect(edges[0]?.lastSeenMs).toBe(AT - 6 * HOUR);
    expect(withHistory({ nodes: [], edges: [edge('a', 'c', 0)] }, undefined, AT).edges[0]?.lastSeenMs).toBe(
      AT - 300_000
    );
  });

  it('keeps callers without spans apart from a service of the same name', () => {
    const { nodes, edges } = withHistory(
      { nodes: ['user', 'gate'].map(service), edges: [] },
      history(past('user', 'gate', 2, 1, 'virtual_node')),
      AT
    );
    expect(edges[0]).toMatchObject({ caller: 'user (client)', kind: 'virtual' });
    expect(nodes).toContainEqual({ name: 'user (client)', kind: 'client' });
  });
});
