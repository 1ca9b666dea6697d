import type { ApprovalStatus, DecisionRecord, PlanRecord } from '#contracts';
import type { Kysely, Selectable } from 'kysely';
import type { NewPlan, PlanStore, StoredPlan } from '../plan-store.ts';
import type { LedgerSchema, PlanTable } from '../schema.ts';
import { challengeWrites } from './challenges.ts';
import { toPage } from './page.ts';

type PlanRow = Selectable<PlanTable> & { execution_id: string | null };

/** {@link PlanStore} in SQL that SQLite and PostgreSQL share. */
export function planStore(database: Kysely<LedgerSchema>): PlanStore {
  const plans = () =>
    database
      .selectFrom('plan')
      .leftJoin('execution', 'execution.plan_id', 'plan.id')
      .selectAll('plan')
      .select('execution.id as execution_id');
  const complete = async (rows: readonly PlanRow[]): Promise<readonly StoredPlan[]> => {
    const decisions = await readDecisions(
      database,
      rows.map((row) => row.id)
    );
    return rows.map((row) => toStored(row, decisions.get(row.id) ?? []));
  };
  return {
    async list({ cursor, limit }, { incidentId, status }) {
      let query = plans()
        .orderBy('plan.id', 'desc')
        .limit(limit + 1);
      query = cursor === undefined ? query : query.where('plan.id', '<', cursor);
      query = incidentId === undefined ? query : query.where('plan.incident_id', '=', incidentId);
      query = status === undefined ? query : query.where('plan.status', '=', status);
      const stored = await complete(await query.execute());
      return toPage(
        stored.map((plan) => plan.record),
        limit
      );
    },
    async find(id) {
      const rows = await plans().where('plan.id', '=', id).execute();
      return (await complete(rows))[0] ?? null;
    },
    async findPending(proposalHash, atMs) {
      const rows = await plans()
        .where('proposal_hash', '=', proposalHash)
        .where('plan.status', '=', 'pending')
        .where('expires_ms', '>', atMs)
        .execute();
      return (await complete(rows))[0] ?? null;
    },
    async insert(plan) {
      await database.insertInto('plan').values(toRow(plan)).execute();
    },
    async pendingCount(atMs) {
      const row = await database
        .selectFrom('plan')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('status', '=', 'pending')
        .where('expires_ms', '>', atMs)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    ...decisionWrites(database),
    ...challengeWrites(database),
  };
}

function decisionWrites(
  database: Kysely<LedgerSchema>
): Pick<PlanStore, 'insertDecision' | 'deciders' | 'decide' | 'expire'> {
  return {
    async insertDecision(decision) {
      const row = {
        plan_id: decision.planId,
        approver_id: decision.approverId,
        approver: decision.approver,
        decision: decision.decision,
        comment: decision.comment,
        at_ms: decision.atMs,
        plan_hash: decision.planHash,
        challenge_hash: decision.challengeHash,
        token_digest: decision.tokenDigest,
        token_issued_ms: decision.tokenIssuedMs,
        break_glass: decision.breakGlass ? 1 : 0,
      };
      await database.insertInto('decision').values(row).execute();
    },
    async deciders(planId) {
      const query = database.selectFrom('decision').select(['approver_id as approverId', 'decision']);
      const rows = await query.where('plan_id', '=', planId).execute();
      return rows.map((row) => ({ ...row, decision: row.decision as DecisionRecord['decision'] }));
    },
    async decide(id, status, atMs) {
      const done = await database
        .updateTable('plan')
        .set({ status, decided_ms: atMs })
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .where('expires_ms', '>', atMs)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
    async expire(atMs) {
      const query = database.selectFrom('plan').select('id').where('status', '=', 'pending');
      const ids = (await query.where('expires_ms', '<=', atMs).execute()).map((row) => row.id);
      if (ids.length > 0) {
        const values = { status: 'timeout', decided_ms: atMs };
        await database.updateTable('plan').set(values).where('id', 'in', ids).where('status', '=', 'pending').execute();
      }
      return ids;
    },
  };
}

async function readDecisions(
  database: Kysely<LedgerSchema>,
  planIds: readonly string[]
): Promise<ReadonlyMap<string, DecisionRecord[]>> {
  const found = new Map<string, DecisionRecord[]>();
  if (planIds.length === 0) {
    return found;
  }
  const query = database.selectFrom('decision').selectAll().where('plan_id', 'in', planIds);
  for (const row of await query.orderBy('at_ms').orderBy('approver_id').execute()) {
    const decision = {
      approver: row.approver,
      decision: row.decision as DecisionRecord['decision'],
      comment: row.comment,
      atMs: row.at_ms,
      breakGlass: row.break_glass === 1,
    };
    found.set(row.plan_id, [...(found.get(row.plan_id) ?? []), decision]);
  }
  return found;
}

function toRow(plan: NewPlan): Selectable<PlanTable> {
  return {
    id: plan.id,
    incident_id: plan.incidentId,
    plan_hash: plan.planHash,
    proposal_hash: plan.proposalHash,
    requester: plan.requester,
    requester_id: plan.requesterId,
    action: plan.action,
    target: JSON.stringify(plan.target),
    parameters: JSON.stringify(plan.parameters),
    rationale: plan.rationale,
    confidence: plan.confidence,
    expected_seconds: plan.expectedSeconds,
    verification: JSON.stringify(plan.verification),
    dry_run: plan.dryRun,
    target_uid: plan.targetUid,
    target_version: plan.targetVersion,
    reversible: plan.reversible ? 1 : 0,
    steps: JSON.stringify(plan.steps),
    on_failure: plan.onFailure,
    content: JSON.stringify(toContent(plan)),
    risk: JSON.stringify(plan.risk),
    policy_version: plan.policyVersion,
    expires_ms: plan.expiresMs,
    created_ms: plan.createdMs,
    status: 'pending',
    decided_ms: null,
  };
}

function toStored(row: PlanRow, decisions: readonly DecisionRecord[]): StoredPlan {
  const { approvers, ...content } = readContent(row.content);
  const approval = {
    status: row.status as ApprovalStatus,
    expiresMs: row.expires_ms,
    decisions,
    decidedMs: row.decided_ms,
    approvers,
  };
  const record: PlanRecord = {
    id: row.id,
    incidentId: row.incident_id,
    planHash: row.plan_hash,
    requester: row.requester,
    action: row.action,
    target: JSON.parse(row.target) as PlanRecord['target'],
    parameters: JSON.parse(row.parameters) as PlanRecord['parameters'],
    ...content,
    rationale: row.rationale,
    confidence: row.confidence,
    expectedSeconds: row.expected_seconds,
    verification: JSON.parse(row.verification) as PlanRecord['verification'],
    dryRun: row.dry_run,
    targetVersion: row.target_version,
    reversible: row.reversible === 1,
    steps: JSON.parse(row.steps) as PlanRecord['steps'],
    onFailure: row.on_failure as PlanRecord['onFailure'],
    risk: JSON.parse(row.risk) as PlanRecord['risk'],
    approval,
    executionId: row.execution_id,
    createdMs: row.created_ms,
  };
  return { record, requesterId: row.requester_id, targetUid: row.target_uid, policyVersion: row.policy_version };
}

/** What has no column of its own. */
type PlanContent = Pick<
  NewPlan,
  | 'runbook'
  | 'preconditions'
  | 'timing'
  | 'deadlineSeconds'
  | 'limits'
  | 'notifications'
  | 'affectedServices'
  | 'evidenceDigest'
  | 'guards'
  | 'approvers'
>;

/** Of plans that are older than these fields. */
const OLD_CONTENT: PlanContent = {
  runbook: null,
  preconditions: [],
  timing: { settleSeconds: 30, intervalSeconds: 15, consecutivePasses: 3, timeoutSeconds: 600 },
  deadlineSeconds: null,
  limits: null,
  notifications: [],
  affectedServices: null,
  evidenceDigest: '',
  guards: [],
  approvers: [],
};

function toContent(plan: NewPlan): PlanContent {
  const { runbook, preconditions, timing, deadlineSeconds, limits, notifications } = plan;
  const { affectedServices, evidenceDigest, guards, approvers } = plan;
  const rules = { runbook, preconditions, timing, deadlineSeconds, limits, notifications };
  return { ...rules, affectedServices, evidenceDigest, guards, approvers };
}

function readContent(text: string): PlanContent {
  return { ...OLD_CONTENT, ...(JSON.parse(text) as Partial<PlanContent>) };
}
