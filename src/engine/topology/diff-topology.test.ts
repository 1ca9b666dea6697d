import { describe, expect, it } from 'vitest';
import type { EdgeReading, NodeReading } from '#model';
import { diffTopology } from './diff-topology.ts';
import { mergeTopology } from './merge-topology.ts';

const graphAt = (atMs: number, edges: readonly EdgeReading[], nodes: readonly NodeReading[] = []) =>
  mergeTopology([{ source: 'service-graph', state: 'read', nodes, edges }], { atMs, staleAfterSeconds: 10 });
const call = (callee: string, atMs: number, rate?: number): EdgeReading => ({
  caller: 'a',
  callee,
  kind: 'http',
  lastSeenMs: atMs,
  ...(rate === undefined ? {} : { requestsPerSecond: rate }),
});

describe('the difference of two graphs', () => {
  it('has what came and what went; what is stale went', () => {
    const before = graphAt(100_000, [call('b', 100_000), call('c', 100_000)]);
    const after = graphAt(200_000, [call('b', 200_000), call('c', 100_000), call('d', 200_000)]);
    const diff = diffTopology(before, after);
    expect(diff).toMatchObject({ fromMs: 100_000, toMs: 200_000, changedEdges: [] });
    expect(diff.addedEdges.map(({ callee }) => callee)).toEqual(['d']);
    expect(diff.removedEdges.map(({ callee }) => callee)).toEqual(['c']);
    expect(diff.addedNodes.map(({ name }) => name)).toEqual(['d']);
    expect(diff.removedNodes.map(({ name }) => name)).toEqual(['c']);
  });

  it.each([
    [10, 11, false],
    [10, 12.5, true],
    [0.001, 0.009, false],
    [0, 5, true],
    [10, undefined, true],
    [undefined, 10, true],
    [undefined, undefined, false],
  ])('of a rate of %s and then %s is a change: %s', (before, after, changed) => {
    const { changedEdges } = diffTopology(graphAt(1, [call('b', 1, before)]), graphAt(2, [call('b', 2, after)]));
    expect(changedEdges).toHaveLength(changed ? 1 : 0);
    const [measure] = changedEdges[0]?.measures ?? [];
    expect(measure).toEqual(
      changed
        ? {
            measure: 'requestsPerSecond',
            ...(before === undefined ? {} : { before }),
            ...(after === undefined ? {} : { after }),
          }
        : undefined
    );
  });

  it('names the properties of a node that differ, ages not among them', () => {
    const node = (version: string, lastSeenMs: number): NodeReading => ({ name: 'a', version, lastSeenMs, pods: 2 });
    const diff = diffTopology(graphAt(1000, [], [node('1', 1000)]), graphAt(2000, [], [node('2', 2000)]));
    expect(diff.changedNodes).toMatchObject([{ name: 'a', properties: ['version'] }]);
    const same = diffTopology(graphAt(1000, [], [node('1', 1000)]), graphAt(2000, [], [node('1', 2000)]));
    expect(same.changedNodes).toEqual([]);
  });
});
