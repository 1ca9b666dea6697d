import { z } from 'zod';
import type { RcaReport } from '#model';

const name = z.string().min(1).max(253);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const actionKindSchema = z.enum([
  'scale',
  'restart',
  'rollback',
  'rate-limit',
  'circuit-break',
  'set-memory-limit',
  'create-index',
  'notify',
  'manual',
]);

export const actionTargetSchema = z.strictObject({
  kind: z.enum(['deployment', 'database', 'cache', 'edge']),
  name,
  peer: name.optional(),
});

export const verificationCheckSchema = z.strictObject({
  name: z.string().min(1).max(120),
  query: z.string().min(1).max(2000),
  operator: z.enum(['<', '<=', '>', '>=']),
  threshold: z.number(),
  unit: z.string().max(30),
});

/** Body of `POST /v1/incidents` (backend only). The same `fingerprint` while open returns the open incident. */
export const openIncidentSchema = z.strictObject({
  fingerprint: z.string().min(8).max(128),
  service: name,
  symptom: z.enum(['latency', 'errors']),
  /** First anomalous sample. */
  onsetMs: z.number().int().positive(),
  detectedMs: z.number().int().positive(),
  /** Checks that are true again when users are served normally; the executor closes the incident by them. */
  recovery: z.array(verificationCheckSchema).min(1).max(8),
  report: z.custom<RcaReport>((value) => typeof value === 'object' && value !== null),
});
export type OpenIncident = z.infer<typeof openIncidentSchema>;

/** Body of `PUT /v1/incidents/:id/report` (backend only). */
export const updateReportSchema = z.strictObject({
  report: z.custom<RcaReport>((value) => typeof value === 'object' && value !== null),
});

/** An incident as the ledger keeps it. Times are epoch ms on the executor's clock unless named otherwise. */
export interface IncidentRecord {
  readonly id: string;
  readonly fingerprint: string;
  readonly service: string;
  readonly symptom: 'latency' | 'errors';
  readonly status: 'open' | 'resolved';
  readonly onsetMs: number;
  readonly detectedMs: number;
  readonly resolvedMs: number | null;
  /** Whether an approved action or something else preceded the recovery; null while open. */
  readonly resolvedBy: 'action' | 'unassisted' | null;
  /** Checks that are true again when users are served normally. */
  readonly recovery: readonly z.infer<typeof verificationCheckSchema>[];
  readonly report: RcaReport;
  readonly updatedMs: number;
}

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
});
export type ProposePlan = z.input<typeof proposePlanSchema>;
/** The same with defaults filled in. */
export type PlanProposal = z.infer<typeof proposePlanSchema>;

/** One step of a plan as compiled: an action, its input, and the target as it was then. */
export interface PlanStep {
  readonly id: string;
  /** Name of the action, such as `demo.scale`. */
  readonly action: string;
  readonly title: string;
  readonly input: Readonly<Record<string, unknown>>;
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
}

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
}

/** A compiled plan with its approval. `planHash` covers everything that will be done and shown. */
export interface PlanRecord {
  readonly id: string;
  readonly incidentId: string;
  readonly planHash: string;
  readonly requester: string;
  readonly action: z.infer<typeof actionKindSchema>;
  readonly target: z.infer<typeof actionTargetSchema>;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly rationale: string;
  readonly confidence: number;
  readonly expectedSeconds: number;
  readonly verification: readonly z.infer<typeof verificationCheckSchema>[];
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
});
export type PlanDecision = z.infer<typeof decisionSchema>;

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
  readonly status: 'running' | 'verifying' | 'finished' | 'needs-human';
  readonly outcome: ExecutionOutcome | null;
  readonly message: string;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  /** Who asked to stop it. */
  readonly cancelledBy: string | null;
  readonly steps: readonly ExecutionStep[];
  readonly checks: readonly CheckResult[];
}

/** One line of the hash-chained audit. `hash = SHA-256(previousHash || canonicalJson(entry without hashes))`. */
export interface AuditEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly actor: string;
  readonly event: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly previousHash: string;
  readonly hash: string;
}

/** Answer of `GET /v1/audit/verify`. */
export interface AuditVerification {
  readonly ok: boolean;
  readonly entries: number;
  readonly brokenAt: number | null;
}

/** One entry of `GET /v1/actions`: what can be done, with bounds, for the manual form. */
export interface ActionCatalogueEntry {
  readonly action: z.infer<typeof actionKindSchema>;
  readonly description: string;
  readonly targetKinds: readonly z.infer<typeof actionTargetSchema>['kind'][];
  readonly riskBase: number;
  readonly reversible: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: 'integer' | 'number' | 'string';
    readonly required: boolean;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly default?: number | string;
    readonly unit?: string;
    readonly description: string;
  }[];
}

/** Body of `PUT /v1/leases/:name` (backend only): take or renew the lease, or be told who has it. */
export const leaseRequestSchema = z.strictObject({
  holder: z.string().min(1).max(128),
  ttlSeconds: z.number().min(5).max(600),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** Answer of `PUT /v1/leases/:name`. `token` rises with every change of the holder. */
export interface LeaseAnswer {
  readonly name: string;
  readonly holder: string;
  readonly held: boolean;
  readonly expiresMs: number;
  readonly token: number;
}

/** What a person says about an anomaly. */
export const ANOMALY_LABELS = ['acknowledged', 'incident', 'false-alarm', 'expected', 'maintenance'] as const;

/** Body of `POST /v1/labels` (persons only). */
export const anomalyLabelSchema = z
  .strictObject({
    service: name,
    /** One signal of the service; the whole service when missing. */
    signalId: z.string().max(400).optional(),
    label: z.enum(ANOMALY_LABELS),
    fromMs: z.number().int().positive(),
    toMs: z.number().int().positive(),
    comment: z.string().max(1000).default(''),
  })
  .refine((value) => value.toMs > value.fromMs, { path: ['toMs'], message: 'toMs must be after fromMs' });
export type AnomalyLabel = z.infer<typeof anomalyLabelSchema>;

/** A label as the ledger keeps it. A withdrawn label stays in the audit. */
export interface AnomalyLabelRecord {
  readonly id: string;
  readonly service: string;
  readonly signalId: string | null;
  readonly label: (typeof ANOMALY_LABELS)[number];
  readonly fromMs: number;
  readonly toMs: number;
  readonly comment: string;
  readonly author: string;
  readonly createdMs: number;
}

/** Lists answer `{ items, nextCursor }`; `nextCursor` is null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** RFC 9457 error body of the executor. `code` is one of the executor's error table. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
}

/**
 * Routes of the executor.
 *
 * | method and path | who | body, answer |
 * |---|---|---|
 * | GET /healthz, GET /metrics | anybody | text |
 * | GET /v1/incidents?status=open&cursor= | person, backend | Page<IncidentRecord> |
 * | GET /v1/incidents/:id | person, backend | IncidentRecord |
 * | POST /v1/incidents | backend, `ledger` | OpenIncident -> IncidentRecord (201 new, 200 already open) |
 * | PUT /v1/incidents/:id/report | backend, `ledger` | -> IncidentRecord |
 * | GET /v1/plans?incidentId=&status= | person, backend | Page<PlanRecord> |
 * | GET /v1/plans/:id | person, backend | PlanRecord |
 * | POST /v1/plans | person, backend `propose` | ProposePlan -> PlanRecord |
 * | POST /v1/plans/:id/challenge | person | -> ChallengeAnswer |
 * | POST /v1/plans/:id/decision | person | PlanDecision -> PlanRecord |
 * | GET /v1/executions?incidentId= , GET /v1/executions/:id | person, backend | Page<ExecutionRecord> |
 * | POST /v1/executions/:id/cancel | person | -> ExecutionRecord; what was done is taken back where it can be |
 * | GET /v1/audit?after= , GET /v1/audit/verify | person, backend | Page<AuditEntry>, AuditVerification |
 * | GET /v1/actions | person, backend | { items: ActionCatalogueEntry[] } |
 * | PUT /v1/leases/:name | backend, `ledger` | LeaseRequest -> LeaseAnswer |
 * | GET /v1/labels?from=&to=&service=&cursor= | person, backend | Page<AnomalyLabelRecord>, those that overlap the range |
 * | POST /v1/labels | person | AnomalyLabel -> AnomalyLabelRecord (201) |
 * | POST /v1/labels/:id/withdraw | person | -> AnomalyLabelRecord; it leaves the lists and stays in the audit |
 */
export const EXECUTOR_API_VERSION = 'v1';

/** Claims of the backend's EdDSA token: at most 60 s old, bound to the body, used once. */
export interface BackendTokenClaims {
  readonly iss: 'causeway-backend';
  readonly aud: 'causeway-executor';
  readonly intent: 'ledger' | 'propose' | 'read';
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** Hex SHA-256 of the request body; of the empty string for GET. */
  readonly bodySha256: string;
}
