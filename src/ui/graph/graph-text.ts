import type { AnomalyLevel, ServiceEdge, TopologySource } from '#model';
import { formatMinute, formatRatio, formatScore, formatSeconds, formatValue } from '../format.ts';
import { KIND_LABELS, LEVEL_LABELS } from '../level.ts';
import type { GraphChange } from './graph-changes.ts';
import type { GraphEdgeView, GraphNodeView, GraphRole } from './graph-model.ts';

/** A sign for each level, so that nothing depends on colour. */
export const LEVEL_GLYPHS: Readonly<Record<AnomalyLevel, string>> = {
  normal: '●',
  warning: '▲',
  alert: '◆',
  critical: '■',
  unknown: '?',
};

/** A sign and a word for each difference. */
export const CHANGE_TEXTS: Readonly<Record<GraphChange, readonly [sign: string, word: string]>> = {
  added: ['+', 'new'],
  removed: ['−', 'gone'],
  changed: ['Δ', 'changed'],
};

const ROLE_TEXTS: Readonly<Record<GraphRole, string>> = { cause: 'CAUSE', victim: 'victim', none: '' };

/** Sources of the graph in words. */
export const SOURCE_LABELS: Readonly<Record<TopologySource, string>> = {
  'service-graph': 'service-graph metrics',
  'tempo-spans': 'spans in Tempo',
  'jaeger-spans': 'spans in Jaeger',
  'jaeger-dependencies': 'Jaeger’s dependencies',
  kubernetes: 'Kubernetes',
  'topology-file': 'the topology file',
  import: 'an import',
};

const MAX_NAME = 36;
/** A smaller share of errors is said in tables only: beside every line it would hide the one that matters. */
const LEAST_ERRORS = 0.005;

/** The lines of a node in the drawing: part in the analysis, name, state, difference and distance. */
export function toNodeLabel(node: GraphNodeView): string {
  const { foreign, group, role, change, hops } = node;
  if (foreign) {
    return [shorten(foreign.title), foreign.mainText, foreign.secondaryText].filter((line) => line !== '').join('\n');
  }
  const marks = [
    ...(change ? [CHANGE_TEXTS[change].join(' ')] : []),
    ...(hops === undefined ? [] : [describeHops(hops)]),
    ...(node.node.measured === false ? ['declared'] : node.node.stale === true ? ['stale'] : []),
  ];
  return [
    ...(ROLE_TEXTS[role] === '' ? [] : [ROLE_TEXTS[role]]),
    group ? `${shorten(node.name)} (${group.members.length})` : shorten(node.name),
    change === 'removed' ? '' : `${LEVEL_GLYPHS[node.level]} ${shortState(node)}`,
    marks.join(', '),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** The middle of a long name is left out: its ends tell it apart. The whole name stands in the table. */
function shorten(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 15)}…${name.slice(-14)}`;
}

function shortState({ group, level, score, stateText }: GraphNodeView): string {
  if (group) {
    return stateText;
  }
  return score === undefined || level === 'unknown'
    ? 'unknown'
    : `${LEVEL_LABELS[level].toLowerCase()} ${formatScore(score)}`;
}

/** How far a service is from the one that fails. */
export function describeHops(hops: number): string {
  return hops === 0 ? 'fails' : `${hops} ${hops === 1 ? 'hop' : 'hops'}`;
}

/** The lines of an edge in the drawing: rate, latency, then what is wrong. Nothing that was not measured. */
export function toEdgeLabel(view: GraphEdgeView): string {
  const { edge, foreign, change, evidence, calls } = view;
  if (foreign) {
    return [foreign.mainText, foreign.secondaryText].filter((text) => text !== '').join(', ');
  }
  const latency = edge.clientLatencySeconds ?? edge.serverLatencySeconds;
  const figures = [
    ...(edge.requestsPerSecond === undefined ? [] : [formatValue(edge.requestsPerSecond, 'per-second')]),
    ...(latency === undefined ? [] : [formatSeconds(latency)]),
  ];
  const notes = [
    ...((edge.errorRatio ?? 0) >= LEAST_ERRORS ? [`${formatRatio(edge.errorRatio)} errors`] : []),
    ...(evidence === 'stale' ? ['stale'] : evidence === 'declared' ? ['declared'] : []),
    ...(calls > 1 ? [`${calls} calls`] : []),
  ];
  const mark =
    change === undefined ? [] : change === 'changed' ? [CHANGE_TEXTS.changed[0]] : [CHANGE_TEXTS[change].join(' ')];
  return [[...mark, ...figures.slice(0, 1)].join(' '), ...figures.slice(1), notes.join(', ')]
    .filter((line) => line !== '')
    .join('\n');
}

/** All that is known of a call, in words; what was not measured is said to be so. */
export function describeEdge(edge: ServiceEdge): string {
  return [
    `requests ${formatValue(edge.requestsPerSecond, 'per-second')}`,
    `errors ${formatRatio(edge.errorRatio)}`,
    `p95 ${formatSeconds(edge.clientLatencySeconds ?? edge.serverLatencySeconds)}`,
  ].join(', ');
}

/** How well a call is known, in words. Empty when there is nothing to say. */
export function describeEvidence({ edge, evidence }: Pick<GraphEdgeView, 'edge' | 'evidence'>): string {
  const sources = (edge.sources ?? []).map(({ source }) => SOURCE_LABELS[source]).join(', ');
  switch (evidence) {
    case 'declared':
      return sources === '' ? 'declared, never seen' : `declared by ${sources}, never seen`;
    case 'stale':
      return `stale, last seen ${formatMinute(edge.lastSeenMs)}`;
    case 'one-source':
      return `only in ${sources}`;
    case 'seen':
      return sources === '' ? '' : `in ${sources}`;
  }
}

/** A node in one sentence, for screen readers and for the line that is read aloud. */
export function describeNode(node: GraphNodeView): string {
  const { foreign, group, role, change, hops } = node;
  const calls = `called by ${node.callers.length}, calls ${node.callees.length}`;
  if (foreign) {
    const stats = [foreign.subtitle, foreign.mainText, foreign.secondaryText].filter((text) => text !== '');
    return [foreign.title, ...stats, calls].join(', ');
  }
  return [
    node.name,
    node.stateText,
    group ? `group of ${group.members.length} services` : KIND_LABELS[node.kind],
    ...(role === 'none' ? [] : [role]),
    ...(change ? [CHANGE_TEXTS[change][1]] : []),
    ...(hops === undefined ? [] : [hops === 0 ? 'fails' : `${describeHops(hops)} away`]),
    ...(node.node.measured === false ? ['declared, never seen'] : node.node.stale === true ? ['not seen of late'] : []),
    calls,
  ].join(', ');
}
