import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW_MS, report, shopGraph, shopStates } from '../testing/records.ts';
import { toElements, toLayoutOptions, toSegments, toStructureKey } from './cytoscape-elements.ts';
import { toGraphDocument } from './graph-export.ts';
import { type GraphView, toGraphView, toHighlight } from './graph-model.ts';
import { layoutInSteps } from './layout/layered-layout.ts';
import { runAtOnce } from './layout/run-in-slices.ts';
import { chooseNames, type NameWish, toNameWeight } from './level-of-detail.ts';

const view = toGraphView(shopGraph(), shopStates(), { highlight: toHighlight(report()) });
const layout = (shown: GraphView) =>
  runAtOnce(
    layoutInSteps(
      shown.nodes.map(({ id }) => id),
      shown.edges,
      toLayoutOptions(shown, 'right', 1.9)
    )
  );

describe('toElements', () => {
  const elements = toElements(view, layout(view));

  it('has every node and edge once, nodes first, so that edges find their ends', () => {
    expect(elements.map(({ group }) => group)).toEqual([
      ...view.nodes.map(() => 'nodes'),
      ...view.edges.map(() => 'edges'),
    ]);
    expect(new Set(elements.map(({ data }) => data.id)).size).toBe(elements.length);
  });

  it('keeps the boxes of the shop apart', () => {
    const boxes = elements.filter(({ group }) => group === 'nodes');
    const overlapping = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (b) =>
            Math.abs((a.position?.x ?? 0) - (b.position?.x ?? 0)) < (a.data.width + b.data.width) / 2 &&
            Math.abs((a.position?.y ?? 0) - (b.position?.y ?? 0)) < (a.data.height + b.data.height) / 2
        )
    );
    expect(overlapping).toEqual([]);
  });

  it('points the way of the trouble, against the call', () => {
    const paths = elements.filter(({ data }) => data.path === 'up').map(({ data }) => data.name);
    expect(paths).toEqual(['checkout → order', 'order → payment', 'payment → orders-db']);
  });

  it('draws a call to oneself as a loop', () => {
    const edge = { caller: 'a', callee: 'a', kind: 'http' as const, lastSeenMs: 0 };
    const own = toGraphView({ nodes: [], edges: [edge], generatedAtMs: 0 }, []);
    expect(toElements(own, layout(own)).map(({ data }) => data.course)).toEqual([undefined, 'loop']);
  });
});

describe('toStructureKey', () => {
  it('changes with nodes and edges, not with figures', () => {
    const louder = toGraphView(shopGraph(), []);
    expect(toStructureKey(louder, 'right')).toBe(toStructureKey(view, 'right'));
    expect(toStructureKey({ ...view, edges: view.edges.slice(1) }, 'right')).not.toBe(toStructureKey(view, 'right'));
    expect(toStructureKey(view, 'down')).not.toBe(toStructureKey(view, 'right'));
  });
});

describe('toSegments', () => {
  it('describes points so that they come out where they were', () => {
    const place = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
    fc.assert(
      fc.property(place, place, place, (from, to, point) => {
        fc.pre(Math.hypot(to.x - from.x, to.y - from.y) > 1);
        const { weights, distances } = toSegments(from, to, [point]);
        const [weight = 0] = weights;
        const [distance = 0] = distances;
        const length = Math.hypot(to.x - from.x, to.y - from.y);
        // As the drawing library computes it: along the line, then along its normal (-dy, dx).
        expect(from.x + (to.x - from.x) * weight - ((to.y - from.y) / length) * distance).toBeCloseTo(point.x, 6);
        expect(from.y + (to.y - from.y) * weight + ((to.x - from.x) / length) * distance).toBeCloseTo(point.y, 6);
      })
    );
  });
});

describe('names of a graph seen from afar', () => {
  const wish = (id: string, x: number, weight: number): NameWish => ({ id, x, y: 0, width: 60, weight });

  it('are given to what matters most, and do not cover each other', () => {
    const chosen = chooseNames([wish('calm', 0, 0), wish('a', 10, 20), wish('cause', 30, 100), wish('b', 200, 20)]);
    expect(chosen.map(({ id }) => id)).toEqual(['cause', 'b']);
  });

  it('go by part in the analysis, then by level; nothing calm is named', () => {
    const weights = [
      { role: 'cause', level: 'normal' },
      { role: 'none', level: 'critical' },
      { role: 'victim', level: 'warning' },
      { role: 'none', level: 'normal' },
      { role: 'none', level: 'unknown' },
    ].map(toNameWeight);
    expect(weights).toEqual([100, 40, 25, 0, 0]);
  });
});

describe('toGraphDocument', () => {
  it('gives what is shown; what is unknown has no score', () => {
    const document = toGraphDocument(view, NOW_MS);
    expect(document).toMatchObject({ schema: 'causeway.graph/1', atMs: NOW_MS });
    expect(document.nodes.find(({ name }) => name === 'payment-provider')).toMatchObject({
      level: 'unknown',
      score: null,
    });
    expect(document.nodes.find(({ name }) => name === 'orders-db')).toMatchObject({ role: 'cause', score: 0.97 });
    expect(document.edges).toHaveLength(view.edges.length);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
