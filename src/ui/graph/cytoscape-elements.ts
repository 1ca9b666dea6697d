import type { ElementDefinition } from 'cytoscape';
import type { ServiceGraph } from '#model';
import type { GraphView } from './graph-model.ts';
import { layoutLayers } from './layered-layout.ts';

const LINE_HEIGHT = 20;
const CHARACTER_WIDTH = 8;

/** The view as elements of the drawing, with positions. Ids are prefixed, so that no service name can be special. */
export function toElements(graph: ServiceGraph, view: GraphView, direction: 'right' | 'down'): ElementDefinition[] {
  const sizes = new Map(view.nodes.map((node) => [node.name, toSize(node.label)]));
  const widest = Math.max(80, ...[...sizes.values()].map(({ width }) => width));
  const spacing = direction === 'right' ? { layer: widest + 90, sibling: 92 } : { layer: 130, sibling: widest + 24 };
  const positions = layoutLayers(graph, direction, spacing);
  return [
    ...view.nodes.map(({ name, kind, level, label, role }): ElementDefinition => ({
      group: 'nodes',
      data: { id: `n:${name}`, name, kind, level, label, role, ...sizes.get(name) },
      position: positions.get(name) ?? { x: 0, y: 0 },
    })),
    ...view.edges.map(({ id, edge, label, onPath, failing }): ElementDefinition => ({
      group: 'edges',
      data: {
        id: `e:${id}`,
        source: `n:${edge.caller}`,
        target: `n:${edge.callee}`,
        kind: edge.kind,
        label,
        onPath,
        failing,
      },
    })),
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
