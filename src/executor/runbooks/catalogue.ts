import type { CelRunner } from './cel/cel-runner.ts';
import type { RunbookProblem } from './problem.ts';
import type { LoadedRunbook } from './runbook.ts';

/** The runbooks of an executor, and what evaluates their conditions. */
export interface RunbookCatalogue {
  /** The newest version of each. */
  latest(): readonly LoadedRunbook[];
  find(name: string, version: number): LoadedRunbook | undefined;
  problems(): readonly RunbookProblem[];
  /** Reads the files again. */
  reload(): Promise<unknown>;
  readonly cel: Pick<CelRunner, 'evaluate'>;
}

/** Of an executor that has none. */
export const NO_RUNBOOKS: RunbookCatalogue = {
  latest: () => [],
  find: () => undefined,
  problems: () => [],
  reload: async () => undefined,
  cel: { evaluate: async () => ({ kind: 'error', reason: 'conditions cannot be evaluated here' }) },
};
