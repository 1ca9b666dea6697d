import type {
  CheckResult,
  ExecutionOutcome,
  ExecutionRecord,
  ExecutionStep,
  ExecutionStepPhase,
  Page,
} from '#contracts';
import type { ActionKind, EpochMs } from '#model';
import type { JsonObject } from '../actions/action.ts';
import type { SagaState, Verification } from '../saga/saga-state.ts';
import type { PageRequest } from './page.ts';

/** A step that is to be carried out. Ids are minted with the execution and sent with the effect, so that it happens once. */
export interface NewExecutionStep {
  readonly id: string;
  readonly targetKey: string;
  readonly operationId: string;
  readonly undoOperationId: string;
}

export interface NewExecution {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  readonly action: ActionKind;
  /** Of the first step; for the count of failures. */
  readonly targetKey: string;
  readonly steps: readonly NewExecutionStep[];
  readonly startedMs: EpochMs;
}

/** What was stored right before an effect was sent. */
export interface StepIntent {
  readonly expected: { readonly uid: string; readonly version: string };
  readonly preImage: JsonObject;
  readonly mintedMs: EpochMs;
}

/** A step of an execution that is not over. */
export interface ActiveStep extends ExecutionStep {
  readonly operationId: string;
  readonly undoOperationId: string;
  /** Null until something was sent. */
  readonly intent: StepIntent | null;
}

/** An execution that is not over, with what is needed to go on with it. */
export interface ActiveExecution {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  readonly direction: SagaState['direction'];
  readonly verification: Verification | null;
  readonly cancelledBy: string | null;
  readonly steps: readonly ActiveStep[];
  readonly effectMs: EpochMs | null;
  /** Rounds of checks already stored. */
  readonly rounds: number;
}

/** A new phase of a step. `from`: nothing is written unless the step is in one of these phases. */
export interface StepChange {
  readonly position: number;
  readonly from: readonly ExecutionStepPhase[];
  readonly to: ExecutionStepPhase;
  readonly message: string;
  readonly intent?: StepIntent;
  readonly effectMs?: EpochMs;
  readonly undoneMs?: EpochMs;
}

/** Executions of approved plans, their steps, and the checks that judged them. */
export interface ExecutionStore {
  /** Newest first. */
  list(page: PageRequest, incidentId?: string): Promise<Page<ExecutionRecord>>;
  find(id: string): Promise<ExecutionRecord | null>;
  /**
   * Stores an execution with its steps and takes the locks of all their targets.
   * @returns why it cannot start, and then nothing was stored: the locked target, or null when the plan was executed before
   */
  insert(execution: NewExecution): Promise<{ readonly refused: string | null } | undefined>;
  active(): Promise<readonly ActiveExecution[]>;
  findActive(id: string): Promise<ActiveExecution | null>;
  /** @returns false when the step is in another phase by now */
  changeStep(id: string, change: StepChange): Promise<boolean>;
  /** All steps are done: the checks begin. */
  beginVerification(id: string): Promise<void>;
  setVerification(id: string, verification: Verification, message: string): Promise<void>;
  /** From now on what was done is taken back. */
  turnBack(id: string, message: string): Promise<void>;
  /** @returns false when it is over, or was cancelled before */
  cancel(id: string, actor: string): Promise<boolean>;
  /** Ends it and lets its targets go. */
  finish(id: string, outcome: ExecutionOutcome, message: string, atMs: EpochMs): Promise<void>;
  /** Ends it without an outcome. The targets are free again: the next plan starts from their live state and names a person. */
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
