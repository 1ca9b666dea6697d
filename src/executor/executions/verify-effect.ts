import type { CheckResult, VerificationTiming } from '#contracts';
import type { EpochMs, VerificationCheck } from '#model';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { allPassed, evaluateChecks } from './evaluate-checks.ts';
import type { Verification } from '../saga/saga-state.ts';
import { judgeVerification } from './judge.ts';

export interface VerificationTask {
  readonly executionId: string;
  readonly checks: readonly VerificationCheck[];
  readonly timing: VerificationTiming;
  readonly effectMs: EpochMs;
  /** Rounds stored before a restart; numbering goes on, counting of passes starts again. */
  readonly roundsBefore: number;
}

/**
 * Follows the checks after an effect until the outcome is known or somebody cancels, and stores every round.
 * @throws the signal's reason on abort; the verification goes on after the next start
 */
export async function verifyEffect(
  context: ExecutorContext,
  task: VerificationTask,
  signal: AbortSignal
): Promise<Verification | 'cancelled'> {
  const { clock } = context;
  const { settleSeconds, intervalSeconds, consecutivePasses, timeoutSeconds } = task.timing;
  const startMs = task.effectMs + settleSeconds * 1000;
  await clock.sleepUntil(startMs, signal);
  let passes = 0;
  for (let round = 1; ; round += 1) {
    const roundStartMs = clock.now();
    const latest = await evaluateChecks(context, task.checks, signal);
    passes = allPassed(latest) ? passes + 1 : 0;
    const state = {
      consecutivePasses: passes,
      rounds: round,
      latest,
      atMs: clock.now(),
      deadlineMs: startMs + timeoutSeconds * 1e3,
    };
    const outcome = judgeVerification(state, consecutivePasses);
    await storeRound(context, task, task.roundsBefore + round, latest, outcome);
    if (outcome) {
      return outcome;
    }
    if ((await context.ledger.read.executions.findActive(task.executionId))?.cancelledBy) {
      return 'cancelled';
    }
    await clock.sleepUntil(roundStartMs + intervalSeconds * 1000, signal);
  }
}

async function storeRound(
  context: ExecutorContext,
  { executionId }: VerificationTask,
  round: number,
  latest: readonly CheckResult[],
  outcome: Verification | null
): Promise<void> {
  await write(context, async (session) => {
    await session.executions.insertChecks(executionId, round, latest);
    if (!outcome) {
      return;
    }
    const atMs = context.clock.now();
    await session.executions.setVerification(executionId, outcome, `checks ended: ${outcome}`);
    await record(session, {
      atMs,
      actor: EXECUTOR_ACTOR,
      event: 'execution.verified',
      subject: executionId,
      details: { outcome, rounds: round, latest: latest.map(({ name, value, passed }) => ({ name, value, passed })) },
    });
  });
}
