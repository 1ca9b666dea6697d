import type { TargetState } from '../actions/action.ts';
import { permitsExecution } from '../approvals/state-machine.ts';
import { pauseRealTime } from '../clock.ts';
import { ExecutorError } from '../errors.ts';
import { write } from '../context.ts';
import { evaluateChecks } from '../executions/evaluate-checks.ts';
import { checkPlan } from '../guards/check-plan.ts';
import { announce } from '../notifications/announce.ts';
import type { InspectedStep } from '../plans/inspect-steps.ts';
import { inspectSteps, toQuestion } from '../plans/inspect-steps.ts';
import { contentOf, hashPlan } from '../plans/plan-hash.ts';
import { conditionHolds } from './step-condition.ts';
import type { SagaRun } from './journal.ts';
import { changeStep, stepAt } from './journal.ts';

/** Pauses between attempts to read a platform that does not answer, in real milliseconds. */
const INSPECTION_PAUSES_MS = [500, 1000, 2000];
const DRIFT = 'target changed since approval';

/**
 * Looks at the live target once more and commits the intent, or says why the step must not be carried out. Before the first
 * effect the whole plan is compiled again and compared with what was approved; before a later one its own target, which may
 * differ only by what this execution did to it.
 */
export async function beginStep(run: SagaRun, position: number): Promise<void> {
  const holds = await conditionHolds(run, position);
  if (holds !== true) {
    await (holds === false
      ? skip(run, position)
      : refuse(run, position, `its condition cannot be known: ${holds.unknown}`));
    return;
  }
  const looked = await lookAgain(run, position);
  const reason = typeof looked === 'string' ? looked : ((await refusal(run, position)) ?? drift(run, position, looked));
  if (reason !== undefined || typeof looked === 'string') {
    await refuse(run, position, reason ?? DRIFT);
    return;
  }
  await storeIntent(run, position, looked);
}

async function skip(run: SagaRun, position: number): Promise<void> {
  const message = 'skipped: its condition does not hold';
  await changeStep(run, { position, from: ['pending'], to: 'skipped', message }, 'action.skipped', { message });
}

async function refuse(run: SagaRun, position: number, reason: string): Promise<void> {
  const change = { position, from: ['pending'], to: 'failed', message: reason } as const;
  await changeStep(run, change, 'execution.refused', { reason });
}

async function storeIntent(run: SagaRun, position: number, looked: readonly InspectedStep[]): Promise<void> {
  const { planned, state } = stepAt(run, position);
  const inspected = looked.at(-1)?.state;
  if (!inspected) {
    throw new Error(`step ${position + 1} was not inspected`);
  }
  const mintedMs = run.context.clock.now();
  const expected = { uid: inspected.uid, version: inspected.version };
  const { operationId } = state;
  const intent = { expected, preImage: inspected.preImage, mintedMs };
  const change = { position, from: ['pending'], to: 'intent', message: 'acting', intent } as const;
  const { id: planId, planHash } = run.plan.record;
  const { action, target, input } = planned;
  const details = { planId, planHash, operationId, action, target, input, ...intent };
  const isFirstEffect = isFirst(run);
  if (await changeStep(run, change, 'action.intent', details)) {
    run.fresh.add(operationId);
    if (isFirstEffect) {
      await write(run.context, (session) =>
        announce(run.context, session, run.plan.record, 'started', 'It is being carried out.')
      );
    }
  }
}

/** All steps before the first effect, else this one; last is the step itself. A text says why it cannot be looked at. */
async function lookAgain(run: SagaRun, position: number): Promise<readonly InspectedStep[] | string> {
  const { context, plan, signal } = run;
  const { steps } = plan.record;
  const wanted = isFirst(run) ? [...steps.slice(position + 1), ...steps.slice(0, position + 1)] : [steps[position]];
  const questions = wanted.flatMap((step) => (step ? [toQuestion(step)] : []));
  for (const pauseMs of [...INSPECTION_PAUSES_MS, null]) {
    try {
      return await inspectSteps(context.actions, questions, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ExecutorError)) {
        throw error;
      }
      if (error.code !== 'PLATFORM_UNAVAILABLE') {
        return DRIFT;
      }
      if (pauseMs !== null) {
        await pauseRealTime(pauseMs, signal);
      }
    }
  }
  return 'the platform did not answer; nothing was sent';
}

/** Whether nothing was done yet. */
function isFirst({ execution }: SagaRun): boolean {
  return execution.steps.every(({ phase }) => phase === 'pending' || phase === 'skipped');
}

/** Why the step must not be carried out now, whatever the target looks like. */
async function refusal(run: SagaRun, position: number): Promise<string | undefined> {
  const { context, plan, execution, signal } = run;
  const { approval, deadlineSeconds, preconditions } = plan.record;
  const nowMs = context.clock.now();
  if (!permitsExecution(approval.status)) {
    return 'the plan is not approved';
  }
  if ((await context.ledger.read.settings.freeze()).frozen) {
    return 'the executor was frozen before the action started';
  }
  if (isFirst(run) && nowMs >= approval.expiresMs) {
    return 'the approval period ended before the action could start';
  }
  if (plan.policyVersion !== context.policyVersion) {
    return 'the policy changed since approval';
  }
  if (deadlineSeconds !== null && nowMs >= execution.startedMs + deadlineSeconds * 1000) {
    return `the runbook may take ${deadlineSeconds} s, and they are over`;
  }
  return (
    (await guarded(run, position)) ?? (isFirst(run) ? failedPrecondition(context, preconditions, signal) : undefined)
  );
}

/** Guard rails once more. What this execution did before does not stand in its own way. */
async function guarded({ context, plan, execution }: SagaRun, position: number): Promise<string | undefined> {
  const { steps } = plan.record;
  const ahead = { ...plan.record, steps: steps.slice(position) };
  const [finding] = await checkPlan(context, context.ledger.read, ahead, execution.id);
  return finding && `a guard rail forbids it: ${finding.message}`;
}

async function failedPrecondition(
  context: SagaRun['context'],
  preconditions: SagaRun['plan']['record']['preconditions'],
  signal: AbortSignal
): Promise<string | undefined> {
  const failed = (await evaluateChecks(context, preconditions, signal)).find(({ passed }) => !passed);
  return failed && `the precondition "${failed.name}" does not hold (${failed.value ?? 'no data'})`;
}

function drift(run: SagaRun, position: number, looked: readonly InspectedStep[]): string | undefined {
  if (!isFirst(run)) {
    const own = looked.at(-1);
    return own && isExpected(run, position, own.state) ? undefined : DRIFT;
  }
  const { record: plan, requesterId, policyVersion } = run.plan;
  const byId = new Map(looked.map(({ step }) => [step.id, step]));
  const steps = plan.steps.map((step) => byId.get(step.id) ?? step);
  const recompiled = hashPlan(contentOf(plan, requesterId, policyVersion, steps));
  return recompiled === plan.planHash ? undefined : DRIFT;
}

/** The state that was approved, or the one that an earlier step of this execution made of it. */
function isExpected(run: SagaRun, position: number, state: TargetState): boolean {
  const { planned } = stepAt(run, position);
  const earlier = run.execution.steps.filter(
    (step, i) => i < position && run.plan.record.steps[i]?.target.key === planned.target.key && step.effectMs !== null
  );
  const last = earlier.at(-1);
  return last
    ? state.operationId === last.operationId
    : state.uid === planned.expected.uid && state.version === planned.expected.version;
}
