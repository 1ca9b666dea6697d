import type { SourceProblem } from '#contracts';
import type { DataGap } from '#model';
import { toFailure } from './errors.ts';

const MAX_PROBLEMS = 10;
const SOURCES: readonly SourceProblem['source'][] = ['loki', 'tempo', 'jaeger', 'grafana', 'topology-file'];

/** A failure of a source, in words for a person. */
export function toProblem(source: SourceProblem['source'], error: unknown): SourceProblem {
  const { code, message, remedy } = toFailure(error);
  return { source, code, message, remedy };
}

/** Queries that failed, as problems; kinds that nobody measures are no problem. */
export function toProblems(gaps: readonly DataGap[]): readonly SourceProblem[] {
  return gaps
    .flatMap(({ source, reason }): readonly SourceProblem[] => {
      const code = /^(CAUSEWAY_[A-Z_]+): /.exec(reason)?.[1];
      const [name] = source.split(':');
      const known = SOURCES.find((source) => source === name) ?? 'prometheus';
      const remedy =
        known === 'topology-file'
          ? 'Correct the named field; docs/topology.md describes the format.'
          : 'The verdicts rest on fewer signals until it answers again.';
      return code ? [{ source: known, code, message: `${source}: ${reason.slice(code.length + 2)}`, remedy }] : [];
    })
    .slice(0, MAX_PROBLEMS);
}
