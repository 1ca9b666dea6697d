import { describe, expect, it } from 'vitest';
import { toTopology } from './topology-frames.ts';

const frame = (name: string | undefined, columns: Record<string, readonly unknown[]>) =>
  ({
    name,
    length: Object.values(columns)[0]?.length ?? 0,
    fields: Object.entries(columns).map(([field, values]) => ({
      name: field,
      values,
      config: field === 'secondarystat' ? { unit: 's' } : {},
    })),
  }) as never;
const NODES = {
  id: ['payment', 'orders-db', 'ghost'],
  detail__kind: ['service', 'database', 'nonsense'],
  mainstat: [0.95, null, 7],
  detail__reason: [null, 'stale', null],
};
const EDGES = {
  id: ['e'],
  source: ['payment'],
  target: ['orders-db'],
  mainstat: [40],
  secondarystat: [0.05],
  detail__errors: [0.1],
  detail__kind: ['database'],
};

describe('toTopology', () => {
  it('reads nodes, edges and states', () => {
    const topology = toTopology([frame('nodes', NODES), frame('edges', EDGES)], 5);
    expect(topology?.graph).toEqual({
      nodes: [
        { name: 'payment', kind: 'service' },
        { name: 'orders-db', kind: 'database' },
        { name: 'ghost', kind: 'service' },
      ],
      edges: [
        {
          caller: 'payment',
          callee: 'orders-db',
          kind: 'database',
          requestsPerSecond: 40,
          errorRatio: 0.1,
          clientLatencySeconds: 0.05,
          lastSeenMs: 5,
        },
      ],
      generatedAtMs: 5,
    });
  });

  it('takes neither a missing score nor one outside 0 to 1 for normal', () => {
    const states = toTopology([frame('nodes', NODES)], 5)?.services;
    expect(states?.map(({ reading }) => (reading.kind === 'scored' ? reading.score : reading.why))).toEqual([
      0.95,
      'stale',
      'no-data',
    ]);
  });

  it('recognises node graph frames of other sources, and the lack of them', () => {
    expect(toTopology([frame(undefined, EDGES), frame(undefined, { id: ['a'] })], 5)?.graph.nodes).toHaveLength(1);
    expect(toTopology([frame('x', { value: [1] })], 5)).toBeUndefined();
    expect(toTopology([], 5)).toBeUndefined();
  });
});
