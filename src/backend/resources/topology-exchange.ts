import {
  TOPOLOGY_CSV_PARTS,
  TOPOLOGY_FORMATS,
  type TopologyImport,
  type TopologyImportAnswer,
  topologyImportSchema,
} from '#contracts';
import { graphFromCsv, graphFromJson, graphToCsv, graphToCypher, type ReadGraph } from '#engine';
import type { ServiceGraph, TopologyReading } from '#model';
import { fetchOperations, TelemetryError } from '#telemetry';
import { BackendError } from '../errors.ts';
import { readTopologyFile } from '../topology/topology-file.ts';
import { writeTopologyFile } from '../topology/write-topology-file.ts';
import type { CallResourceResponse } from '../grpc/messages.ts';
import { readBody, readEpochMs } from './parameters.ts';
import { requireEditor } from './require-editor.ts';
import { sendFile, toJson } from './respond.ts';
import type { ResourceCall } from './router.ts';

/** `GET topology/export?format=json|cypher|csv&part=nodes|relationships&at=<ms>`: the graph as a file. */
export async function exportTopology(
  call: ResourceCall,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  const { datasource, parameters, signal } = call;
  const format = readChoice(parameters, 'format', TOPOLOGY_FORMATS, 'json');
  const atMs = readEpochMs(parameters, 'at') ?? datasource.clock.now();
  const { judgement, graphError } = await datasource.assess(atMs, signal);
  if (graphError) {
    throw graphError;
  }
  const graph = await withOperations(call, judgement.graph);
  const name = `topology-${new Date(judgement.atMs).toISOString().slice(0, 16).replaceAll(':', '-')}`;
  switch (format) {
    case 'json':
      return sendFile(send, { name: `${name}.json`, type: 'application/json', text: JSON.stringify(graph, null, 2) });
    case 'cypher':
      return sendFile(send, { name: `${name}.cypher`, type: 'text/plain', text: graphToCypher(graph) });
    case 'csv': {
      const part = readChoice(parameters, 'part', TOPOLOGY_CSV_PARTS, undefined);
      return sendFile(send, { name: `${name}-${part}.csv`, type: 'text/csv', text: graphToCsv(graph)[part] });
    }
  }
}

/**
 * `POST topology/import`, for editors and administrators: adds a graph of another system, or a topology file, to what is
 * known, as declared and not as seen. Kept until the backend stops; the answer has it as a topology file for the settings.
 */
export async function importTopology(
  { datasource, body, role, log }: ResourceCall,
  send: (part: CallResourceResponse) => Promise<void>
): Promise<void> {
  requireEditor(role, 'import a topology');
  const request = readBody(topologyImportSchema, body);
  const { reading, warnings } = readImport(request);
  datasource.imports.set(datasource.uid, reading.nodes.length + reading.edges.length === 0 ? undefined : reading);
  const counts = { nodes: reading.nodes.length, edges: reading.edges.length, rules: reading.rules?.length ?? 0 };
  log('info', 'topology imported', { datasource: datasource.uid, format: request.format, ...counts });
  const answer: TopologyImportAnswer = { ...counts, warnings, topologyFile: writeTopologyFile(reading) };
  await send(toJson(200, answer));
}

function readImport(request: TopologyImport): {
  readonly reading: TopologyReading;
  readonly warnings: readonly string[];
} {
  switch (request.format) {
    case 'csv':
      return orRefuse(graphFromCsv(request));
    case 'json':
      return orRefuse(graphFromJson(request.text));
    case 'yaml':
      return { reading: { ...readTopologyFile(request.text), source: 'import' }, warnings: [] };
    case 'clear':
      return { reading: { source: 'import', state: 'read', nodes: [], edges: [] }, warnings: [] };
  }
}

function orRefuse(result: ReadGraph) {
  if (result.problem !== undefined) {
    throw new BackendError('CAUSEWAY_IMPORT_INVALID', result.problem);
  }
  return result;
}

/** The graph with the entry points of its services, where span metrics tell. */
async function withOperations({ datasource, signal }: ResourceCall, graph: ServiceGraph): Promise<ServiceGraph> {
  try {
    const request = { atMs: graph.generatedAtMs, signal };
    const operations = await fetchOperations(datasource.upstreams.prometheus, request);
    const nodes = graph.nodes.map((node) => {
      const own = operations.get(node.name);
      return own ? { ...node, operations: own } : node;
    });
    return { ...graph, nodes };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TelemetryError) {
      return graph;
    }
    throw error;
  }
}

function readChoice<T extends string>(
  parameters: URLSearchParams,
  name: string,
  choices: readonly T[],
  fallback: T | undefined
): T {
  const found = parameters.get(name) || fallback;
  const choice = choices.find((candidate) => candidate === found);
  if (choice === undefined) {
    throw new BackendError('CAUSEWAY_REQUEST_INVALID', `The parameter ${name} is not one of ${choices.join(', ')}.`);
  }
  return choice;
}
