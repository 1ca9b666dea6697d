/** One step of the schema. A step that was released never changes; a change is a new step. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

const PLAN_CONTENT =
  'id, incident_id, plan_hash, proposal_hash, requester, requester_id, action, target, parameters, verification, ' +
  'dry_run, target_uid, target_version, reversible, risk, policy_version, expires_ms, created_ms';

const frozen = (table: string, verb: 'UPDATE' | 'DELETE') =>
  `CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
   BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`;

/** The schema of the ledger, oldest step first. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE incident (
        id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, service TEXT NOT NULL,
        symptom TEXT NOT NULL CHECK (symptom IN ('latency', 'errors')),
        status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
        onset_ms INTEGER NOT NULL, detected_ms INTEGER NOT NULL, resolved_ms INTEGER,
        resolved_by TEXT CHECK (resolved_by IN ('action', 'unassisted')),
        recovery TEXT NOT NULL, report TEXT NOT NULL, raw_alerts INTEGER NOT NULL, updated_ms INTEGER NOT NULL
      ) STRICT`,
      `CREATE UNIQUE INDEX incident_open_fingerprint ON incident (fingerprint) WHERE status = 'open'`,
      `CREATE TABLE plan (
        id TEXT PRIMARY KEY, incident_id TEXT NOT NULL REFERENCES incident (id),
        plan_hash TEXT NOT NULL, proposal_hash TEXT NOT NULL, requester TEXT NOT NULL, requester_id TEXT NOT NULL,
        action TEXT NOT NULL, target TEXT NOT NULL, parameters TEXT NOT NULL, rationale TEXT NOT NULL,
        confidence REAL NOT NULL, expected_seconds REAL NOT NULL, verification TEXT NOT NULL, dry_run TEXT NOT NULL,
        target_uid TEXT NOT NULL, target_version TEXT NOT NULL, reversible INTEGER NOT NULL, risk TEXT NOT NULL,
        policy_version TEXT NOT NULL, expires_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'timeout', 'auto_approved')),
        decided_ms INTEGER
      ) STRICT`,
      `CREATE INDEX plan_incident ON plan (incident_id)`,
      `CREATE UNIQUE INDEX plan_pending_proposal ON plan (proposal_hash) WHERE status = 'pending'`,
      `CREATE TRIGGER plan_content_is_fixed BEFORE UPDATE OF ${PLAN_CONTENT} ON plan
       BEGIN SELECT RAISE(ABORT, 'the content of a plan is fixed'); END`,
      `CREATE TRIGGER plan_decision_is_final BEFORE UPDATE OF status ON plan WHEN OLD.status <> 'pending'
       BEGIN SELECT RAISE(ABORT, 'the plan was already processed'); END`,
      frozen('plan', 'DELETE'),
      `CREATE TABLE decision (
        plan_id TEXT NOT NULL REFERENCES plan (id), approver_id TEXT NOT NULL, approver TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')), comment TEXT NOT NULL, at_ms INTEGER NOT NULL,
        plan_hash TEXT NOT NULL, challenge_hash TEXT NOT NULL, token_digest TEXT NOT NULL, token_issued_ms INTEGER NOT NULL,
        PRIMARY KEY (plan_id, approver_id)
      ) STRICT`,
      frozen('decision', 'UPDATE'),
      frozen('decision', 'DELETE'),
      `CREATE TABLE challenge (
        hash TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), principal_id TEXT NOT NULL,
        expires_ms INTEGER NOT NULL, used_ms INTEGER
      ) STRICT`,
      `CREATE TABLE execution (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL UNIQUE REFERENCES plan (id),
        incident_id TEXT NOT NULL REFERENCES incident (id), action TEXT NOT NULL, target_key TEXT NOT NULL,
        operation_id TEXT NOT NULL UNIQUE,
        status TEXT NOT NULL CHECK (status IN ('running', 'verifying', 'finished', 'needs-human')),
        phase TEXT NOT NULL CHECK (phase IN ('queued', 'intent', 'applied', 'done')),
        outcome TEXT CHECK (outcome IN ('recovered', 'not-recovered', 'no-data', 'failed')),
        message TEXT NOT NULL, started_ms INTEGER NOT NULL, effect_ms INTEGER, finished_ms INTEGER
      ) STRICT`,
      `CREATE UNIQUE INDEX execution_one_per_target ON execution (target_key) WHERE status IN ('running', 'verifying')`,
      `CREATE INDEX execution_incident ON execution (incident_id)`,
      frozen('execution', 'DELETE'),
      `CREATE TABLE execution_check (
        execution_id TEXT NOT NULL REFERENCES execution (id), round INTEGER NOT NULL, position INTEGER NOT NULL,
        name TEXT NOT NULL, at_ms INTEGER NOT NULL, value REAL, passed INTEGER NOT NULL,
        PRIMARY KEY (execution_id, round, position)
      ) STRICT`,
      `CREATE TABLE audit (
        sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL,
        subject TEXT NOT NULL, details TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
      ) STRICT`,
      frozen('audit', 'UPDATE'),
      frozen('audit', 'DELETE'),
      `CREATE TABLE used_token (jti TEXT PRIMARY KEY, expires_ms INTEGER NOT NULL) STRICT`,
      `CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
    ],
  },
  {
    version: 2,
    statements: [
      `CREATE TABLE lease (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_ms INTEGER NOT NULL, token INTEGER NOT NULL
      ) STRICT`,
      `CREATE TABLE anomaly_label (
        id TEXT PRIMARY KEY, service TEXT NOT NULL, signal_id TEXT,
        label TEXT NOT NULL CHECK (label IN ('acknowledged', 'incident', 'false-alarm', 'expected', 'maintenance')),
        from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL CHECK (to_ms > from_ms), comment TEXT NOT NULL,
        author TEXT NOT NULL, author_id TEXT NOT NULL, created_ms INTEGER NOT NULL,
        withdrawn_ms INTEGER, withdrawn_by TEXT
      ) STRICT`,
      `CREATE INDEX anomaly_label_time ON anomaly_label (from_ms, to_ms)`,
      `CREATE TRIGGER anomaly_label_content_is_fixed BEFORE UPDATE OF
         id, service, signal_id, label, from_ms, to_ms, comment, author, author_id, created_ms ON anomaly_label
       BEGIN SELECT RAISE(ABORT, 'the content of a label is fixed'); END`,
      frozen('anomaly_label', 'DELETE'),
    ],
  },
  {
    version: 3,
    statements: [
      `CREATE TABLE execution_2 AS SELECT * FROM execution`,
      `CREATE TABLE execution_check_2 AS SELECT * FROM execution_check`,
      `DROP TABLE execution_check`,
      `DROP TABLE execution`,
      `CREATE TABLE execution (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL UNIQUE REFERENCES plan (id),
        incident_id TEXT NOT NULL REFERENCES incident (id), action TEXT NOT NULL, target_key TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'verifying', 'finished', 'needs-human')),
        direction TEXT NOT NULL CHECK (direction IN ('forward', 'undo')),
        verification TEXT CHECK (verification IN ('recovered', 'not-recovered', 'no-data')),
        outcome TEXT CHECK (outcome IN
          ('recovered', 'not-recovered', 'no-data', 'failed', 'partial', 'rolled-back', 'cancelled')),
        message TEXT NOT NULL, cancelled_by TEXT, started_ms INTEGER NOT NULL, effect_ms INTEGER, finished_ms INTEGER
      ) STRICT`,
      `INSERT INTO execution SELECT id, plan_id, incident_id, action, target_key, status, 'forward',
         CASE WHEN outcome = 'failed' THEN NULL ELSE outcome END, outcome, message, NULL, started_ms, effect_ms, finished_ms
       FROM execution_2`,
      `CREATE INDEX execution_incident ON execution (incident_id)`,
      frozen('execution', 'DELETE'),
      `CREATE TABLE execution_check (
        execution_id TEXT NOT NULL REFERENCES execution (id), round INTEGER NOT NULL, position INTEGER NOT NULL,
        name TEXT NOT NULL, at_ms INTEGER NOT NULL, value REAL, passed INTEGER NOT NULL,
        PRIMARY KEY (execution_id, round, position)
      ) STRICT`,
      `INSERT INTO execution_check SELECT * FROM execution_check_2`,
      `CREATE TABLE execution_step (
        execution_id TEXT NOT NULL REFERENCES execution (id), position INTEGER NOT NULL, step_id TEXT NOT NULL,
        phase TEXT NOT NULL CHECK (phase IN ('pending', 'intent', 'applied', 'settled', 'stuck', 'skipped', 'failed',
          'undo-intent', 'undone', 'undo-refused')),
        operation_id TEXT NOT NULL UNIQUE, undo_operation_id TEXT NOT NULL UNIQUE,
        expected TEXT, pre_image TEXT, minted_ms INTEGER, message TEXT NOT NULL, effect_ms INTEGER, undone_ms INTEGER,
        PRIMARY KEY (execution_id, position)
      ) STRICT`,
      frozen('execution_step', 'DELETE'),
      `CREATE TABLE target_lock (
        target_key TEXT PRIMARY KEY, execution_id TEXT NOT NULL REFERENCES execution (id)
      ) STRICT`,
      // What ran under the older version has no steps to go on with.
      `UPDATE execution SET status = 'needs-human', message = 'interrupted by an upgrade: look at the target'
       WHERE status IN ('running', 'verifying')`,
      `DROP TABLE execution_2`,
      `DROP TABLE execution_check_2`,
      `ALTER TABLE plan ADD COLUMN steps TEXT NOT NULL DEFAULT '[]'`,
      `ALTER TABLE plan ADD COLUMN on_failure TEXT NOT NULL DEFAULT 'notify'
         CHECK (on_failure IN ('rollback', 'notify', 'hold'))`,
      `CREATE TRIGGER plan_steps_are_fixed BEFORE UPDATE OF steps, on_failure ON plan
       BEGIN SELECT RAISE(ABORT, 'the content of a plan is fixed'); END`,
    ],
  },
  {
    version: 4,
    statements: [
      `ALTER TABLE plan ADD COLUMN content TEXT NOT NULL DEFAULT '{}'`,
      `CREATE TRIGGER plan_extra_content_is_fixed BEFORE UPDATE OF content ON plan
       BEGIN SELECT RAISE(ABORT, 'the content of a plan is fixed'); END`,
      `ALTER TABLE decision ADD COLUMN break_glass INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE execution_step ADD COLUMN details TEXT`,
      `ALTER TABLE execution_step ADD COLUMN release_ms INTEGER`,
      `CREATE INDEX execution_step_release ON execution_step (release_ms) WHERE release_ms IS NOT NULL`,
      `CREATE TABLE runbook_use (key TEXT PRIMARY KEY, digest TEXT NOT NULL, first_ms INTEGER NOT NULL) STRICT`,
      frozen('runbook_use', 'UPDATE'),
      frozen('runbook_use', 'DELETE'),
      `CREATE TABLE notification (
        id TEXT PRIMARY KEY, channel TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL,
        created_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_ms INTEGER NOT NULL, sent_ms INTEGER,
        error TEXT, dropped INTEGER NOT NULL DEFAULT 0
      ) STRICT`,
      `CREATE INDEX notification_due ON notification (next_ms) WHERE sent_ms IS NULL AND dropped = 0`,
      `CREATE TRIGGER notification_content_is_fixed BEFORE UPDATE OF id, channel, event, subject, content, created_ms
         ON notification
       BEGIN SELECT RAISE(ABORT, 'the content of a notification is fixed'); END`,
    ],
  },
  {
    version: 5,
    statements: [
      `CREATE TABLE run (
        id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, starts_at_ms INTEGER NOT NULL, service TEXT NOT NULL,
        request TEXT NOT NULL, origin TEXT NOT NULL CHECK (origin IN ('person', 'link', 'watch', 'api')),
        started_by TEXT NOT NULL, incident_id TEXT REFERENCES incident (id),
        status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'failed', 'cancelled')), reason TEXT NOT NULL,
        created_ms INTEGER NOT NULL, finished_ms INTEGER, outcome TEXT, last_seq INTEGER NOT NULL,
        revision INTEGER NOT NULL, dropped_ms INTEGER
      ) STRICT`,
      `CREATE UNIQUE INDEX run_one_per_start ON run (fingerprint, starts_at_ms)
       WHERE status IN ('running', 'finished') AND dropped_ms IS NULL`,
      `CREATE INDEX run_incident ON run (incident_id)`,
      `CREATE TRIGGER run_content_is_fixed BEFORE UPDATE OF id, fingerprint, starts_at_ms, service, request, origin,
         started_by, incident_id, created_ms ON run
       BEGIN SELECT RAISE(ABORT, 'the content of a run is fixed'); END`,
      `CREATE TRIGGER run_end_is_final BEFORE UPDATE OF status, reason, finished_ms, outcome, last_seq ON run
       WHEN OLD.status <> 'running'
       BEGIN SELECT RAISE(ABORT, 'the run is over'); END`,
      frozen('run', 'DELETE'),
      `CREATE TABLE run_event (
        run_id TEXT NOT NULL REFERENCES run (id), seq INTEGER NOT NULL, event TEXT NOT NULL, size INTEGER NOT NULL,
        PRIMARY KEY (run_id, seq)
      ) STRICT`,
      frozen('run_event', 'UPDATE'),
      `CREATE TRIGGER run_event_no_delete BEFORE DELETE ON run_event
       WHEN (SELECT dropped_ms FROM run WHERE id = OLD.run_id) IS NULL
       BEGIN SELECT RAISE(ABORT, 'run_event is append-only'); END`,
      `CREATE TABLE run_feedback (
        id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES run (id), about TEXT NOT NULL,
        judgement TEXT NOT NULL CHECK (judgement IN ('right', 'wrong', 'partly')), true_cause TEXT NOT NULL,
        comment TEXT NOT NULL, author TEXT NOT NULL, author_id TEXT NOT NULL, created_ms INTEGER NOT NULL
      ) STRICT`,
      `CREATE INDEX run_feedback_run ON run_feedback (run_id)`,
      frozen('run_feedback', 'UPDATE'),
      frozen('run_feedback', 'DELETE'),
    ],
  },
  {
    version: 6,
    statements: [
      `CREATE TABLE model_use (
        id TEXT PRIMARY KEY, incident TEXT NOT NULL, month TEXT NOT NULL, reserved_tokens REAL NOT NULL,
        reserved_cost REAL, reserved_ms INTEGER NOT NULL, tokens REAL, cost REAL, settled_ms INTEGER
      ) STRICT`,
      `CREATE INDEX model_use_incident ON model_use (incident)`,
      `CREATE INDEX model_use_month ON model_use (month)`,
      `CREATE TRIGGER model_use_is_settled_once BEFORE UPDATE ON model_use WHEN OLD.settled_ms IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'the use was settled before'); END`,
      frozen('model_use', 'DELETE'),
    ],
  },
  {
    version: 7,
    statements: [
      `ALTER TABLE incident ADD COLUMN origin TEXT NOT NULL DEFAULT 'watch'
         CHECK (origin IN ('watch', 'alert', 'person'))`,
      `ALTER TABLE incident ADD COLUMN opened_by TEXT NOT NULL DEFAULT ''`,
      `ALTER TABLE incident ADD COLUMN assignee TEXT`,
      `CREATE TRIGGER incident_origin_is_fixed BEFORE UPDATE OF origin, opened_by ON incident
       BEGIN SELECT RAISE(ABORT, 'the origin of an incident is fixed'); END`,
    ],
  },
  {
    version: 8,
    statements: [
      `ALTER TABLE incident ADD COLUMN search TEXT NOT NULL DEFAULT ''`,
      `UPDATE incident SET search = lower(id || char(10) || service || char(10) ||
         coalesce(json_extract(report, '$.hypotheses[0].service'), '') || char(10) || opened_by || char(10) ||
         coalesce(assignee, ''))`,
      `CREATE TABLE alert (
        id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, starts_at_ms INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('firing', 'resolved')), name TEXT NOT NULL, service TEXT,
        severity TEXT NOT NULL, summary TEXT NOT NULL, labels TEXT NOT NULL, ends_at_ms INTEGER,
        received_ms INTEGER NOT NULL, incident_id TEXT REFERENCES incident (id), UNIQUE (fingerprint, starts_at_ms)
      ) STRICT`,
      `CREATE INDEX alert_incident ON alert (incident_id)`,
      `CREATE INDEX alert_status ON alert (status, id)`,
      `CREATE INDEX alert_received ON alert (received_ms, id)`,
      `CREATE TRIGGER alert_link_is_fixed BEFORE UPDATE OF incident_id ON alert WHEN OLD.incident_id IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'the alert belongs to an incident'); END`,
      `CREATE TRIGGER alert_end_is_final BEFORE UPDATE OF status ON alert
       WHEN OLD.status = 'resolved' AND NEW.status <> 'resolved'
       BEGIN SELECT RAISE(ABORT, 'the alert is resolved'); END`,
    ],
  },
  {
    version: 9,
    statements: [
      `ALTER TABLE incident ADD COLUMN closed_by TEXT`,
      `ALTER TABLE incident ADD COLUMN closed_reason TEXT`,
    ],
  },
];
