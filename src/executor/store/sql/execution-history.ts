import type { ExecutionOutcome, PlanStep, PlanTarget } from '#contracts';
import type { Kysely } from 'kysely';
import { causeKey, changesSomething } from '../../guards/check-plan.ts';
import type { ExecutionStore } from '../execution-store.ts';
import type { LedgerSchema } from '../schema.ts';

type History = Pick<ExecutionStore, 'facts' | 'history' | 'releases' | 'heldTargets' | 'planOfOperation'>;

/** What was done before: for guard rails, for what helped, and for what has to be taken back. */
export function executionHistory(database: Kysely<LedgerSchema>): History {
  const joined = () =>
    database
      .selectFrom('execution')
      .innerJoin('plan', 'plan.id', 'execution.plan_id')
      .innerJoin('incident', 'incident.id', 'execution.incident_id');
  return {
    async facts(sinceMs) {
      const rows = await joined()
        .select(['execution.id', 'execution.action', 'execution.status', 'execution.effect_ms'])
        .select(['plan.steps', 'plan.target', 'incident.fingerprint'])
        .where(({ eb, or }) =>
          or([eb('execution.started_ms', '>=', sinceMs), eb('execution.status', 'in', ['running', 'verifying'])])
        )
        .orderBy('execution.id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        targets: targetsOf(row.steps),
        cause: causeKey(row.fingerprint, JSON.parse(row.target) as PlanTarget),
        runbook: row.action,
        ...(row.effect_ms === null ? {} : { effectMs: row.effect_ms }),
        active: row.status === 'running' || row.status === 'verifying',
      }));
    },
    async history(limit) {
      const rows = await joined()
        .select(['execution.action', 'execution.outcome', 'execution.status', 'execution.started_ms'])
        .select(['execution.effect_ms', 'plan.target', 'plan.parameters', 'plan.status as decision'])
        .select(['incident.service', 'incident.symptom', 'incident.report'])
        .where('execution.status', 'in', ['finished', 'needs-human'])
        .orderBy('execution.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        action: row.action,
        outcome: row.outcome as ExecutionOutcome | null,
        acted: row.effect_ms !== null,
        target: JSON.parse(row.target) as PlanTarget,
        parameters: JSON.parse(row.parameters) as Readonly<Record<string, string | number | boolean>>,
        symptom: row.symptom as 'latency' | 'errors',
        cause: causeOf(row.report),
        automatic: row.decision === 'auto_approved',
        atMs: row.started_ms,
      }));
    },
    async releases(atMs) {
      const rows = await database
        .selectFrom('execution_step')
        .innerJoin('execution', 'execution.id', 'execution_step.execution_id')
        .select(['execution_step.execution_id as executionId', 'execution_step.position'])
        .where('execution_step.release_ms', '<=', atMs)
        .where('execution_step.phase', 'in', ['applied', 'settled', 'stuck', 'undo-intent'])
        .where('execution.status', 'in', ['finished', 'needs-human'])
        .orderBy('execution_step.release_ms')
        .execute();
      return rows;
    },
    async planOfOperation(operationId) {
      const row = await database
        .selectFrom('execution_step')
        .innerJoin('execution', 'execution.id', 'execution_step.execution_id')
        .select('execution.plan_id')
        .where('execution_step.operation_id', '=', operationId)
        .executeTakeFirst();
      return row?.plan_id ?? null;
    },
    async heldTargets() {
      const rows = await database
        .selectFrom('target_lock')
        .innerJoin('execution', 'execution.id', 'target_lock.execution_id')
        .select(['target_lock.target_key as key', 'execution.id as executionId'])
        .where('execution.status', '=', 'needs-human')
        .orderBy('target_lock.target_key')
        .execute();
      return rows;
    },
  };
}

function targetsOf(steps: string): readonly { readonly key: string; readonly namespace?: string }[] {
  return (JSON.parse(steps) as readonly PlanStep[])
    .filter(changesSomething)
    .map(({ target: { key, namespace } }) => (namespace === undefined ? { key } : { key, namespace }));
}

function causeOf(report: string): string | null {
  const { hypotheses } = JSON.parse(report) as { readonly hypotheses?: readonly { readonly cause?: unknown }[] };
  const cause = hypotheses?.[0]?.cause;
  return typeof cause === 'string' ? cause : null;
}
