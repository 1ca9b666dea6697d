import type { OverviewAnswer, SourceProblem } from '#contracts';
import type { DataGap } from '#model';
import { toProblem } from '../watch/watch-state.ts';
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

const MAX_PROBLEMS = 10;

/** Queries that failed, as problems; kinds that nobody measures are no problem. */
export function toProblems(gaps: readonly DataGap[]): readonly SourceProblem[] {
  return gaps
    .flatMap(({ source, reason }): readonly SourceProblem[] => {
      const code = /^(CAUSEWAY_[A-Z_]+): /.exec(reason)?.[1];
      const [name] = source.split(':');
      const known = name === 'loki' || name === 'tempo' ? name : 'prometheus';
      const remedy = 'The verdicts rest on fewer signals until it answers again.';
      return code ? [{ source: known, code, message: `${source}: ${reason.slice(code.length + 2)}`, remedy }] : [];
    })
    .slice(0, MAX_PROBLEMS);
}
