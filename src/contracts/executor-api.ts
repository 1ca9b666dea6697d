import { z } from 'zod';
import type { RcaReport } from '#model';
import { name, verificationCheckSchema } from './action-api.ts';

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
  /** Who noticed: the watch, an alert that came by webhook, or a person. */
  origin: z.enum(['watch', 'alert', 'person']).default('watch'),
  /** Login of the person as Grafana told it to the backend, or name of the alert. Shown, never trusted. */
  openedBy: z.string().max(200).default(''),
});
export type OpenIncident = z.input<typeof openIncidentSchema>;

/** Body of `PUT /v1/incidents/:id/assignee` (persons only). Null: nobody. */
export const assignIncidentSchema = z.strictObject({ assignee: z.string().trim().min(1).max(200).nullable() });
export type AssignIncident = z.infer<typeof assignIncidentSchema>;

/** Body of `PUT /v1/incidents/:id/resolution` (persons only): why it is over. */
export const resolveIncidentSchema = z.strictObject({ reason: z.string().trim().min(3).max(1000) });

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
  /** Who said that it is over, and why; null while open, and where the checks found it. */
  readonly closed: { readonly by: string; readonly reason: string } | null;
  /** Checks that are true again when users are served normally. */
  readonly recovery: readonly z.infer<typeof verificationCheckSchema>[];
  readonly report: RcaReport;
  readonly updatedMs: number;
  readonly origin: 'watch' | 'alert' | 'person';
  /** Login of a person or name of an alert; empty when the watch noticed it. */
  readonly openedBy: string;
  /** Login of whoever takes care of it; null for nobody. */
  readonly assignee: string | null;
}

/** An alert as the ledger keeps it: the newest that was said about one fingerprint and start. Times are of the sender. */
export interface AlertRecord {
  readonly id: string;
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  /** Label `alertname`. */
  readonly name: string;
  /** From the labels `service_name`, `service` or `app`, in this order; null where none of them is there. */
  readonly service: string | null;
  readonly severity: string;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly receivedMs: number;
  /** The incident it belongs to, as the backend found; null before. */
  readonly incidentId: string | null;
}

/** Body of `PUT /v1/alerts/:id/incident` (backend only). */
export const linkAlertSchema = z.strictObject({ incidentId: z.string().regex(/^[0-9A-Z]{26}$/, 'must be a ULID') });

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

/** Body of `PUT /v1/leases/:name` (backend only): take or renew the lease, or be told who has it. 0 s gives it back. */
export const leaseRequestSchema = z.strictObject({
  holder: z.string().min(1).max(128),
  ttlSeconds: z.union([z.literal(0), z.number().min(5).max(600)]),
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
 * | GET /v1/incidents?status=open&q=&assignee=&origin=&cursor= | person, backend | Page<IncidentRecord>; `q` in id, service, cause, assignee |
 * | PUT /v1/incidents/:id/assignee | person | AssignIncident -> IncidentRecord |
 * | PUT /v1/incidents/:id/resolution | person | { reason } -> IncidentRecord; not while an action runs on it |
 * | POST /v1/alerts | webhook of Grafana or Alertmanager, with its own bearer | alerts of a group -> { taken, refused, reason } |
 * | GET /v1/alerts?status=&service=&incidentId=&linked=&cursor= | person, backend | Page<AlertRecord>, newest first |
 * | PUT /v1/alerts/:id/incident | backend, `ledger` | -> AlertRecord |
 * | GET /v1/incidents/:id | person, backend | IncidentRecord |
 * | POST /v1/incidents | backend, `ledger` | OpenIncident -> IncidentRecord (201 new, 200 already open) |
 * | PUT /v1/incidents/:id/report | backend, `ledger` | -> IncidentRecord |
 * | GET /v1/plans?incidentId=&status= | person, backend | Page<PlanRecord> |
 * | GET /v1/plans/:id | person, backend | PlanRecord |
 * | POST /v1/plans | person, backend `propose` | ProposePlan -> PlanRecord |
 * | POST /v1/plans/:id/challenge | person | -> ChallengeAnswer |
 * | POST /v1/plans/:id/decision | person | PlanDecision -> PlanRecord |
 * | POST /v1/plans | person, backend `propose` | RunbookProposal -> PlanRecord |
 * | GET /v1/runbooks | person, backend | RunbooksAnswer |
 * | GET /v1/incidents/:id/proposals | person, backend | ProposalsAnswer |
 * | GET, PUT /v1/maintenance | person | Maintenance |
 * | GET /v1/notifications?cursor= | person, backend | Page<NotificationRecord>, newest first |
 * | POST /v1/executions/:id/release | person | -> ExecutionRecord; its targets are free again |
 * | POST /v1/executions/:id/steps/:stepId/confirm | person | -> ExecutionRecord |
 * | GET /v1/openapi.json | person, backend | OpenAPI 3.1 of these routes |
 * | GET /v1/executions?incidentId= , GET /v1/executions/:id | person, backend | Page<ExecutionRecord> |
 * | POST /v1/executions/:id/cancel | person | -> ExecutionRecord; what was done is taken back where it can be |
 * | GET /v1/audit?after= , GET /v1/audit/verify | person, backend | Page<AuditEntry>, AuditVerification |
 * | GET /v1/actions | person, backend | { items: ActionCatalogueEntry[] } |
 * | PUT /v1/leases/:name | backend, `ledger` | LeaseRequest -> LeaseAnswer |
 * | GET /v1/labels?from=&to=&service=&cursor= | person, backend | Page<AnomalyLabelRecord>, those that overlap the range |
 * | POST /v1/labels | person | AnomalyLabel -> AnomalyLabelRecord (201) |
 * | POST /v1/labels/:id/withdraw | person | -> AnomalyLabelRecord; it leaves the lists and stays in the audit |
 * | POST /v1/runs | backend, `ledger` | StartRun -> RunRecord (201 new, 200 already there) |
 * | POST /v1/runs/:id/events | backend, `ledger` | -> AppendedEvents; the same numbers again change nothing |
 * | POST /v1/runs/:id/finish | backend, `ledger` | FinishRun -> RunRecord |
 * | POST /v1/runs/:id/cancel | person | -> RunRecord |
 * | POST /v1/runs/:id/feedback | person | RunFeedback -> RunFeedbackRecord (201) |
 * | GET /v1/runs?status=&incidentId=&service=&cursor= | person, backend | Page<RunRecord>, newest first |
 * | GET /v1/runs/:id | person, backend | RunDetail |
 * | GET /v1/runs/:id/events?after=&limit= | person, backend | RunEventsAnswer |
 * | GET /v1/model-budget?incident= | person, backend | BudgetUse |
 * | POST /v1/model-budget/reservations | backend, `ledger` | ReserveBudget -> BudgetReservation |
 * | POST /v1/model-budget/reservations/:id/settle | backend, `ledger` | amount -> {}; once |
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
