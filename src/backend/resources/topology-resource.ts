import type { TopologyAnswer } from '#contracts';
import { BackendError } from '../errors.ts';
import { toProblems } from '../problems.ts';
import { readEpochMs } from './parameters.ts';
import type { ResourceCall } from './router.ts';

/** `GET topology?from=<ms>&to=<ms>`: graph and services at the end of the range, now when it is not given. */
export async function answerTopologyResource({
  datasource,
  parameters,
  signal,
}: ResourceCall): Promise<TopologyAnswer> {
  const fromMs = readEpochMs(parameters, 'from');
  const toMs = readEpochMs(parameters, 'to') ?? datasource.clock.now();
  if (fromMs !== undefined && fromMs >= toMs) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', 'The parameter from is not before to.');
  }
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  if (graphError) {
    throw graphError;
  }
  return { graph: judgement.graph, services: judgement.services, problems: toProblems(gaps) };
}
