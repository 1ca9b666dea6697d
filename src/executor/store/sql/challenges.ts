import type { Kysely } from 'kysely';
import type { PlanStore } from '../plan-store.ts';
import type { LedgerSchema } from '../schema.ts';

/** The part of {@link PlanStore} that keeps single-use challenges. */
export function challengeWrites(
  database: Kysely<LedgerSchema>
): Pick<PlanStore, 'insertChallenge' | 'useChallenge' | 'forgetChallenges'> {
  return {
    async insertChallenge(challenge) {
      const row = {
        hash: challenge.hash,
        plan_id: challenge.planId,
        principal_id: challenge.principalId,
        expires_ms: challenge.expiresMs,
        used_ms: null,
      };
      await database.insertInto('challenge').values(row).execute();
    },
    async useChallenge(hash, planId, principalId, atMs) {
      const done = await database
        .updateTable('challenge')
        .set({ used_ms: atMs })
        .where('hash', '=', hash)
        .where('plan_id', '=', planId)
        .where('principal_id', '=', principalId)
        .where('used_ms', 'is', null)
        .where('expires_ms', '>', atMs)
        .executeTakeFirst();
      return done.numUpdatedRows === 1n;
    },
    async forgetChallenges(beforeMs) {
      await database.deleteFrom('challenge').where('expires_ms', '<=', beforeMs).execute();
    },
  };
}
