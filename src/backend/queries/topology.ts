import { TOPOLOGY_FRAMES } from '#contracts';
import type { AnomalyLevel, ServiceEdge, ServiceGraph } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { Field, Frame } from '../frames/frame.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { type ServiceRow, toServiceRow } from './service-row.ts';

const COLOURS: Readonly<Record<AnomalyLevel, string>> = {
  normal: 'green',
  warning: 'yellow',
  alert: 'orange',
  critical: 'red',
  unknown: 'gray',
};
const LEVELS = Object.keys(COLOURS) as AnomalyLevel[];

/** `topology`: a nodes and an edges frame in the convention of Grafana's node graph, at the end of the range. */
export async function answerTopology(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  if (graphError) {
    throw graphError;
  }
  const graph = query.service ? neighbourhood(judgement.graph, query.service) : judgement.graph;
  const rows = new Map(judgement.services.map((service) => [service.service, toServiceRow(service, judgement.graph)]));
  const meta = withNotices({ preferredVisualisationType: 'nodeGraph' }, toNotices(gaps));
  const nodes = graph.nodes.map(({ name, kind }) => rows.get(name) ?? unmeasured(name, kind));
  return [
    { refId: query.refId, name: TOPOLOGY_FRAMES.nodes, meta, fields: nodeFields(nodes) },
    { refId: query.refId, name: TOPOLOGY_FRAMES.edges, meta, fields: edgeFields(graph.edges) },
  ];
}

function unmeasured(service: string, kind: ServiceRow['kind']): ServiceRow {
  const missing = { score: null, requestsPerSecond: null, errorRatio: null, latencySeconds: null };
  return { service, kind, state: 'unknown', reason: 'no-data', ...missing };
}

/** A service with its direct callers and callees. */
function neighbourhood(graph: ServiceGraph, service: string): ServiceGraph {
  const edges = graph.edges.filter((edge) => edge.caller === service || edge.callee === service);
  const names = new Set([service, ...edges.flatMap((edge) => [edge.caller, edge.callee])]);
  return { ...graph, edges, nodes: graph.nodes.filter((node) => names.has(node.name)) };
}

function nodeFields(rows: readonly ServiceRow[]): readonly Field[] {
  return [
    text(
      'id',
      rows.map((row) => row.service)
    ),
    text(
      'title',
      rows.map((row) => row.service)
    ),
    text(
      'subtitle',
      rows.map((row) => row.kind)
    ),
    number(
      'mainstat',
      rows.map((row) => row.score),
      { displayName: 'Anomaly score', decimals: 2 }
    ),
    number(
      'secondarystat',
      rows.map((row) => row.requestsPerSecond),
      { displayName: 'Requests', unit: 'reqps' }
    ),
    ...LEVELS.map((level) =>
      number(
        `arc__${level}`,
        rows.map((row) => (row.state === level ? 1 : 0)),
        {
          displayName: level,
          color: { mode: 'fixed', fixedColor: COLOURS[level] },
        }
      )
    ),
    text(
      'detail__state',
      rows.map((row) => row.state),
      { displayName: 'State' }
    ),
    text(
      'detail__reason',
      rows.map((row) => row.reason),
      { displayName: 'Reason' }
    ),
    number(
      'detail__errors',
      rows.map((row) => row.errorRatio),
      { displayName: 'Error ratio', unit: 'percentunit' }
    ),
    number(
      'detail__latency',
      rows.map((row) => row.latencySeconds),
      { displayName: 'Latency (p95)', unit: 's' }
    ),
  ];
}

function edgeFields(edges: readonly ServiceEdge[]): readonly Field[] {
  return [
    text(
      'id',
      edges.map((edge) => `${edge.caller} -> ${edge.callee}`)
    ),
    text(
      'source',
      edges.map((edge) => edge.caller)
    ),
    text(
      'target',
      edges.map((edge) => edge.callee)
    ),
    number(
      'mainstat',
      edges.map((edge) => edge.requestsPerSecond ?? null),
      { displayName: 'Requests', unit: 'reqps' }
    ),
    number(
      'secondarystat',
      edges.map((edge) => edge.clientLatencySeconds ?? null),
      {
        displayName: 'Latency (p95, caller)',
        unit: 's',
      }
    ),
    text(
      'detail__kind',
      edges.map((edge) => edge.kind),
      { displayName: 'Kind' }
    ),
    number(
      'detail__errors',
      edges.map((edge) => edge.errorRatio ?? null),
      {
        displayName: 'Error ratio',
        unit: 'percentunit',
      }
    ),
  ];
}

function text(name: string, values: readonly string[], config?: Readonly<Record<string, unknown>>): Field {
  return { name, kind: 'string', values, ...(config ? { config } : {}) };
}

function number(name: string, values: readonly (number | null)[], config: Readonly<Record<string, unknown>>): Field {
  return { name, kind: 'number', nullable: true, values, config };
}
