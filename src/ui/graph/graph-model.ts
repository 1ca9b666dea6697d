import type {
  AnomalyLevel,
  PathHop,
  RcaReport,
  ServiceAnomaly,
  ServiceEdge,
  ServiceGraph,
  ServiceKind,
  ServiceName,
} from '#model';
import { formatRatio, formatScore, formatSeconds, formatValue } from '../format.ts';
import { describeReading, LEVEL_LABELS, toLevel } from '../level.ts';

/** What an analysis says about the services of the graph. */
export interface GraphHighlight {
  readonly causes: readonly ServiceName[];
  readonly victims: readonly ServiceName[];
  readonly path: ReadonlyArray<{ readonly from: ServiceName; readonly to: ServiceName }>;
}

/** The part a service plays in an analysis. */
export type GraphRole = 'cause' | 'victim' | 'none';

/** A node as it is drawn and listed. `stateText` is complete without colour. */
export interface GraphNodeView {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly level: AnomalyLevel;
  readonly stateText: string;
  readonly label: string;
  readonly role: GraphRole;
  readonly callers: readonly ServiceEdge[];
  readonly callees: readonly ServiceEdge[];
}

/** An edge as it is drawn, caller to callee. */
export interface GraphEdgeView {
  readonly id: string;
  readonly edge: ServiceEdge;
  readonly label: string;
  readonly onPath: boolean;
  readonly failing: boolean;
}

/** The graph, ready to be drawn and listed. */
export interface GraphView {
  readonly nodes: readonly GraphNodeView[];
  readonly edges: readonly GraphEdgeView[];
}

const ROLE_TEXTS: Readonly<Record<GraphRole, string>> = { cause: 'CAUSE', victim: 'victim', none: '' };
const FAILING_RATIO = 0.01;
const GLYPHS: Readonly<Record<AnomalyLevel, string>> = {
  normal: '●',
  warning: '▲',
  alert: '◆',
  critical: '■',
  unknown: '?',
};

/** Joins graph, states and analysis. Nodes that only an edge names are added, with state unknown. */
export function toGraphView(
  graph: ServiceGraph,
  services: readonly ServiceAnomaly[],
  highlight: GraphHighlight | undefined
): GraphView {
  const states = new Map(services.map((state) => [state.service, state]));
  const kinds = new Map<ServiceName, ServiceKind>(graph.nodes.map(({ name, kind }) => [name, kind]));
  for (const { caller, callee } of graph.edges) {
    kinds.set(caller, kinds.get(caller) ?? 'service');
    kinds.set(callee, kinds.get(callee) ?? 'service');
  }
  const nodes = [...kinds].map(([name, kind]) => toNodeView(name, kind, states.get(name), graph, highlight));
  return { nodes, edges: graph.edges.map((edge) => toEdgeView(edge, highlight)) };
}

function toNodeView(
  name: ServiceName,
  kind: ServiceKind,
  state: ServiceAnomaly | undefined,
  graph: ServiceGraph,
  highlight: GraphHighlight | undefined
): GraphNodeView {
  const role = toRole(name, highlight);
  const level = toLevel(state?.reading);
  const roleText = ROLE_TEXTS[role];
  return {
    name,
    kind,
    level,
    role,
    stateText: state ? describeReading(state.reading) : 'Unknown: not observed directly',
    label: [...(roleText ? [roleText] : []), name, `${GLYPHS[level]} ${shortState(state, level)}`].join('\n'),
    callers: graph.edges.filter((edge) => edge.callee === name),
    callees: graph.edges.filter((edge) => edge.caller === name),
  };
}

function shortState(state: ServiceAnomaly | undefined, level: AnomalyLevel): string {
  if (state?.reading.kind === 'scored' && level !== 'unknown') {
    return `${LEVEL_LABELS[level].toLowerCase()} ${formatScore(state.reading.score)}`;
  }
  return 'unknown';
}

function toRole(name: ServiceName, highlight: GraphHighlight | undefined): GraphRole {
  if (highlight?.causes.includes(name)) {
    return 'cause';
  }
  return highlight?.victims.includes(name) ? 'victim' : 'none';
}

function toEdgeView(edge: ServiceEdge, highlight: GraphHighlight | undefined): GraphEdgeView {
  const failing = (edge.errorRatio ?? 0) >= FAILING_RATIO;
  return {
    id: `${edge.caller}→${edge.callee}`,
    edge,
    label: [
      ...(edge.requestsPerSecond === undefined ? [] : [formatValue(edge.requestsPerSecond, 'per-second')]),
      ...(failing ? [`${formatRatio(edge.errorRatio)} errors`] : []),
    ].join(', '),
    // The path of an analysis runs from cause to symptom, thus against the direction of the calls.
    onPath: (highlight?.path ?? []).some(
      ({ from, to }) => (from === edge.callee && to === edge.caller) || (from === edge.caller && to === edge.callee)
    ),
    failing,
  };
}

/** All that is known of a call, in words; what was not measured is said to be so. */
export function describeEdge(edge: ServiceEdge): string {
  return [
    `requests ${formatValue(edge.requestsPerSecond, 'per-second')}`,
    `errors ${formatRatio(edge.errorRatio)}`,
    `p95 ${formatSeconds(edge.clientLatencySeconds ?? edge.serverLatencySeconds)}`,
  ].join(', ');
}

/** The node and everything one call away from it. */
export function toNeighbourhood(graph: ServiceGraph, name: ServiceName): ReadonlySet<ServiceName> {
  const near = new Set([name]);
  for (const { caller, callee } of graph.edges) {
    if (caller === name) {
      near.add(callee);
    }
    if (callee === name) {
      near.add(caller);
    }
  }
  return near;
}

/** Keeps only the given nodes and the calls between them. */
export function toSubgraph(graph: ServiceGraph, keep: ReadonlySet<ServiceName>): ServiceGraph {
  return {
    ...graph,
    nodes: graph.nodes.filter(({ name }) => keep.has(name)),
    edges: graph.edges.filter(({ caller, callee }) => keep.has(caller) && keep.has(callee)),
  };
}

/** What a report highlights: the leading causes, their victims and the ways between them. */
export function toHighlight(report: RcaReport): GraphHighlight {
  const leading = report.decision === 'root-cause' ? report.hypotheses.slice(0, Math.max(1, report.concurrent)) : [];
  const causes = leading.map(({ service }) => service);
  return {
    causes,
    victims: report.victims.filter((name) => !causes.includes(name)),
    path: leading.flatMap(({ path }) => path),
  };
}

/** The services a report speaks of, and the calls between them as far as its paths tell; used when no topology is at hand. */
export function toReportGraph(report: RcaReport): ServiceGraph {
  const hops: readonly PathHop[] = report.hypotheses
    .slice(0, Math.max(1, report.concurrent))
    .flatMap(({ path }) => path);
  const names = new Set([
    report.target.service,
    ...toHighlight(report).causes,
    ...hops.flatMap(({ from, to }) => [from, to]),
  ]);
  const calls = new Map(hops.map(({ from, to }) => [`${to}→${from}`, { caller: to, callee: from }]));
  return {
    nodes: [...names].sort().map((name) => ({ name, kind: 'service' })),
    edges: [...calls.values()].map((call) => ({ ...call, kind: 'virtual', lastSeenMs: report.window.toMs })),
    generatedAtMs: report.window.toMs,
  };
}
