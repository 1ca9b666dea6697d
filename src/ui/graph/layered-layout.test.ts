import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceGraph } from '#model';
import { shopGraph } from '../testing/records.ts';
import { layoutLayers } from './layered-layout.ts';

const SPACING = { layer: 100, sibling: 50 };

function toGraph(edges: ReadonlyArray<readonly [string, string]>): ServiceGraph {
  const names = [...new Set(edges.flat())].sort();
  return {
    nodes: names.map((name) => ({ name, kind: 'service' })),
    edges: edges.map(([caller, callee]) => ({ caller, callee, kind: 'http', lastSeenMs: 0 })),
    generatedAtMs: 0,
  };
}

const name = fc.integer({ min: 0, max: 12 }).map((index) => `s${index}`);
const anyGraph = fc.array(fc.tuple(name, name), { maxLength: 40 }).map(toGraph);

describe('layoutLayers', () => {
  it('puts every caller of the shop left of its callees', () => {
    const graph = shopGraph();
    const at = layoutLayers(graph, 'right', SPACING);
    const backwards = graph.edges.filter(({ caller, callee }) => (at.get(caller)?.x ?? 0) >= (at.get(callee)?.x ?? 0));
    expect(backwards).toEqual([]);
  });

  it('turns by a quarter when it goes down', () => {
    const right = layoutLayers(shopGraph(), 'right', SPACING);
    const down = layoutLayers(shopGraph(), 'down', SPACING);
    expect([...down]).toEqual([...right].map(([service, { x, y }]) => [service, { x: y, y: x }]));
  });

  it('gives every node a place of its own, whatever the cycles', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const at = layoutLayers(graph, 'right', SPACING);
        expect([...at.keys()].sort()).toEqual(graph.nodes.map((node) => node.name).sort());
        expect(new Set([...at.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(graph.nodes.length);
      })
    );
  });

  it('depends only on the graph, not on the order of its edges', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const acyclic = toGraph(
          graph.edges.filter(({ caller, callee }) => caller < callee).map(({ caller, callee }) => [caller, callee])
        );
        const reversed = { ...acyclic, edges: acyclic.edges.toReversed() };
        expect(new Map(layoutLayers(reversed, 'right', SPACING))).toEqual(
          new Map(layoutLayers(acyclic, 'right', SPACING))
        );
      })
    );
  });

  it('survives a chain of 20 000 calls and an empty graph', () => {
    const chain = toGraph(
      Array.from(
        { length: 20_000 },
        (_, index) => [`n${String(index).padStart(5, '0')}`, `n${String(index + 1).padStart(5, '0')}`] as const
      )
    );
    expect(layoutLayers(chain, 'right', SPACING).get('n20000')?.x).toBe(2_000_000);
    expect(layoutLayers(toGraph([]), 'right', SPACING).size).toBe(0);
  });
});
