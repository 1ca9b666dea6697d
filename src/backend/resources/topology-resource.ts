import type { BlastRadiusAnswer, TopologyAnswer, TopologyDiffAnswer } from '#contracts';
import { activeGraph, blastRadius, dependenciesOf, diffTopology, gateways, graphShape } from '#engine';
import type { EpochMs, ServiceOperation } from '#model';
import { fetchOperations, TelemetryError } from '#telemetry';
import type { Assessment } from '../datasource/datasource.ts';
import { BackendError } from '../errors.ts';
import { toProblem, toProblems } from '../problems.ts';
import { readEpochMs } from './parameters.ts';
import type { ResourceCall } from './router.ts';

const MAX_NAME_LENGTH = 253;

/**
 * `GET topology?at=<ms>`: graph and services at an instant, now when it is not given; `to` of a range is read as well.
 */
export async function answerTopologyResource(call: ResourceCall): Promise<TopologyAnswer> {
  const { datasource, parameters } = call;
  const fromMs = readEpochMs(parameters, 'from');
  const atMs = readEpochMs(parameters, 'at') ?? readEpochMs(parameters, 'to') ?? datasource.clock.now();
  if (fromMs !== undefined && fromMs >= atMs) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The parameter from is not before to.');
  }
  const { judgement, gaps } = await assessAt(call, atMs);
  const { graph, services } = judgement;
  return { graph, services, problems: toProblems(gaps), shape: graphShape(activeGraph(graph)) };
}

/** `GET topology/diff?from=<ms>&to=<ms>`: how the graph at the end differs from that at the beginning. */
export async function answerTopologyDiff({
  datasource,
  parameters,
  signal,
}: ResourceCall): Promise<TopologyDiffAnswer> {
  const fromMs = readEpochMs(parameters, 'from');
  const toMs = readEpochMs(parameters, 'to') ?? datasource.clock.now();
  if (fromMs === undefined || fromMs >= toMs) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The parameter from is missing or not before to.');
  }
  const [before, after] = await Promise.all([
    datasource.topology.read(fromMs, signal),
    datasource.topology.read(toMs, signal),
  ]);
  const failures = [before, after].flatMap(({ error }) => (error ? [toProblem('prometheus', error)] : []));
  return {
    diff: diffTopology(before.graph, after.graph),
    problems: [...failures, ...toProblems([...before.gaps, ...after.gaps])],
  };
}

/** `GET topology/blast-radius?service=<name>&at=<ms>`: who would feel its failure, and what it depends on. */
export async function answerBlastRadius(call: ResourceCall): Promise<BlastRadiusAnswer> {
  const { datasource, parameters } = call;
  const service = parameters.get('service') ?? '';
  if (service === '' || service.length > MAX_NAME_LENGTH) {
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      'The parameter service is missing or longer than 253 characters.'
    );
  }
  const atMs = readEpochMs(parameters, 'at') ?? datasource.clock.now();
  const { judgement, gaps } = await assessAt(call, atMs);
  const node = judgement.graph.nodes.find(({ name }) => name === service);
  if (!node) {
    throw new BackendError(
      'CAUSEWAY_REQUEST_INVALID',
      `The parameter service is ${JSON.stringify(service.slice(0, 80))}, which is not in the graph at this time.`,
      { remedy: 'Choose a service of the topology at the same time.' }
    );
  }
  const graph = activeGraph(judgement.graph);
  return {
    service,
    atMs: judgement.atMs,
    node: { ...node, operations: await operationsOf(call, service, judgement.atMs) },
    affected: blastRadius(graph, service),
    dependencies: dependenciesOf(graph, service),
    dominates: gateways(graph).find((gateway) => gateway.service === service)?.dominates ?? [],
    problems: toProblems(gaps),
  };
}

/** Judgement and graph at an instant. @throws what kept the graph from being read */
async function assessAt({ datasource, signal }: ResourceCall, atMs: EpochMs): Promise<Assessment> {
  const assessment = await datasource.assess(atMs, signal);
  if (assessment.graphError) {
    throw assessment.graphError;
  }
  return assessment;
}

/** Entry points of a service; none where span metrics cannot be read, which the judgement says already. */
async function operationsOf(
  { datasource, signal }: ResourceCall,
  service: string,
  atMs: EpochMs
): Promise<readonly ServiceOperation[]> {
  try {
    const found = await fetchOperations(datasource.upstreams.prometheus, { atMs, service, signal });
    return found.get(service) ?? [];
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TelemetryError) {
      return [];
    }
    throw error;
  }
}
