import { describe, expect, it } from 'vitest';
import { TrainingError } from '../errors.ts';
import { parseTopology, TOPOLOGY_SCHEMA } from './parse-topology.ts';

function file(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema: TOPOLOGY_SCHEMA,
    services: [{ name: 'web' }, { name: 'cart', noise: { latency: 0.2 } }, { name: 'db', type: 'database' }],
    edges: [
      ['web', 'cart'],
      ['cart', 'db'],
      ['cart', 'cart'],
    ],
    entry: 'web',
    ...change,
  };
}

describe('parseTopology', () => {
  it('turns names into places and drops calls of a service to itself', () => {
    expect(parseTopology(file())).toEqual({
      types: ['service', 'service', 'database'],
      edges: [
        [0, 1],
        [1, 2],
      ],
      entry: 0,
      noise: [{}, { latency: 0.2 }, {}],
    });
  });

  it('leaves telemetry open where no noise is given', () => {
    const { noise, entry } = parseTopology(
      file({ services: [{ name: 'web' }, { name: 'cart' }, { name: 'db' }], entry: null })
    );
    expect([noise, entry]).toEqual([undefined, undefined]);
  });

  it('reads a graph that the product exported', () => {
    const nodes = [
      { name: 'web', kind: 'service', sources: [] },
      { name: 'bank', kind: 'external' },
      { name: 'mail', kind: 'queue' },
    ];
    const edges = [
      { caller: 'web', callee: 'bank', kind: 'http' },
      { caller: 'web', callee: 'mail', kind: 'messaging' },
    ];
    expect(parseTopology({ nodes, edges, generatedAtMs: 0 })).toEqual({
      types: ['service', 'remote', 'database'],
      edges: [
        [0, 1],
        [0, 2],
      ],
      entry: undefined,
    });
    const folded = { schema: 'causeway.graph/1', nodes: [...nodes, { name: 'team', members: 4 }], edges };
    expect(() => parseTopology(folded)).toThrow('--topology: nodes[3] is a folded group');
    expect(() => parseTopology({ nodes, edges: [{ caller: 'web' }] })).toThrow('--topology: edges[0][1] ');
  });

  it.each([
    ['the file', []],
    ['schema', file({ schema: 'x' })],
    ['services', file({ services: {} })],
    ['services', file({ services: [{ name: 'web' }], edges: [] })],
    ['services[0].name', file({ services: [{ name: '' }, { name: 'b' }] })],
    ['services[1].name', file({ services: [{ name: 'a' }, { name: 'a' }] })],
    ['services[0].type', file({ services: [{ name: 'a', type: 'moon' }, { name: 'b' }] })],
    ['services[0].noise.luck', file({ services: [{ name: 'a', noise: { luck: 1 } }, { name: 'b' }] })],
    ['services[0].noise.cpu', file({ services: [{ name: 'a', noise: { cpu: Number.NaN } }, { name: 'b' }] })],
    ['edges', file({ edges: 'x' })],
    ['edges[0]', file({ edges: ['x'] })],
    ['edges[0][1]', file({ edges: [['web', 'nowhere']] })],
    ['edges', file({ edges: [['web', 'web']] })],
    ['entry', file({ entry: 'nowhere' })],
  ])('names the field %s', (field, value) => {
    expect(() => parseTopology(value)).toThrow(TrainingError);
    expect(() => parseTopology(value)).toThrow(`--topology: ${field} `);
  });
});
