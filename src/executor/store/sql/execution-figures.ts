import type { ExecutionOutcome, ExecutionRecord } from '#contracts';
import type { Kysely } from 'kysely';
import type { ExecutionStore } from '../execution-store.ts';
import type { LedgerSchema } from '../schema.ts';

type Figures = Pick<ExecutionStore, 'recentFailures' | 'hasRecovered' | 'effects' | 'countByStatus'>;

/** The counting part of {@link ExecutionStore}. */
export function executionFigures(database: Kysely<LedgerSchema>): Figures {
  const executions = () => database.selectFrom('execution');
  return {
    async recentFailures(action, targetKey, sinceMs) {
      const row = await executions()
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('action', '=', action)
        .where('target_key', '=', targetKey)
        .where('outcome', 'in', ['failed', 'not-recovered'])
        .where('finished_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async hasRecovered(incidentId) {
      const query = executions().select('id').where('incident_id', '=', incidentId);
      return (await query.where('outcome', '=', 'recovered').limit(1).executeTakeFirst()) !== undefined;
    },
    async effects() {
      const rows = await executions()
        .select(({ fn }) => ['action', 'outcome', fn.countAll<number>().as('count')])
        .where('effect_ms', 'is not', null)
        .groupBy(['action', 'outcome'])
        .execute();
      return rows.map((row) => ({
        action: row.action,
        outcome: row.outcome as ExecutionOutcome | null,
        count: Number(row.count),
      }));
    },
    async countByStatus() {
      const rows = await executions()
        .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
        .groupBy('status')
        .execute();
      return rows.map((row) => ({ status: row.status as ExecutionRecord['status'], count: Number(row.count) }));
    },
  };
}
