import type { ElementDefinition } from 'cytoscape';
import type { ServiceKind } from '#model';
import type { GraphEdgeView, GraphNodeView, GraphView } from './graph-model.ts';
import { toEdgeLabel, toNodeLabel } from './graph-text.ts';
import type { LayoutOptions, LayoutResult, NodePosition } from './layout/layered-layout.ts';

const LINE_HEIGHT = 20;
const CHARACTER_WIDTH = 7.6;
const NODE_PADDING = 18;
const RING = 56;
const BEND = 70;
/** With more edges than this bends cannot be told from each other, and cost time. */
const MANY_EDGES = 300;
/** Room that a shape takes from its label. */
const SHAPE_PADDING: Readonly<Partial<Record<ServiceKind, number>>> = { queue: 24, external: 12, client: 24 };
/** Room for the figures of a call between two layers. */
const LAYER_GAP = { right: 72, down: 72 };
const COLUMN_GAP = 36;
/** Layers stay whole up to here; from left to right there is more room for them. */
const LEAST_ROWS = { right: 12, down: 3 };

/** Size of a node in graph units. */
interface NodeSize {
  readonly width: number;
  readonly height: number;
}

/** The distances that keep the labels of a view apart. */
export function toLayoutOptions(view: GraphView, direction: 'right' | 'down', aspect: number): LayoutOptions {
  const sizes = new Map(view.nodes.map((node) => [node.id, toSpace(node)]));
  const spaces = [...sizes.values()];
  const acrossOf = ({ width, height }: NodeSize) => (direction === 'right' ? height : width);
  return {
    direction,
    aspect: direction === 'right' ? aspect : 1 / aspect,
    layerGap: LAYER_GAP[direction],
    columnGap: COLUMN_GAP,
    leastRows: LEAST_ROWS[direction],
    sibling: Math.max(56, ...spaces.map(acrossOf)) + (direction === 'right' ? 26 : 24),
    lengthOf: (id) => {
      const { width, height } = sizes.get(id) ?? { width: 0, height: 0 };
      return direction === 'right' ? width : height;
    },
  };
}

/** The room of a node; a ring has its label below it. */
function toSpace(node: GraphNodeView): NodeSize {
  const box = toBox(toNodeLabel(node), node.kind);
  return node.foreign ? { width: Math.max(RING, box.width), height: box.height + RING } : box;
}

/** The view as elements of the drawing, with positions. */
export function toElements(view: GraphView, layout: LayoutResult): ElementDefinition[] {
  const shaded = view.nodes.some(({ hops }) => hops !== undefined);
  const rank = (id: string) => layout.positions.get(id) ?? { x: 0, y: 0 };
  return [
    ...view.nodes.map((node): ElementDefinition => ({
      group: 'nodes',
      data: toNodeData(node, shaded),
      position: { ...rank(node.id) },
    })),
    ...view.edges.map((edge): ElementDefinition => ({
      group: 'edges',
      data: toEdgeData(edge, layout, shaded, view.edges.length <= MANY_EDGES),
    })),
  ];
}

function toNodeData(node: GraphNodeView, shaded: boolean): Record<string, unknown> {
  const label = toNodeLabel(node);
  const { foreign, hops } = node;
  const size: NodeSize = foreign ? { width: RING, height: RING } : toBox(label, node.kind);
  return {
    id: node.id,
    name: node.name,
    kind: node.kind,
    level: node.level,
    role: node.role,
    label,
    ...size,
    look: foreign ? 'foreign' : node.group ? 'group' : 'service',
    age: node.node.measured === false ? 'declared' : node.node.stale === true ? 'stale' : 'seen',
    change: node.change ?? 'none',
    radius: hops === undefined ? (shaded ? 'outside' : 'none') : String(Math.min(hops, 4)),
    ...(foreign ? toRing(foreign.arcs, foreign.color) : {}),
  };
}

/** Sections of a ring as the drawing library wants them: sizes in per cent, colours apart. */
function toRing(
  arcs: ReadonlyArray<{ readonly share: number; readonly color: string }>,
  color: string | undefined
): Record<string, unknown> {
  const total = Math.max(
    1,
    arcs.reduce((sum, { share }) => sum + share, 0)
  );
  return {
    ...(color === undefined ? {} : { color }),
    arcs: arcs.length,
    ...Object.fromEntries(
      arcs.flatMap((arc, index) => [
        [`arc${index + 1}`, (arc.share / total) * 100],
        [`arcColor${index + 1}`, arc.color],
      ])
    ),
  };
}

function toEdgeData(view: GraphEdgeView, layout: LayoutResult, shaded: boolean, few: boolean): Record<string, unknown> {
  const { id, source, target, edge, foreign } = view;
  return {
    id,
    source,
    target,
    name: `${edge.caller} → ${edge.callee}`,
    kind: edge.kind,
    label: toEdgeLabel(view),
    evidence: view.evidence,
    path: view.onPath ? (view.pathUpwards ? 'up' : 'down') : 'none',
    failing: view.failing || foreign?.highlighted === true,
    change: view.change ?? 'none',
    shaded,
    crowd: !few,
    ...(foreign
      ? { thickness: foreign.thickness, ...(foreign.color === undefined ? {} : { color: foreign.color }) }
      : {}),
    ...toCourse(layout, source, target, few),
  };
}

/** How an edge runs: straight, by the points of its route, or in a bend where it goes back. */
function toCourse(layout: LayoutResult, source: string, target: string, few: boolean): Record<string, unknown> {
  const from = layout.positions.get(source);
  const to = layout.positions.get(target);
  const route = layout.routes.get(source)?.get(target);
  if (source === target) {
    return { course: 'loop' };
  }
  if (!from || !to) {
    return { course: 'straight' };
  }
  if (route && route.length > 0) {
    const { weights, distances } = toSegments(from, to, route);
    return { course: 'route', weights: weights.join(' '), distances: distances.join(' ') };
  }
  return few && layout.backwards.get(source)?.has(target) === true
    ? { course: 'bend', bend: BEND }
    : { course: 'straight' };
}

/** Points relative to the line between two ends: the share of the way, and how far beside it. */
export function toSegments(
  from: NodePosition,
  to: NodePosition,
  points: readonly NodePosition[]
): { readonly weights: readonly number[]; readonly distances: readonly number[] } {
  const length = Math.max(1e-6, Math.hypot(to.x - from.x, to.y - from.y));
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  return {
    weights: points.map(({ x, y }) => ((x - from.x) * along.x + (y - from.y) * along.y) / length),
    distances: points.map(({ x, y }) => (y - from.y) * along.x - (x - from.x) * along.y),
  };
}

/** Nodes and edges without their changing figures: while it stays the same, zoom and position are kept. */
export function toStructureKey(view: GraphView, direction: string): string {
  return JSON.stringify([direction, view.nodes.map(({ id }) => id), view.edges.map(({ id }) => id)]);
}

function toBox(label: string, kind: ServiceKind): NodeSize {
  const lines = label.split('\n');
  return {
    width: Math.max(...lines.map((line) => line.length)) * CHARACTER_WIDTH + NODE_PADDING + (SHAPE_PADDING[kind] ?? 0),
    height: lines.length * LINE_HEIGHT + 16,
  };
}
