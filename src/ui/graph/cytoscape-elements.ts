import type { ElementDefinition } from 'cytoscape';
import type { ServiceGraph } from '#model';
import type { GraphView } from './graph-model.ts';
import { layoutLayers, type NodePosition } from './layered-layout.ts';

const LINE_HEIGHT = 20;
const CHARACTER_WIDTH = 8;
const BEND = 70;
const WANTED_ASPECT = 1.9;
const MAX_SPREAD = 1.8;

/** The view as elements of the drawing, with positions. Ids are prefixed, so that no service name can be special. */
export function toElements(graph: ServiceGraph, view: GraphView, direction: 'right' | 'down'): ElementDefinition[] {
  const sizes = new Map(view.nodes.map((node) => [node.name, toSize(node.label)]));
  const widest = Math.max(80, ...[...sizes.values()].map(({ width }) => width));
  const spacing = direction === 'right' ? { layer: widest + 80, sibling: 96 } : { layer: 140, sibling: widest + 24 };
  const positions = spread(layoutLayers(graph, direction, spacing), direction);
  const layerOf = (name: string) =>
    Math.round((positions.get(name)?.[direction === 'right' ? 'x' : 'y'] ?? 0) / spacing.layer);
  return [
    ...view.nodes.map(({ name, kind, level, label, role }): ElementDefinition => ({
      group: 'nodes',
      data: { id: `n:${name}`, name, kind, level, label, role, ...sizes.get(name) },
      position: positions.get(name) ?? { x: 0, y: 0 },
    })),
    ...view.edges.map(({ id, edge, label, onPath, failing }): ElementDefinition => {
      const span = Math.abs(layerOf(edge.callee) - layerOf(edge.caller));
      const bend = span === 1 ? 0 : BEND;
      const ends = { source: `n:${edge.caller}`, target: `n:${edge.callee}` };
      return { group: 'edges', data: { id: `e:${id}`, ...ends, kind: edge.kind, label, onPath, failing, bend } };
    }),
  ];
}

/** Nodes and edges without their changing figures: while it stays the same, zoom and position are kept. */
export function toStructureKey(view: GraphView, direction: string): string {
  return [direction, ...view.nodes.map(({ name }) => name), ...view.edges.map(({ id }) => id)].join('\n');
}

function toSize(label: string): { width: number; height: number } {
  const lines = label.split('\n');
  return {
    width: Math.max(...lines.map((line) => line.length)) * CHARACTER_WIDTH + 28,
    height: lines.length * LINE_HEIGHT + 16,
  };
}

/** Pulls a flat picture apart, so that it fills the height of a landscape canvas and its labels do not collide. */
function spread(
  positions: ReadonlyMap<string, NodePosition>,
  direction: 'right' | 'down'
): ReadonlyMap<string, NodePosition> {
  const places = [...positions.values()];
  const width = Math.max(0, ...places.map(({ x }) => x));
  const height = Math.max(0, ...places.map(({ y }) => y));
  if (direction === 'down' || height === 0) {
    return positions;
  }
  const factor = Math.min(MAX_SPREAD, Math.max(1, width / WANTED_ASPECT / height));
  return new Map([...positions].map(([name, { x, y }]) => [name, { x, y: y * factor }]));
}
