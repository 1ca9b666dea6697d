import type { OverviewAnswer } from '#contracts';
import { toProblem, toProblems } from '../problems.ts';
import { readEpochMs } from './parameters.ts';
import type { ResourceCall } from './router.ts';

/**
 * `GET overview?at=<ms>`: every service now, or at an instant. A Prometheus that cannot be read is a problem in the
 * answer, with no service in it: unknown, not normal.
 */
export async function answerOverview({ datasource, parameters, signal }: ResourceCall): Promise<OverviewAnswer> {
  const atMs = readEpochMs(parameters, 'at') ?? datasource.clock.now();
  try {
    const { judgement, gaps, graphError } = await datasource.assess(atMs, signal);
    const graphProblem = graphError ? [toProblem('prometheus', graphError)] : [];
    return {
      atMs: judgement.atMs,
      services: judgement.services,
      graph: graphError ? null : judgement.graph,
      problems: [...graphProblem, ...toProblems(gaps)],
    };
  } catch (error) {
    signal.throwIfAborted();
    return { atMs, services: [], graph: null, problems: [toProblem('prometheus', error)] };
  }
}
