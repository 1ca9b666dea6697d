import { describe, expect, it } from 'vitest';
import type { FrameLook } from './frame-rows.ts';
import type { FrameTopology } from './frame-topology.ts';
import { readTopology } from './topology-frames.ts';

const LOOK: FrameLook = { format: (field, value) => `${value}${field.config.unit ?? ''}`, color: (name) => `#${name}` };

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
const read = (...frames: never[]) => readTopology(frames, 5, LOOK);
const toGraph = (...frames: never[]): { topology: FrameTopology; remarks: readonly string[] } => {
  const reading = read(...frames);
  if (reading.kind !== 'graph') {
    throw new Error(`no graph but ${reading.kind}`);
  }
  return reading;
};

const NODES = {
  id: ['payment', 'orders-db', 'ghost'],
  subtitle: ['service', 'database', 'nonsense'],
  mainstat: [0.95, null, 7],
  detail__state: ['critical', 'unknown', 'unknown'],
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

describe('frames of a topology query', () => {
  it('give nodes, edges and states', () => {
    const { topology, remarks } = toGraph(frame('nodes', NODES), frame('edges', EDGES));
    expect(topology.graph).toEqual({
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
    expect(topology.foreign).toBeUndefined();
    expect(remarks).toEqual([]);
  });

  it('take neither a missing score nor one outside 0 to 1 for normal', () => {
    const states = toGraph(frame('nodes', NODES)).topology.services;
    expect(states.map(({ reading }) => (reading.kind === 'scored' ? reading.score : reading.why))).toEqual([
      0.95,
      'stale',
      'no-data',
    ]);
  });
});

describe('node graphs of other sources', () => {
  const nodes = frame('anything', {
    ID: [1, 2],
    title: ['web', 'api'],
    subTitle: ['frontend', null],
    mainStat: [0.3, 0.9],
    secondaryStat: [5, null],
    arc__ok: [0.75, 0],
    arc__failed: [0.25, 1],
    detail__Zone: ['eu', ''],
    color: [null, 'red'],
  });
  const edges = frame(undefined, { id: ['a'], source: [1], target: [2], mainstat: [12], thickness: [99] });

  it('keep their own figures: a number between 0 and 1 is no anomaly score', () => {
    const { topology } = toGraph(nodes, edges);
    expect(topology.services).toEqual([]);
    expect(topology.foreign?.nodes.get('1')).toEqual({
      title: 'web',
      subtitle: 'frontend',
      mainText: '0.3',
      secondaryText: '5',
      arcs: [
        { label: 'ok', share: 0.75, color: '#section 0' },
        { label: 'failed', share: 0.25, color: '#section 1' },
      ],
      details: [['Zone', 'eu']],
      color: undefined,
      highlighted: false,
    });
    expect(topology.foreign?.nodes.get('2')).toMatchObject({ color: '#red', secondaryText: '', details: [] });
    expect([...(topology.foreign?.edges.values() ?? [])]).toMatchObject([{ mainText: '12', thickness: 12 }]);
  });

  it('take nodes from the edges where there are no others, and say so', () => {
    const { topology, remarks } = toGraph(edges);
    expect(topology.graph.nodes.map(({ name }) => name)).toEqual(['1', '2']);
    expect(remarks).toEqual(['There is no frame of nodes; they are taken from the ends of the edges.']);
  });

  it('say what is missing or left out', () => {
    const { topology, remarks } = toGraph(
      frame('nodes', { id: ['a', '', 'a', 'b'], arc__x: [0.9, 0, 0, 0.5], arc__y: [0.9, 0, 0, 0.5] }),
      frame('edges', { source: ['a', 'a', null], target: ['b', 'stranger', 'b'] })
    );
    expect(topology.graph.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'stranger']);
    expect(topology.graph.edges).toHaveLength(2);
    expect(remarks).toEqual([
      '1 of the nodes has no “id” and is left out.',
      '1 node has an “id” that came before and is left out.',
      '1 edge lacks its source or target and is left out.',
      'Edges lead to nodes that the frame of nodes lacks: stranger.',
      '1 node has “arc__” values that add up to more than 1; they are scaled.',
    ]);
  });

  it('show the first 4000 nodes of more, and say so', () => {
    const { topology, remarks } = toGraph(
      frame('nodes', { id: Array.from({ length: 5000 }, (_, index) => `n${index}`) })
    );
    expect(topology.graph.nodes).toHaveLength(4000);
    expect(remarks).toContain('Only the first 4000 of 5000 nodes are shown. Narrow the query down.');
  });
});

describe('frames that are no graph', () => {
  it('are told by what they lack', () => {
    expect(read(frame('x', { time: [1], value: [1] }))).toEqual({
      kind: 'unusable',
      problems: [
        'No frame has a field “id” (nodes), and none has the fields “source” and “target” (edges).',
        'Fields found: time, value.',
      ],
    });
    expect(read(frame('calls', { id: ['a'], source: ['a'] }))).toEqual({
      kind: 'unusable',
      problems: ['The frame “calls” has the field “source” but not “target”: edges need both.'],
    });
  });

  it('are nothing when there is nothing in them', () => {
    expect(read()).toEqual({ kind: 'nothing' });
    expect(read(frame('nodes', {}))).toEqual({ kind: 'nothing' });
    expect(read(frame('nodes', { id: [] }), frame('edges', { source: [], target: [] }))).toEqual({ kind: 'nothing' });
  });

  it.each([
    [{ id: [null, {}, [], true, Number.NaN] }],
    [{ id: ['__proto__', 'constructor'], mainstat: [Infinity, 'x'], arc__a: [-1, 'y'] }],
  ])('never throw: %j', (columns) => {
    expect(() => read(frame('nodes', columns), frame('edges', { source: [{}], target: [[]] }))).not.toThrow();
  });
});
