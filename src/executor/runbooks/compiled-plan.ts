import type { StepCondition } from '#contracts';
import type { ActionInput } from '../actions/action.ts';
import type { ParameterValue } from './parameter-value.ts';
import type { ComparisonOperator, NotificationEvent, RetryCause, RunbookRisk } from './runbook.ts';

/** A question to the metrics with everything in it: an instant query that gives exactly one sample. */
export interface CompiledCheck {
  readonly name: string;
  readonly datasource?: string;
  /** PromQL with all values bound; where the check must hold for a time, the query asks for that itself. */
  readonly query: string;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
  /** `fail`: no sample is a failed check. */
  readonly noData: 'fail' | 'pass';
  /** For people: how long the check looks back. Part of `query` already. */
  readonly forSeconds?: number;
}

/** One thing to do. */
export interface CompiledStep {
  readonly id: string;
  readonly action: string;
  /** Literals only: `target` and `with` side by side. */
  readonly input: ActionInput;
  /** Condition in CEL with the names it may use; missing: always. */
  readonly if?: StepCondition;
  readonly timeoutSeconds: number;
  readonly retry: { readonly max: number; readonly on: readonly RetryCause[] };
  readonly compensate: 'auto' | 'none';
  /** Temporary: undone by itself after this time. */
  readonly ttlSeconds?: number;
  /** Steps next to each other with the same group may run at the same time. */
  readonly parallelGroup?: string;
}

/** How it is found out whether the steps helped. */
export interface CompiledVerification {
  readonly settleSeconds: number;
  readonly timeoutSeconds: number;
  readonly intervalSeconds: number;
  readonly consecutive: number;
  /** Empty: the actions' own checks are used. */
  readonly checks: readonly CompiledCheck[];
  /** `rollback` only where every step can be undone. */
  readonly onFailure: 'rollback' | 'notify' | 'hold';
}

/** What the runbook asks for. The executor's policy may be stricter, never weaker. */
export interface CompiledPolicy {
  readonly risk: RunbookRisk;
  readonly approval: {
    readonly mode: 'required' | 'auto-if-low-risk' | 'four-eyes';
    readonly ttlSeconds: number;
    readonly approvers: readonly string[];
  };
  readonly cooldownSeconds: number;
  readonly concurrency: { readonly key: 'target' | 'namespace' | 'cluster'; readonly max: number };
  readonly blastRadius: {
    readonly maxPods?: number;
    readonly maxPercent?: number;
    readonly maxReplicasDelta?: number;
    readonly namespaces?: readonly string[];
  };
  readonly deadlineSeconds: number;
}

export interface CompiledNotification {
  readonly channel: string;
  readonly on: readonly NotificationEvent[];
  readonly template?: string;
}

/** A runbook with its parameters, ready to be approved and run. Equal inputs give equal plans. */
export interface CompiledPlan {
  readonly runbook: {
    readonly name: string;
    readonly version: number;
    readonly digest: string;
    readonly source: string;
  };
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly preconditions: readonly CompiledCheck[];
  readonly steps: readonly CompiledStep[];
  readonly verify: CompiledVerification;
  readonly policy: CompiledPolicy;
  readonly notifications: readonly CompiledNotification[];
  /** Whether every step that changes something can be undone by the executor. */
  readonly reversible: boolean;
  /** Steps that cannot: shown to who approves. */
  readonly irreversibleSteps: readonly string[];
  /** How long it takes when all goes well: for people, no deadline. */
  readonly expectedSeconds: number;
}
