import { TOPOLOGY_FRAMES } from '#contracts';
import type { ServiceGraph } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame } from '../frames/frame.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { type ServiceRow, toServiceRow } from './service-row.ts';
import { edgeFields, nodeFields } from './topology-fields.ts';

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
  const states = new Map(
    judgement.services.map((service) => [service.service, toServiceRow(service, judgement.graph)])
  );
  const meta = withNotices({ preferredVisualisationType: 'nodeGraph' }, toNotices(gaps));
  const rows = graph.nodes.map((node) => ({ node, row: states.get(node.name) ?? unmeasured(node.name, node.kind) }));
  return [
    { refId: query.refId, name: TOPOLOGY_FRAMES.nodes, meta, fields: nodeFields(rows) },
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
