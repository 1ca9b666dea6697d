import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shopGraph } from '../../testing/records.ts';
import type { LayoutEdge } from './indexed-graph.ts';
import { type LayoutOptions, layoutInSteps } from './layered-layout.ts';
import { runAtOnce, runInSlices } from './run-in-slices.ts';

const RIGHT: LayoutOptions = {
  direction: 'right',
  layerGap: 50,
  columnGap: 30,
  sibling: 50,
  lengthOf: () => 50,
  leastRows: 12,
  aspect: 2,
};
const DOWN: LayoutOptions = { ...RIGHT, direction: 'down' };

const shop = shopGraph().edges.map(({ caller, callee }) => ({ source: caller, target: callee }));
const lay = (edges: readonly LayoutEdge[], options = RIGHT, alone: readonly string[] = []) =>
  runAtOnce(layoutInSteps(alone, edges, options));

const name = fc.integer({ min: 0, max: 40 }).map((index) => `s${index}`);
const anyEdges = fc.array(
  fc.tuple(name, name).map(([source, target]) => ({ source, target })),
  { maxLength: 90 }
);

describe('layoutInSteps', () => {
  it('puts every caller of the shop left of its callees', () => {
    const { positions, backwards } = lay(shop);
    const wrong = shop.filter(
      ({ source, target }) => (positions.get(source)?.x ?? 0) >= (positions.get(target)?.x ?? 0)
    );
    expect(wrong).toEqual([]);
    expect([...backwards.values()].every((targets) => targets.size === 0)).toBe(true);
  });

  it('turns by a quarter when it goes down', () => {
    const right = lay(shop, { ...RIGHT, aspect: 0.01 });
    const down = lay(shop, { ...DOWN, aspect: 0.01 });
    expect([...down.positions]).toEqual([...right.positions].map(([id, { x, y }]) => [id, { x: y, y: x }]));
  });

  it('gives every node a place of its own, whatever the cycles, far enough from the next', () => {
    fc.assert(
      fc.property(anyEdges, fc.boolean(), (edges, right) => {
        const { positions } = lay(edges, right ? RIGHT : DOWN, ['alone', 's1']);
        const names = new Set(['alone', 's1', ...edges.flatMap(({ source, target }) => [source, target])]);
        expect([...positions.keys()].sort()).toEqual([...names].sort());
        const places = [...positions.values()];
        const near = places.flatMap((a, index) =>
          places.slice(index + 1).filter((b) => Math.abs(a.x - b.x) < 49 && Math.abs(a.y - b.y) < 49)
        );
        expect(near).toEqual([]);
      })
    );
  });

  it('depends only on the graph, not on the order of its edges', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        expect(lay(edges.toReversed())).toEqual(lay(edges));
      })
    );
  });

  it('stands an entry directly before what it calls', () => {
    const { positions } = lay([
      { source: 'a', target: 'b' },
      { source: 'b', target: 'c' },
      { source: 'c', target: 'd' },
      { source: 'job', target: 'd' },
    ]);
    expect(positions.get('job')?.x).toBe(positions.get('c')?.x);
  });

  it('leads a call that skips layers round the services between', () => {
    const { positions, routes } = lay([
      { source: 'a', target: 'b' },
      { source: 'b', target: 'c' },
      { source: 'a', target: 'c' },
    ]);
    const [pass] = routes.get('a')?.get('c') ?? [];
    expect(pass?.x).toBe(positions.get('b')?.x);
    expect(Math.abs((pass?.y ?? 0) - (positions.get('b')?.y ?? 0))).toBeGreaterThanOrEqual(37);
  });

  it('gives layers of long names more room', () => {
    const { positions } = lay(
      [
        { source: 'a', target: 'long' },
        { source: 'long', target: 'c' },
      ],
      { ...RIGHT, lengthOf: (id) => (id === 'long' ? 250 : 50) }
    );
    expect([positions.get('long')?.x, positions.get('c')?.x]).toEqual([200, 400]);
  });

  it('names the call that closes a cycle', () => {
    const { backwards } = lay([
      { source: 'entry', target: 'a' },
      { source: 'a', target: 'b' },
      { source: 'b', target: 'a' },
    ]);
    expect([...backwards].flatMap(([source, targets]) => [...targets].map((target) => [source, target]))).toEqual([
      ['b', 'a'],
    ]);
  });

  it('breaks a layer that is too long into columns of about the wanted shape', () => {
    const fan = Array.from({ length: 400 }, (_, index) => ({ source: 'hub', target: `leaf-${index}` }));
    const places = [...lay(fan).positions.values()];
    const width = Math.max(...places.map(({ x }) => x));
    const height = Math.max(...places.map(({ y }) => y));
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(4);
  });

  it('keeps services without calls out of the layers', () => {
    const { positions } = lay(shop, RIGHT, ['lonely']);
    const lowest = Math.max(...shop.map(({ source }) => positions.get(source)?.y ?? 0));
    expect(positions.get('lonely')?.y).toBeGreaterThan(lowest);
  });

  it('survives a chain of 20 000 calls and an empty graph', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({
      source: `n${String(index).padStart(5, '0')}`,
      target: `n${String(index + 1).padStart(5, '0')}`,
    }));
    expect(lay(chain).positions.get('n20000')?.x).toBe(2_000_000);
    expect(lay([]).positions.size).toBe(0);
  });
});

describe('runInSlices', () => {
  it('gives the same as all at once, and nothing once it is stopped', async () => {
    const steps = () => layoutInSteps([], shop, RIGHT);
    expect(await runInSlices(steps(), new AbortController().signal)).toEqual(runAtOnce(steps()));
    expect(await runInSlices(steps(), AbortSignal.abort())).toBeUndefined();
  });
});
