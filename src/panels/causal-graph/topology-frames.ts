import type { DataFrame } from '@grafana/data';
import { TOPOLOGY_FRAMES } from '#contracts';
import { readCausewayFrames } from './causeway-frames.ts';
import { readForeignFrames } from './foreign-frames.ts';
import { type FrameTopology, MAX_EDGES, MAX_NODES } from './frame-topology.ts';
import { findField, type FrameLook, hasFields, readText, toRows } from './frame-rows.ts';

/** What the frames of a panel are: a graph with remarks, nothing at all, or something that is no graph and why. */
export type FrameReading =
  | { readonly kind: 'graph'; readonly topology: FrameTopology; readonly remarks: readonly string[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unusable'; readonly problems: readonly string[] };

const MAX_NAMED = 5;

/**
 * Reads the nodes frame and the edges frame of a `topology` query, or of any node graph query that follows Grafana's
 * convention (`id`, `title`, `mainstat`, `secondarystat`, `source`, `target`, `arc__*`, `detail__*`). Never throws: what
 * is missing or left out is said in a sentence.
 */
export function readTopology(frames: readonly DataFrame[], atMs: number, look: FrameLook): FrameReading {
  const filled = frames.filter((frame) => frame.fields.length > 0);
  if (filled.length === 0) {
    return { kind: 'nothing' };
  }
  const edges = choose(filled, TOPOLOGY_FRAMES.edges, (frame) => hasFields(frame, 'source', 'target'));
  const nodes = choose(filled, TOPOLOGY_FRAMES.nodes, (frame) => hasFields(frame, 'id') && !hasFields(frame, 'source'));
  const problems = describeProblems(filled, nodes, edges);
  if (problems.length > 0) {
    return { kind: 'unusable', problems };
  }
  const remarks = describeRemarks(nodes, edges);
  const isOwn = nodes !== undefined && hasFields(nodes, 'detail__state');
  const topology = isOwn ? readCausewayFrames(nodes, edges, atMs) : readForeignFrames(nodes, edges, atMs, look);
  return topology.graph.nodes.length === 0 ? { kind: 'nothing' } : { kind: 'graph', topology, remarks };
}

function choose(
  frames: readonly DataFrame[],
  name: string,
  fits: (frame: DataFrame) => boolean
): DataFrame | undefined {
  return frames.find((frame) => frame.name === name && fits(frame)) ?? frames.find(fits);
}

/** Why no graph can be made of the frames. */
function describeProblems(
  frames: readonly DataFrame[],
  nodes: DataFrame | undefined,
  edges: DataFrame | undefined
): readonly string[] {
  const half = frames.find((frame) => hasFields(frame, 'source') !== hasFields(frame, 'target'));
  if (!edges && half) {
    const [has, lacks] = hasFields(half, 'source') ? ['source', 'target'] : ['target', 'source'];
    return [`The frame ${nameOf(half)} has the field “${has}” but not “${lacks}”: edges need both.`];
  }
  if (nodes || edges) {
    return [];
  }
  const found = [...new Set(frames.flatMap((frame) => frame.fields.map((field) => field.name)))];
  return [
    'No frame has a field “id” (nodes), and none has the fields “source” and “target” (edges).',
    `Fields found: ${listNames(found)}.`,
  ];
}

/** What is left out of the graph, or guessed. */
function describeRemarks(nodes: DataFrame | undefined, edges: DataFrame | undefined): readonly string[] {
  const nodeRows = nodes ? toRows(nodes, MAX_NODES) : [];
  const edgeRows = edges ? toRows(edges, MAX_EDGES) : [];
  const ids = nodeRows.flatMap((row) => readText(row, 'id') ?? []);
  const known = new Set(ids);
  const ends = edgeRows.flatMap((row) => [readText(row, 'source') ?? [], readText(row, 'target') ?? []].flat());
  const halfEdges = edgeRows.filter(
    (row) => readText(row, 'source') === undefined || readText(row, 'target') === undefined
  ).length;
  const unknown = nodes ? [...new Set(ends.filter((end) => !known.has(end)))] : [];
  const twice = ids.length - known.size;
  return [
    ...(nodes ? [] : ['There is no frame of nodes; they are taken from the ends of the edges.']),
    ...(edges ? [] : ['There is no frame of edges: no frame has the fields “source” and “target”.']),
    ...tooMany(nodes, MAX_NODES, 'nodes'),
    ...tooMany(edges, MAX_EDGES, 'edges'),
    ...count(
      nodeRows.length - ids.length,
      'of the nodes has no “id” and is left out',
      'of the nodes have no “id” and are left out'
    ),
    ...count(
      twice,
      'node has an “id” that came before and is left out',
      'nodes have an “id” that came before and are left out'
    ),
    ...count(
      halfEdges,
      'edge lacks its source or target and is left out',
      'edges lack their source or target and are left out'
    ),
    ...(unknown.length === 0 ? [] : [`Edges lead to nodes that the frame of nodes lacks: ${listNames(unknown)}.`]),
    ...describeArcs(nodes),
  ];
}

function tooMany(frame: DataFrame | undefined, limit: number, what: string): readonly string[] {
  return frame && frame.length > limit
    ? [`Only the first ${limit} of ${frame.length} ${what} are shown. Narrow the query down.`]
    : [];
}

function count(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : many}.`];
}

/** Grafana's convention wants the sections of a ring to add up to 1. */
function describeArcs(nodes: DataFrame | undefined): readonly string[] {
  const arcs = nodes?.fields.filter((field) => field.name.toLowerCase().startsWith('arc__')) ?? [];
  if (!nodes || arcs.length === 0) {
    return [];
  }
  const sums = Array.from({ length: Math.min(nodes.length, MAX_NODES) }, (_, index) =>
    arcs.reduce((sum, field) => sum + Math.max(0, Number(field.values[index]) || 0), 0)
  );
  const wrong = sums.filter((sum) => sum > 1.01).length;
  return count(
    wrong,
    'node has “arc__” values that add up to more than 1; they are scaled',
    'nodes have “arc__” values that add up to more than 1; they are scaled'
  );
}

function nameOf(frame: DataFrame): string {
  const named = frame.name ?? frame.refId;
  const ids = findField(frame, 'id') === undefined ? 'without “id”' : 'with “id”';
  return named === undefined || named === '' ? ids : `“${named}”`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}
