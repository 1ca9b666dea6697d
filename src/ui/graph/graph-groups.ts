import type { AnomalyLevel, ServiceEdge, ServiceNode } from '#model';
import { LEVEL_LABELS } from '../level.ts';
import { toEdgeId, toGroupId } from './graph-ids.ts';
import type { EdgeEvidence, GraphEdgeView, GraphNodeView, GraphView } from './graph-model.ts';

/** What services can be collapsed by. */
export type GroupKey = 'namespace' | 'team';

/** Levels from worst to best; a group with something unknown and nothing strange is unknown, not normal. */
const WORST_FIRST: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'unknown', 'normal'];

/** The group of a service, in words where none is named. */
export function toGroupName(node: ServiceNode, key: GroupKey): string {
  return node[key] ?? `no ${key}`;
}

/**
 * Puts one node in the place of all services of a group, and one edge in the place of all calls between two groups. Calls
 * inside a group are left out.
 * @param expanded names of groups that stay as they are
 */
export function collapseGroups(view: GraphView, key: GroupKey, expanded: ReadonlySet<string>): GraphView {
  const members = new Map<string, GraphNodeView[]>();
  const standsFor = new Map<string, string>();
  const nodes: GraphNodeView[] = [];
  for (const node of view.nodes) {
    const name = toGroupName(node.node, key);
    if (expanded.has(name)) {
      nodes.push(node);
    } else {
      members.set(name, [...(members.get(name) ?? []), node]);
      standsFor.set(node.id, toGroupId(name));
    }
  }
  const edges = mergeEdges(view.edges, (id) => standsFor.get(id) ?? id);
  for (const [name, group] of members) {
    nodes.push(toGroupNode(name, group, edges));
  }
  return { nodes, edges };
}

function toGroupNode(name: string, members: readonly GraphNodeView[], edges: readonly GraphEdgeView[]): GraphNodeView {
  const id = toGroupId(name);
  const counts = { normal: 0, warning: 0, alert: 0, critical: 0, unknown: 0 };
  members.forEach(({ level }) => {
    counts[level] += 1;
  });
  const role = members.some((member) => member.role === 'cause')
    ? 'cause'
    : members.some((member) => member.role === 'victim')
      ? 'victim'
      : 'none';
  const hops = members.flatMap((member) => member.hops ?? []);
  return {
    id,
    name,
    kind: 'service',
    level: WORST_FIRST.find((level) => counts[level] > 0) ?? 'unknown',
    score: undefined,
    stateText: describeCounts(counts),
    role,
    node: { name, kind: 'service' },
    callers: edges.filter(({ target, source }) => target === id && source !== id).map(({ edge }) => edge),
    callees: edges.filter(({ source, target }) => source === id && target !== id).map(({ edge }) => edge),
    group: { key: name, members: members.map((member) => member.name), counts },
    change: members.some(({ change }) => change !== undefined) ? 'changed' : undefined,
    hops: hops.length === 0 ? undefined : Math.min(...hops),
  };
}

/** How many services are at each level that occurs, worst first: `2 critical, 1 unknown, 9 normal`. */
export function describeCounts(counts: Readonly<Record<AnomalyLevel, number>>): string {
  return WORST_FIRST.filter((level) => counts[level] > 0)
    .map((level) => `${counts[level]} ${LEVEL_LABELS[level].toLowerCase()}`)
    .join(', ');
}

function mergeEdges(edges: readonly GraphEdgeView[], toEnd: (id: string) => string): GraphEdgeView[] {
  const merged = new Map<string, GraphEdgeView>();
  for (const edge of edges) {
    const source = toEnd(edge.source);
    const target = toEnd(edge.target);
    if (source === edge.source && target === edge.target) {
      merged.set(edge.id, edge);
    } else if (source !== target) {
      const id = toEdgeId(source, target);
      const renamed = { ...edge, id, source, target, edge: rename(edge.edge, source, target) };
      const known = merged.get(id);
      merged.set(id, known ? mergeTwo(known, renamed) : renamed);
    }
  }
  return [...merged.values()];
}

/** Ends of merged calls are named as people see them. */
function rename(edge: ServiceEdge, source: string, target: string): ServiceEdge {
  return { ...edge, caller: source.slice(2), callee: target.slice(2) };
}

const BEST_EVIDENCE: readonly EdgeEvidence[] = ['seen', 'one-source', 'stale', 'declared'];

function mergeTwo(left: GraphEdgeView, right: GraphEdgeView): GraphEdgeView {
  return {
    ...left,
    edge: mergeCalls(left.edge, right.edge),
    evidence: BEST_EVIDENCE.find((evidence) => evidence === left.evidence || evidence === right.evidence) ?? 'seen',
    onPath: left.onPath || right.onPath,
    pathUpwards: left.pathUpwards || right.pathUpwards,
    failing: left.failing || right.failing,
    calls: left.calls + right.calls,
    change: left.change === right.change ? left.change : 'changed',
  };
}

/** Rates add up, error ratios are weighted by rate, of latencies the worse is kept. */
function mergeCalls(left: ServiceEdge, right: ServiceEdge): ServiceEdge {
  const rate = sum(left.requestsPerSecond, right.requestsPerSecond);
  const errorRatio = mergeRatios(left, right);
  const latency = largest(left.clientLatencySeconds, right.clientLatencySeconds);
  return {
    caller: left.caller,
    callee: left.callee,
    kind: left.kind === right.kind ? left.kind : 'http',
    lastSeenMs: Math.max(left.lastSeenMs, right.lastSeenMs),
    ...(rate === undefined ? {} : { requestsPerSecond: rate }),
    ...(errorRatio === undefined ? {} : { errorRatio }),
    ...(latency === undefined ? {} : { clientLatencySeconds: latency }),
  };
}

function mergeRatios(left: ServiceEdge, right: ServiceEdge): number | undefined {
  if (left.errorRatio === undefined || right.errorRatio === undefined) {
    return left.errorRatio ?? right.errorRatio;
  }
  const weight = (left.requestsPerSecond ?? 0) + (right.requestsPerSecond ?? 0);
  return weight > 0
    ? (left.errorRatio * (left.requestsPerSecond ?? 0) + right.errorRatio * (right.requestsPerSecond ?? 0)) / weight
    : Math.max(left.errorRatio, right.errorRatio);
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : left + right;
}

function largest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}
