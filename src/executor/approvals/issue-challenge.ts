import { randomBytes } from 'node:crypto';
import type { ChallengeAnswer } from '#contracts';
import { sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { write } from '../context.ts';
import { ExecutorError, requireFound } from '../errors.ts';
import type { PersonPrincipal } from '../identity/principal.ts';
import { statusAt } from './state-machine.ts';

/**
 * Issues a single-use proof that a plan was shown to a person: 256 random bits, stored as a hash, valid for this plan, this
 * person and as long as the plan.
 * @throws ExecutorError NOT_FOUND, ALREADY_PROCESSED, PLAN_EXPIRED
 */
export async function issueChallenge(
  context: ExecutorContext,
  person: PersonPrincipal,
  planId: string
): Promise<ChallengeAnswer> {
  return write(context, async (session) => {
    const stored = requireFound(await session.plans.find(planId), 'plan');
    const { approval, planHash } = stored.record;
    const status = statusAt(approval, context.clock.now());
    if (status === 'timeout') {
      throw new ExecutorError('PLAN_EXPIRED', 'The plan was not decided in time.');
    }
    if (status !== 'pending') {
      throw new ExecutorError('ALREADY_PROCESSED', `The plan was already processed: ${status}.`);
    }
    const challenge = randomBytes(32).toString('base64url');
    const expiresMs = approval.expiresMs;
    await session.plans.insertChallenge({ hash: sha256Hex(challenge), planId, principalId: person.id, expiresMs });
    return { challenge, planHash, expiresMs };
  });
}
