import type { CheckResult, ExecutionOutcome, ExecutionRecord, Page } from '#contracts';
import type { ActionKind, EpochMs } from '#model';
import type { PageRequest } from './page.ts';

/**
 * How far the saga got. `queued`: nothing was sent. `intent`: the effect may or may not have happened.
 * `applied`: it happened and is recorded. `done`: nothing is left to do.
 */
export type ExecutionPhase = 'queued' | 'intent' | 'applied' | 'done';

export interface NewExecution {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  readonly action: ActionKind;
  readonly targetKey: string;
  /** Minted with the execution and sent with the effect, so that the platform performs it once. */
  readonly operationId: string;
  readonly startedMs: EpochMs;
}

/** An execution that is not over, with what is needed to go on with it. */
export interface ActiveExecution {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  readonly operationId: string;
  readonly phase: ExecutionPhase;
  readonly effectMs: EpochMs | null;
  /** Rounds of checks already stored. */
  readonly rounds: number;
}

/** Executions of approved plans and the checks that judged them. */
export interface ExecutionStore {
  /** Newest first. */
  list(page: PageRequest, incidentId?: string): Promise<Page<ExecutionRecord>>;
  find(id: string): Promise<ExecutionRecord | null>;
  /** @returns false when another execution is active on the target or the plan was executed before */
  insert(execution: NewExecution): Promise<boolean>;
  active(): Promise<readonly ActiveExecution[]>;
  findActive(id: string): Promise<ActiveExecution | null>;
  /** queued -> intent. @returns false when the execution is not queued any more */
  markIntent(id: string): Promise<boolean>;
  /** intent -> applied, status verifying. */
  markApplied(id: string, atMs: EpochMs, message: string): Promise<void>;
  finish(id: string, outcome: ExecutionOutcome, message: string, atMs: EpochMs): Promise<void>;
  /** Ends it without an outcome. The target is free again: the next plan starts from its live state and names a person. */
  needHuman(id: string, message: string, atMs: EpochMs): Promise<void>;
  insertChecks(id: string, round: number, checks: readonly CheckResult[]): Promise<void>;
  /** Executions of an action on a target that failed or did not help since `sinceMs`. */
  recentFailures(action: ActionKind, targetKey: string, sinceMs: EpochMs): Promise<number>;
  /** Whether an action on the incident was verified as recovered. */
  hasRecovered(incidentId: string): Promise<boolean>;
  /** Effects by action and outcome (null while verifying), for the key figures. Executions that never acted do not count. */
  effects(): Promise<readonly { action: ActionKind; outcome: ExecutionOutcome | null; count: number }[]>;
  countByStatus(): Promise<readonly { status: ExecutionRecord['status']; count: number }[]>;
}
