import type { Core } from 'cytoscape';
import type { GraphView } from './graph-model.ts';
import { toEdgeLabel } from './graph-text.ts';

/** The shown part of a graph as a document for other programs. */
export interface GraphDocument {
  readonly schema: 'causeway.graph/1';
  readonly atMs: number;
  readonly nodes: ReadonlyArray<Record<string, unknown>>;
  readonly edges: ReadonlyArray<Record<string, unknown>>;
}

const MAX_PICTURE_SIDE = 6000;

/** What is shown, with all that is known of it. A state that is unknown has no score. */
export function toGraphDocument(view: GraphView, atMs: number): GraphDocument {
  return {
    schema: 'causeway.graph/1',
    atMs,
    nodes: view.nodes.map(({ node, level, score, stateText, role, group, change, hops, foreign }) => ({
      ...node,
      level,
      score: score ?? null,
      state: stateText,
      role,
      ...(group ? { members: group.members } : {}),
      ...(change ? { change } : {}),
      ...(hops === undefined ? {} : { hops }),
      ...(foreign ? { text: toNodeLabelText(foreign.details) } : {}),
    })),
    edges: view.edges.map((item) => ({
      ...item.edge,
      evidence: item.evidence,
      onPath: item.onPath,
      calls: item.calls,
      label: toEdgeLabel(item),
      ...(item.change ? { change: item.change } : {}),
    })),
  };
}

function toNodeLabelText(details: ReadonlyArray<readonly [label: string, text: string]>): Record<string, string> {
  return Object.fromEntries(details);
}

/** The whole drawing as a picture, on the given background. */
export function toPicture(cy: Core, background: string): Blob {
  const { w, h } = cy.elements().boundingBox();
  const scale = Math.min(2, MAX_PICTURE_SIDE / Math.max(1, w, h));
  return cy.png({ output: 'blob', full: true, bg: background, scale });
}

/** Hands a file to the person at the screen. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
