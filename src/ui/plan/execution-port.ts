import type { ExecutionRecord } from '#contracts';
import type { Problem } from '../problem.ts';

/** What a person can do to a running or held execution. Every call rejects with what `toProblem` puts into words. */
export interface ExecutionPort {
  /** Stops it: what was done is taken back where it can be. */
  cancel(execution: ExecutionRecord): Promise<void>;
  /** A manual step is done. */
  confirmStep(execution: ExecutionRecord, stepId: string, comment: string): Promise<void>;
  /** Somebody has looked at what it left behind: its targets may be acted on again. */
  release(execution: ExecutionRecord, comment: string): Promise<void>;
  toProblem(error: unknown): Problem;
}
