import type { DataFrame } from '@grafana/data';
import type { ServiceEdge } from '#model';
import { type ForeignEdge, type ForeignNode, toEdgeId } from '#ui';
import { type FrameLook, type FrameRow, readNumber, readShown, readText, toFieldLabel, toRows } from './frame-rows.ts';
import { type FrameTopology, MAX_EDGES, MAX_NODES } from './frame-topology.ts';

const MAX_ARCS = 16;
const MAX_THICKNESS = 12;

/**
 * A node graph of another data source. Its numbers are shown as they are: a number between 0 and 1 is no anomaly score.
 * Without a frame of nodes these are the ends of the edges.
 */
export function readForeignFrames(
  nodes: DataFrame | undefined,
  edges: DataFrame | undefined,
  atMs: number,
  look: FrameLook
): FrameTopology {
  const nodeTexts = new Map<string, ForeignNode>();
  for (const row of nodes ? toRows(nodes, MAX_NODES) : []) {
    const id = readText(row, 'id');
    if (nodes && id !== undefined && !nodeTexts.has(id)) {
      nodeTexts.set(id, toNode(id, nodes, row, look));
    }
  }
  const calls: ServiceEdge[] = [];
  const edgeTexts = new Map<string, ForeignEdge>();
  for (const row of edges ? toRows(edges, MAX_EDGES) : []) {
    const caller = readText(row, 'source');
    const callee = readText(row, 'target');
    if (!edges || caller === undefined || callee === undefined || edgeTexts.has(toEdgeId(caller, callee))) {
      continue;
    }
    calls.push({ caller, callee, kind: 'http', lastSeenMs: atMs });
    edgeTexts.set(toEdgeId(caller, callee), toEdge(edges, row, look));
    for (const end of [caller, callee]) {
      nodeTexts.set(end, nodeTexts.get(end) ?? toBareNode(end));
    }
  }
  return {
    graph: {
      nodes: [...nodeTexts.keys()].map((name) => ({ name, kind: 'service' })),
      edges: calls,
      generatedAtMs: atMs,
    },
    services: [],
    foreign: { nodes: nodeTexts, edges: edgeTexts },
  };
}

function toNode(id: string, frame: DataFrame, row: FrameRow, look: FrameLook): ForeignNode {
  const color = readText(row, 'color');
  return {
    title: readText(row, 'title') ?? id,
    subtitle: readText(row, 'subtitle') ?? '',
    mainText: readShown(frame, row, 'mainstat', look),
    secondaryText: readShown(frame, row, 'secondarystat', look),
    arcs: frame.fields
      .filter((field) => field.name.toLowerCase().startsWith('arc__'))
      .slice(0, MAX_ARCS)
      .map((field, index) => ({
        label: toFieldLabel(field),
        share: Math.max(0, readNumber(row, field.name.toLowerCase()) ?? 0),
        color: look.color(field.config.color?.fixedColor ?? `section ${index}`),
      })),
    details: toDetails(frame, row, look),
    color: color === undefined ? undefined : look.color(color),
    highlighted: row.get('highlighted') === true,
  };
}

function toBareNode(id: string): ForeignNode {
  return {
    title: id,
    subtitle: '',
    mainText: '',
    secondaryText: '',
    arcs: [],
    details: [],
    color: undefined,
    highlighted: false,
  };
}

function toEdge(frame: DataFrame, row: FrameRow, look: FrameLook): ForeignEdge {
  const color = readText(row, 'color');
  const thickness = readNumber(row, 'thickness') ?? 1;
  return {
    mainText: readShown(frame, row, 'mainstat', look),
    secondaryText: readShown(frame, row, 'secondarystat', look),
    details: toDetails(frame, row, look),
    color: color === undefined ? undefined : look.color(color),
    thickness: Math.min(MAX_THICKNESS, Math.max(1, thickness)),
    highlighted: row.get('highlighted') === true,
  };
}

function toDetails(frame: DataFrame, row: FrameRow, look: FrameLook): ReadonlyArray<readonly [string, string]> {
  return frame.fields
    .filter((field) => field.name.toLowerCase().startsWith('detail__'))
    .map((field) => [toFieldLabel(field), readShown(frame, row, field.name.toLowerCase(), look)] as const)
    .filter(([, text]) => text !== '');
}
