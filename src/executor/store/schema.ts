import type { ColumnType } from 'kysely';

/** Written once with the row. */
type Fixed<T> = ColumnType<T, T, never>;

/** Tables of the ledger. Times are epoch ms, objects are JSON text, truth values are 0 or 1. */
export interface LedgerSchema {
  incident: IncidentTable;
  plan: PlanTable;
  decision: DecisionTable;
  challenge: ChallengeTable;
  execution: ExecutionTable;
  execution_check: ExecutionCheckTable;
  execution_step: ExecutionStepTable;
  target_lock: TargetLockTable;
  audit: AuditTable;
  used_token: UsedTokenTable;
  setting: SettingTable;
  lease: LeaseTable;
  anomaly_label: AnomalyLabelTable;
  runbook_use: RunbookUseTable;
  notification: NotificationTable;
  run: RunTable;
  run_event: RunEventTable;
  run_feedback: RunFeedbackTable;
  model_use: ModelUseTable;
  alert: AlertTable;
  schema_migration: { version: Fixed<number>; applied_ms: Fixed<number> };
}

export interface IncidentTable {
  id: Fixed<string>;
  fingerprint: Fixed<string>;
  service: Fixed<string>;
  symptom: Fixed<string>;
  status: string;
  onset_ms: Fixed<number>;
  detected_ms: Fixed<number>;
  resolved_ms: number | null;
  resolved_by: string | null;
  recovery: Fixed<string>;
  report: string;
  /** How often the incident was reported, the first time included. */
  raw_alerts: number;
  updated_ms: number;
  origin: Fixed<string>;
  opened_by: Fixed<string>;
  assignee: string | null;
  /** The person who said that it is over, and why; null where the checks found it. */
  closed_by: string | null;
  closed_reason: string | null;
  /** What a search looks in, in lower case, one part a line. */
  search: string;
}

export interface PlanTable {
  id: Fixed<string>;
  incident_id: Fixed<string>;
  plan_hash: Fixed<string>;
  proposal_hash: Fixed<string>;
  requester: Fixed<string>;
  requester_id: Fixed<string>;
  action: Fixed<string>;
  target: Fixed<string>;
  parameters: Fixed<string>;
  rationale: Fixed<string>;
  confidence: Fixed<number>;
  expected_seconds: Fixed<number>;
  verification: Fixed<string>;
  dry_run: Fixed<string>;
  target_uid: Fixed<string>;
  target_version: Fixed<string>;
  reversible: Fixed<number>;
  steps: Fixed<string>;
  on_failure: Fixed<string>;
  /** What has no column of its own, as JSON. */
  content: Fixed<string>;
  risk: Fixed<string>;
  policy_version: Fixed<string>;
  expires_ms: Fixed<number>;
  created_ms: Fixed<number>;
  status: string;
  decided_ms: number | null;
}

export interface DecisionTable {
  plan_id: Fixed<string>;
  approver_id: Fixed<string>;
  approver: Fixed<string>;
  decision: Fixed<string>;
  comment: Fixed<string>;
  at_ms: Fixed<number>;
  plan_hash: Fixed<string>;
  challenge_hash: Fixed<string>;
  token_digest: Fixed<string>;
  token_issued_ms: Fixed<number>;
  break_glass: Fixed<number>;
}

export interface ChallengeTable {
  hash: Fixed<string>;
  plan_id: Fixed<string>;
  principal_id: Fixed<string>;
  expires_ms: Fixed<number>;
  used_ms: number | null;
}

export interface ExecutionTable {
  id: Fixed<string>;
  plan_id: Fixed<string>;
  incident_id: Fixed<string>;
  /** Action of the first step, or the name of the runbook. */
  action: Fixed<string>;
  target_key: Fixed<string>;
  status: string;
  direction: string;
  verification: string | null;
  outcome: string | null;
  message: string;
  cancelled_by: string | null;
  started_ms: Fixed<number>;
  /** When the last effect was recorded. */
  effect_ms: number | null;
  finished_ms: number | null;
}

export interface ExecutionStepTable {
  execution_id: Fixed<string>;
  position: Fixed<number>;
  step_id: Fixed<string>;
  phase: string;
  operation_id: Fixed<string>;
  undo_operation_id: Fixed<string>;
  expected: string | null;
  pre_image: string | null;
  minted_ms: number | null;
  message: string;
  effect_ms: number | null;
  undone_ms: number | null;
  details: string | null;
  /** When a temporary change is taken back. */
  release_ms: number | null;
}

export interface TargetLockTable {
  target_key: Fixed<string>;
  execution_id: Fixed<string>;
}

export interface ExecutionCheckTable {
  execution_id: Fixed<string>;
  round: Fixed<number>;
  position: Fixed<number>;
  name: Fixed<string>;
  at_ms: Fixed<number>;
  value: Fixed<number | null>;
  passed: Fixed<number>;
}

export interface AuditTable {
  sequence: Fixed<number>;
  at_ms: Fixed<number>;
  actor: Fixed<string>;
  event: Fixed<string>;
  subject: Fixed<string>;
  details: Fixed<string>;
  previous_hash: Fixed<string>;
  hash: Fixed<string>;
}

export interface UsedTokenTable {
  jti: Fixed<string>;
  expires_ms: Fixed<number>;
}

export interface SettingTable {
  key: Fixed<string>;
  value: string;
}

export interface LeaseTable {
  name: Fixed<string>;
  holder: string;
  expires_ms: number;
  /** Rises whenever the lease is taken anew: a holder that lost it can tell. */
  token: number;
}

export interface AnomalyLabelTable {
  id: Fixed<string>;
  service: Fixed<string>;
  signal_id: Fixed<string | null>;
  label: Fixed<string>;
  from_ms: Fixed<number>;
  to_ms: Fixed<number>;
  comment: Fixed<string>;
  author: Fixed<string>;
  author_id: Fixed<string>;
  created_ms: Fixed<number>;
  withdrawn_ms: number | null;
  withdrawn_by: string | null;
}

export interface RunbookUseTable {
  /** `name@version`. */
  key: Fixed<string>;
  digest: Fixed<string>;
  first_ms: Fixed<number>;
}

export interface NotificationTable {
  id: Fixed<string>;
  channel: Fixed<string>;
  event: Fixed<string>;
  subject: Fixed<string>;
  content: Fixed<string>;
  created_ms: Fixed<number>;
  attempts: number;
  /** Not tried again before. */
  next_ms: number;
  sent_ms: number | null;
  error: string | null;
  dropped: number;
}

export interface RunTable {
  id: Fixed<string>;
  fingerprint: Fixed<string>;
  starts_at_ms: Fixed<number>;
  /** Of the request, for lists. */
  service: Fixed<string>;
  request: Fixed<string>;
  origin: Fixed<string>;
  started_by: Fixed<string>;
  incident_id: Fixed<string | null>;
  status: string;
  reason: string;
  created_ms: Fixed<number>;
  finished_ms: number | null;
  /** Verdict, decision, cause and cost as JSON. */
  outcome: string | null;
  last_seq: number;
  /** Rises with every write of the backend. */
  revision: number;
  /** When its events were dropped. */
  dropped_ms: number | null;
}

export interface RunEventTable {
  run_id: Fixed<string>;
  seq: Fixed<number>;
  event: Fixed<string>;
  /** Characters of the event. */
  size: Fixed<number>;
}

export interface RunFeedbackTable {
  id: Fixed<string>;
  run_id: Fixed<string>;
  about: Fixed<string>;
  judgement: Fixed<string>;
  true_cause: Fixed<string>;
  comment: Fixed<string>;
  author: Fixed<string>;
  author_id: Fixed<string>;
  created_ms: Fixed<number>;
}

export interface ModelUseTable {
  id: Fixed<string>;
  incident: Fixed<string>;
  month: Fixed<string>;
  reserved_tokens: Fixed<number>;
  reserved_cost: Fixed<number | null>;
  reserved_ms: Fixed<number>;
  /** Null until it is settled: what was set aside counts. */
  tokens: number | null;
  cost: number | null;
  settled_ms: number | null;
}

export interface AlertTable {
  id: Fixed<string>;
  fingerprint: Fixed<string>;
  starts_at_ms: Fixed<number>;
  status: string;
  name: Fixed<string>;
  service: Fixed<string | null>;
  severity: Fixed<string>;
  summary: string;
  labels: Fixed<string>;
  ends_at_ms: number | null;
  /** When it was heard of last. */
  received_ms: number;
  incident_id: string | null;
}
