import type { PlanRecord } from '#contracts';
import type { ExecutionPort, PlanDecisionPort } from '#ui';
import type { ExecutorClient } from './api/executor-client.ts';
import { ApiError, APP_ERRORS, toProblem } from './errors.ts';

/**
 * How the cards decide: the challenge is asked for when a button is pressed and is refused when the plan is no longer the
 * one on the screen; the decision carries plan hash and challenge.
 * @param onDone called after a decision, and after a failed one, so that the page shows what is true now
 */
export function createDecisionPort(executor: ExecutorClient, onDone: () => void): PlanDecisionPort {
  return {
    challenge: async (plan: PlanRecord) => {
      try {
        const answer = await executor.challenge(plan.id);
        if (answer.planHash !== plan.planHash) {
          throw new ApiError(APP_ERRORS.PLAN_CHANGED);
        }
        return answer.challenge;
      } catch (error) {
        onDone();
        throw error;
      }
    },
    decide: async (plan, { decision, comment, breakGlass }, challenge) => {
      try {
        const alone = breakGlass ? { breakGlass } : {};
        await executor.decide(plan.id, { decision, planHash: plan.planHash, challenge, comment, ...alone });
      } finally {
        onDone();
      }
    },
    toProblem,
  };
}

/**
 * What the cards can do to an execution.
 * @param onDone called after each call, also after a failed one, so that the page shows what is true now
 */
export function createExecutionPort(executor: ExecutorClient, onDone: () => void): ExecutionPort {
  const then = async (call: Promise<unknown>) => {
    try {
      await call;
    } finally {
      onDone();
    }
  };
  return {
    cancel: ({ id }) => then(executor.cancelExecution(id)),
    confirmStep: ({ id }, stepId, comment) => then(executor.confirmStep(id, stepId, comment)),
    release: ({ id }, comment) => then(executor.releaseTargets(id, comment)),
    toProblem,
  };
}
