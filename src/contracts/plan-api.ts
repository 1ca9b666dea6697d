import { z } from 'zod';
import type { JsonObject } from './json.ts';
import { actionKindSchema, actionTargetSchema, sha256, verificationCheckSchema } from './action-api.ts';

/** Body of `POST /v1/plans`: by the backend (intent `propose`) or by a person through the proxy. */
export const proposePlanSchema = z.strictObject({
  incidentId: z.string().max(40),
  action: actionKindSchema,
  target: actionTargetSchema,
  parameters: z.record(z.string().max(60), z.union([z.string().max(500), z.number(), z.boolean()])),
  rationale: z.string().max(1000),
  /** Confidence of the hypothesis it treats; enters the risk. */
  confidence: z.number().min(0).max(1),
  expectedSeconds: z.number().min(0).max(86_400),
  verification: z.array(verificationCheckSchema).min(1).max(8),
  /** What becomes of an effect that did not help: taken back, left with a message, or left with a call for a person. */
  onFailure: z.enum(['rollback', 'notify', 'hold']).default('notify'),
  /** Services that would feel it, by the topology; believed from the backend only. */
  affectedServices: z.number().int().min(0).max(100_000).optional(),
});
export type ProposePlan = z.input<typeof proposePlanSchema>;
/** The same with defaults filled in. */
export type PlanProposal = z.infer<typeof proposePlanSchema>;

/** Body of `POST /v1/plans` for a runbook: its newest version, or the one that is named. */
export const proposeRunbookSchema = z.strictObject({
  incidentId: z.string().max(40),
  runbook: z.strictObject({ name: z.string().min(1).max(63), version: z.number().int().positive().optional() }),
  /** Values of its parameters; what is missing is taken from the labels of the incident. */
  parameters: z
    .record(z.string().max(60), z.union([z.string().max(500), z.number(), z.boolean()]))
    .refine((value) => Object.keys(value).length <= 64, 'at most 64 parameters'),
  rationale: z.string().max(1000),
  confidence: z.number().min(0).max(1),
  affectedServices: z.number().int().min(0).max(100_000).optional(),
});
export type RunbookProposal = z.infer<typeof proposeRunbookSchema>;

/** A condition in CEL with the names that it may use: parameters with their types, and queries of steps before it. */
export interface StepCondition {
  readonly expression: string;
  readonly scope: {
    readonly kind: 'step';
    readonly parameters: Readonly<Record<string, 'string' | 'int' | 'double' | 'bool'>>;
    readonly queries: readonly string[];
  };
}

/** One step of a plan as compiled: an action, its input, and the target as it was then. */
export interface PlanStep {
  readonly id: string;
  /** Name of the action, such as `demo.scale`. */
  readonly action: string;
  readonly title: string;
  readonly input: JsonObject;
  readonly target: {
    readonly key: string;
    readonly system: string;
    readonly namespace?: string | undefined;
    readonly kind: string;
    readonly name: string;
  };
  /** Identity and version that the dry run saw; execution refuses when they have changed. */
  readonly expected: { readonly uid: string; readonly version: string };
  /** What it would change, as the platform says; empty when nothing would. */
  readonly diff: string;
  readonly warnings: readonly string[];
  readonly reversible: boolean;
  readonly destructive: boolean;
  /** For the effect to arrive. */
  readonly timeoutSeconds: number;
  /** Pods that are disturbed, and their share of the target in percent; missing where nobody knows. */
  readonly size?: { readonly pods?: number; readonly percent?: number } | undefined;
  /** Condition in CEL over the parameters and the queries before it; the step is skipped where it does not hold. */
  readonly condition?: StepCondition | undefined;
  /** How often it is sent again when the platform is too busy; the executor's own rule when missing. */
  readonly retries?: number | undefined;
  /** Temporary: taken back by itself so long after its effect. */
  readonly ttlSeconds?: number | undefined;
}

/** The runbook that a plan was made from. */
export interface PlanRunbook {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  /** Hex SHA-256 of its content. */
  readonly digest: string;
}

/** How it is found out whether an action helped. Seconds on the executor's clock. */
export interface VerificationTiming {
  /** Wait after the last effect before the first round. */
  readonly settleSeconds: number;
  readonly intervalSeconds: number;
  /** Rounds in a row in which every check must pass. */
  readonly consecutivePasses: number;
  /** After the settle time. */
  readonly timeoutSeconds: number;
}

/** Why a plan must not be carried out now. */
export interface GuardFinding {
  readonly guard: 'freeze' | 'maintenance' | 'cool-down' | 'concurrency' | 'recurrence' | 'blast-radius';
  /** Names the object and the limit. */
  readonly message: string;
  /** When it ends by itself; missing when a person has to do something. */
  readonly untilMs?: number | undefined;
}

/** What a plan is done to; of several targets the first. */
export interface PlanTarget {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  /** For `edge`: the callee. */
  readonly peer?: string | undefined;
}

/** What the runbook allows at most; the executor's own limits hold as well. */
export interface PlanLimits {
  readonly coolDownSeconds: number;
  readonly concurrency: { readonly key: 'target' | 'namespace' | 'cluster'; readonly max: number };
  readonly maxPods?: number | undefined;
  readonly maxPercent?: number | undefined;
  readonly namespaces?: readonly string[] | undefined;
}

/** Who is told about what becomes of a plan. */
export interface PlanNotification {
  readonly channel: string;
  readonly on: readonly NotificationEvent[];
}

/** What somebody may want to be told. */
export const NOTIFICATION_EVENTS = [
  'approval-requested',
  'approved',
  'rejected',
  'timeout',
  'started',
  'succeeded',
  'failed',
  'rolled-back',
  'needs-human',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** The arithmetic of the risk (A5.9, A5.10), shown to the approver. `score = min(1, product)`. */
export interface RiskAssessment {
  readonly base: number;
  readonly factors: readonly { readonly name: string; readonly factor: number; readonly reason: string }[];
  readonly score: number;
  readonly approvalsRequired: number;
}

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'timeout' | 'auto_approved';

/** One person's decision on a plan. */
export interface DecisionRecord {
  readonly approver: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly atMs: number;
  /** In an emergency, by one person where more are asked for; announced to everybody. */
  readonly breakGlass: boolean;
}

/** A compiled plan with its approval. `planHash` covers everything that will be done and shown. */
export interface PlanRecord {
  readonly id: string;
  readonly incidentId: string;
  readonly planHash: string;
  readonly requester: string;
  /** Kind of a single action, or the name of the runbook. */
  readonly action: string;
  readonly target: PlanTarget;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Null for a single action. */
  readonly runbook: PlanRunbook | null;
  readonly rationale: string;
  readonly confidence: number;
  readonly expectedSeconds: number;
  /** Checks that must hold right before the first effect. */
  readonly preconditions: readonly z.infer<typeof verificationCheckSchema>[];
  readonly verification: readonly z.infer<typeof verificationCheckSchema>[];
  readonly timing: VerificationTiming;
  /** From approval to the last effect at most; null without a limit. */
  readonly deadlineSeconds: number | null;
  readonly limits: PlanLimits | null;
  readonly notifications: readonly PlanNotification[];
  /** Services that would feel it, by the topology; null when that is not known. */
  readonly affectedServices: number | null;
  /** Hex SHA-256 of the report that it rests on, as it was when the plan was made. */
  readonly evidenceDigest: string;
  /** What spoke against it when it was made; asked again at approval and before each effect. */
  readonly guards: readonly GuardFinding[];
  /** Plain-text difference that the platform's dry run gave. */
  readonly dryRun: string;
  /** Version of the live target that the dry run saw; execution refuses when it has changed. */
  readonly targetVersion: string;
  readonly reversible: boolean;
  /** In the order in which they are carried out; what is above describes the first. Empty in plans of older versions. */
  readonly steps: readonly PlanStep[];
  readonly onFailure: PlanProposal['onFailure'];
  readonly risk: RiskAssessment;
  readonly approval: {
    readonly status: ApprovalStatus;
    readonly expiresMs: number;
    readonly decisions: readonly DecisionRecord[];
    readonly decidedMs: number | null;
    /** Logins that may approve; empty means everybody who has the right in Grafana. */
    readonly approvers: readonly string[];
  };
  readonly executionId: string | null;
  readonly createdMs: number;
}

/** Answer of `POST /v1/plans/:id/challenge`: proof that the decision was made on the plan as shown. Single use. */
export interface ChallengeAnswer {
  readonly challenge: string;
  readonly planHash: string;
  readonly expiresMs: number;
}

/** Body of `POST /v1/plans/:id/decision` (persons only). */
export const decisionSchema = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  planHash: sha256,
  challenge: z.string().min(16).max(128),
  comment: z.string().max(1000).default(''),
  /** Approve alone in an emergency; needs a comment. Refused for plans that one person may approve anyway. */
  breakGlass: z.boolean().default(false),
});
export type PlanDecision = z.input<typeof decisionSchema>;

/**
 * How an execution went. `no-data`: the checks could not be answered, which is no success. `failed`: nothing was done.
 * `partial`: some steps were carried out, another was not, and nothing was taken back. `rolled-back`: what was done is undone.
 */
export type ExecutionOutcome =
  'recovered' | 'not-recovered' | 'no-data' | 'failed' | 'partial' | 'rolled-back' | 'cancelled';

/** How far one step got. */
export type ExecutionStepPhase =
  | 'pending'
  | 'intent'
  | 'applied'
  | 'settled'
  | 'stuck'
  | 'skipped'
  | 'failed'
  | 'undo-intent'
  | 'undone'
  | 'undo-refused';

/** One step of an execution, in the order of the plan. */
export interface ExecutionStep {
  readonly id: string;
  readonly phase: ExecutionStepPhase;
  readonly message: string;
  readonly effectMs: number | null;
  readonly undoneMs: number | null;
  /** Facts that the action gave, such as the answer of a query. */
  readonly details: JsonObject | null;
  /** When a temporary change is taken back by itself; null when it stays. */
  readonly releaseMs: number | null;
}

/** One evaluation of one check. `value` is null when the query gave no single sample. */
export interface CheckResult {
  readonly name: string;
  readonly atMs: number;
  readonly value: number | null;
  readonly passed: boolean;
}

export interface ExecutionRecord {
  readonly id: string;
  readonly planId: string;
  readonly incidentId: string;
  /** `needs-human`: its targets stay locked until a person has looked and released them. */
  readonly status: 'running' | 'verifying' | 'finished' | 'needs-human';
  /** Nothing else may act on its targets. */
  readonly holdsTargets: boolean;
  readonly outcome: ExecutionOutcome | null;
  readonly message: string;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  /** Who asked to stop it. */
  readonly cancelledBy: string | null;
  readonly steps: readonly ExecutionStep[];
  readonly checks: readonly CheckResult[];
}
