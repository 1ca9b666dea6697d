import type {
  AnomalyLevel,
  PathHop,
  RcaReport,
  ServiceAnomaly,
  ServiceEdge,
  ServiceGraph,
  ServiceKind,
  ServiceName,
  ServiceNode,
} from '#model';
import { describeReading, toLevel } from '../level.ts';
import type { ForeignEdge, ForeignGraph, ForeignNode } from './foreign-graph.ts';
import type { GraphChange, GraphChanges } from './graph-changes.ts';
import { toEdgeId, toNodeId } from './graph-ids.ts';
import { toGraphIndex } from './graph-index.ts';

/** What an analysis says about the services of the graph. */
export interface GraphHighlight {
  readonly causes: readonly ServiceName[];
  readonly victims: readonly ServiceName[];
  readonly path: ReadonlyArray<{ readonly from: ServiceName; readonly to: ServiceName }>;
}

/** The part a service plays in an analysis. */
export type GraphRole = 'cause' | 'victim' | 'none';

/** The services that one node stands for. */
export interface GraphGroup {
  readonly key: string;
  readonly members: readonly ServiceName[];
  readonly counts: Readonly<Record<AnomalyLevel, number>>;
}

/** A node as it is drawn and listed. `stateText` is complete without colour. */
export interface GraphNodeView {
  /** Id of the drawing; no service name can be mistaken for the one of a group. */
  readonly id: string;
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly level: AnomalyLevel;
  readonly score: number | undefined;
  readonly stateText: string;
  readonly role: GraphRole;
  readonly node: ServiceNode;
  readonly callers: readonly ServiceEdge[];
  readonly callees: readonly ServiceEdge[];
  readonly group?: GraphGroup | undefined;
  readonly foreign?: ForeignNode | undefined;
  readonly change?: GraphChange | undefined;
  /** Calls between it and the service whose blast radius is shown. */
  readonly hops?: number | undefined;
}

/** How well a call is known: seen by several sources, by one of several, not of late, or never. */
export type EdgeEvidence = 'seen' | 'one-source' | 'stale' | 'declared';

/** An edge as it is drawn, caller to callee. `source` and `target` are ids of nodes. */
export interface GraphEdgeView {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly edge: ServiceEdge;
  readonly evidence: EdgeEvidence;
  readonly onPath: boolean;
  /** Whether the trouble of the path runs against the direction of the call, from callee to caller. */
  readonly pathUpwards: boolean;
  readonly failing: boolean;
  /** Calls that one edge between groups stands for. */
  readonly calls: number;
  readonly foreign?: ForeignEdge | undefined;
  readonly change?: GraphChange | undefined;
}

/** The graph, ready to be drawn and listed. */
export interface GraphView {
  readonly nodes: readonly GraphNodeView[];
  readonly edges: readonly GraphEdgeView[];
}

/** What else is known beside graph and states. */
export interface GraphExtras {
  readonly highlight?: GraphHighlight | undefined;
  readonly changes?: GraphChanges | undefined;
  readonly foreign?: ForeignGraph | undefined;
}

const FAILING_RATIO = 0.01;

/** Joins graph, states and analysis. Nodes that only an edge names are added, with state unknown. Cost O(nodes + edges). */
export function toGraphView(
  graph: ServiceGraph,
  services: readonly ServiceAnomaly[],
  { highlight, changes, foreign }: GraphExtras = {}
): GraphView {
  const states = new Map(services.map((state) => [state.service, state]));
  const index = toGraphIndex(graph);
  const known = new Map(graph.nodes.map((node) => [node.name, node]));
  const causes = new Set(highlight?.causes);
  const victims = new Set(highlight?.victims);
  const nodes = [...index.names].map((name): GraphNodeView => {
    const state = states.get(name);
    const node = known.get(name) ?? { name, kind: 'service' };
    return {
      id: toNodeId(name),
      name,
      kind: node.kind,
      level: toLevel(state?.reading),
      score: state?.reading.kind === 'scored' ? state.reading.score : undefined,
      stateText: foreign ? 'Not judged' : state ? describeReading(state.reading) : 'Unknown: not observed directly',
      role: causes.has(name) ? 'cause' : victims.has(name) ? 'victim' : 'none',
      node,
      callers: index.callersOf.get(name) ?? [],
      callees: index.calleesOf.get(name) ?? [],
      foreign: foreign?.nodes.get(name),
      change: changes?.nodes.get(name),
    };
  });
  const hops = toHops(highlight);
  const comparable = (graph.sources ?? []).filter(({ state }) => state === 'read').length > 1;
  return {
    nodes,
    edges: graph.edges.map((edge) => ({
      id: toEdgeId(edge.caller, edge.callee),
      source: toNodeId(edge.caller),
      target: toNodeId(edge.callee),
      edge,
      evidence: toEvidence(edge, comparable),
      // The path of an analysis runs from cause to symptom, thus mostly against the direction of the calls.
      onPath: hops.has(toEdgeId(edge.callee, edge.caller)) || hops.has(toEdgeId(edge.caller, edge.callee)),
      pathUpwards: hops.has(toEdgeId(edge.callee, edge.caller)),
      failing: (edge.errorRatio ?? 0) >= FAILING_RATIO,
      calls: 1,
      foreign: foreign?.edges.get(toEdgeId(edge.caller, edge.callee)),
      change: changes?.edges.get(toEdgeId(edge.caller, edge.callee)),
    })),
  };
}

function toHops(highlight: GraphHighlight | undefined): ReadonlySet<string> {
  return new Set((highlight?.path ?? []).map(({ from, to }) => toEdgeId(from, to)));
}

/** One source is a weakness only where another one could have seen the call too. */
function toEvidence(edge: ServiceEdge, comparable: boolean): EdgeEvidence {
  if (edge.measured === false) {
    return 'declared';
  }
  if (edge.stale === true) {
    return 'stale';
  }
  return comparable && edge.sources?.length === 1 ? 'one-source' : 'seen';
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
  const calls = new Map(hops.map(({ from, to }) => [toEdgeId(to, from), { caller: to, callee: from }]));
  return {
    nodes: [...names].sort().map((name) => ({ name, kind: 'service' })),
    edges: [...calls.values()].map((call) => ({ ...call, kind: 'virtual', lastSeenMs: report.window.toMs })),
    generatedAtMs: report.window.toMs,
  };
}
