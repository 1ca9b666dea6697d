import type {
  CheckResult,
  ExecutionOutcome,
  ExecutionRecord,
  ExecutionStep,
  ExecutionStepPhase,
  JsonObject,
  Page,
  PlanTarget,
} from '#contracts';
import type { EpochMs } from '#model';
import type { SagaState, Verification } from '../saga/saga-state.ts';
import type { ExecutionFact } from '../guards/guard-rails.ts';
import type { PageRequest } from './page.ts';

/** A step that is to be carried out. Ids are minted with the execution and sent with the effect, so that it happens once. */
export interface NewExecutionStep {
  readonly id: string;
  /** Null for a step that touches nothing. */
  readonly targetKey: string | null;
  readonly operationId: string;
  readonly undoOperationId: string;
}

export interface NewExecution {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  /** Kind of a single action, or the name of the runbook. */
  readonly action: string;
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
  readonly startedMs: EpochMs;
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
  readonly details?: JsonObject | undefined;
  readonly releaseMs?: EpochMs | undefined;
}

/** An execution that is over, for what is recommended and what a runbook may do by itself. */
export interface PastExecution {
  /** Kind of a single action, or the name of the runbook. */
  readonly action: string;
  /** Null when a person has to look. */
  readonly outcome: ExecutionOutcome | null;
  /** Whether something was sent. */
  readonly acted: boolean;
  readonly target: PlanTarget;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly symptom: 'latency' | 'errors';
  /** Kind of the first cause of its incident's report. */
  readonly cause: string | null;
  readonly automatic: boolean;
  readonly atMs: EpochMs;
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
  /** Ends it without an outcome. Its targets stay locked until a person has looked and released them. */
  needHuman(id: string, message: string, atMs: EpochMs): Promise<void>;
  /** Lets the targets of an execution that needs a person go. @returns false when it needs none, or was released before */
  release(id: string): Promise<boolean>;
  insertChecks(id: string, round: number, checks: readonly CheckResult[]): Promise<void>;
  /** Executions of an action on a target that failed or did not help since `sinceMs`. */
  recentFailures(action: string, targetKey: string, sinceMs: EpochMs): Promise<number>;
  /** Whether an action on the incident was verified as recovered. */
  hasRecovered(incidentId: string): Promise<boolean>;
  /** Effects by action and outcome (null while verifying), for the key figures. Executions that never acted do not count. */
  effects(): Promise<readonly { action: string; outcome: ExecutionOutcome | null; count: number }[]>;
  /** Executions since an instant, and all that run, oldest first. */
  facts(sinceMs: EpochMs): Promise<readonly (ExecutionFact & { readonly id: string })[]>;
  /** Those that are over, newest first. */
  history(limit: number): Promise<readonly PastExecution[]>;
  /** Temporary changes of executions that are over, whose time has come, or whose taking back was interrupted. */
  releases(atMs: EpochMs): Promise<readonly { readonly executionId: string; readonly position: number }[]>;
  /** Plan whose step has this operation id. */
  planOfOperation(operationId: string): Promise<string | null>;
  /** Targets that wait for a person. */
  heldTargets(): Promise<readonly { readonly key: string; readonly executionId: string }[]>;
  /** Any execution with what its steps need, whether or not it is over. */
  findWhole(id: string): Promise<ActiveExecution | null>;
  countByStatus(): Promise<readonly { status: ExecutionRecord['status']; count: number }[]>;
}
