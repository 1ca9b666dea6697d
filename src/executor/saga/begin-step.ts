import type { TargetState } from '../actions/action.ts';
import { permitsExecution } from '../approvals/state-machine.ts';
import { pauseRealTime } from '../clock.ts';
import { ExecutorError } from '../errors.ts';
import type { InspectedStep, StepQuestion } from '../plans/inspect-steps.ts';
import { inspectSteps } from '../plans/inspect-steps.ts';
import { hashPlan } from '../plans/plan-hash.ts';
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
  const { planned, state } = stepAt(run, position);
  const looked = await lookAgain(run, position);
  const frozen = (await run.context.ledger.read.settings.freeze()).frozen;
  const reason = typeof looked === 'string' ? looked : (refusal(run, frozen) ?? drift(run, position, looked));
  if (reason !== undefined || typeof looked === 'string') {
    const message = reason ?? DRIFT;
    const change = { position, from: ['pending'], to: 'failed', message } as const;
    await changeStep(run, change, 'execution.refused', { reason: message });
    return;
  }
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
  if (await changeStep(run, change, 'action.intent', details)) {
    run.fresh.add(operationId);
  }
}

/** All steps before the first effect, else this one; last is the step itself. A text says why it cannot be looked at. */
async function lookAgain(run: SagaRun, position: number): Promise<readonly InspectedStep[] | string> {
  const { context, plan, signal } = run;
  const { steps } = plan.record;
  const wanted = isFirst(run) ? [...steps.slice(position + 1), ...steps.slice(0, position + 1)] : [steps[position]];
  const questions = wanted.flatMap((step) => step ?? []) as readonly unknown[] as readonly StepQuestion[];
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
  return execution.steps.every(({ phase }) => phase === 'pending');
}

function refusal(run: SagaRun, frozen: boolean): string | undefined {
  const { context, plan } = run;
  const { approval } = plan.record;
  if (!permitsExecution(approval.status)) {
    return 'the plan is not approved';
  }
  if (frozen) {
    return 'the executor was frozen before the action started';
  }
  if (isFirst(run) && context.clock.now() >= approval.expiresMs) {
    return 'the approval period ended before the action could start';
  }
  return plan.policyVersion === context.policyVersion ? undefined : 'the policy changed since approval';
}

function drift(run: SagaRun, position: number, looked: readonly InspectedStep[]): string | undefined {
  if (!isFirst(run)) {
    const own = looked.at(-1);
    return own && isExpected(run, position, own.state) ? undefined : DRIFT;
  }
  const { record: plan, requesterId, policyVersion } = run.plan;
  const byId = new Map(looked.map(({ step }) => [step.id, step]));
  const recompiled = hashPlan({
    planId: plan.id,
    incidentId: plan.incidentId,
    requesterId,
    action: plan.action,
    target: plan.target,
    parameters: plan.parameters,
    verification: plan.verification,
    rationale: plan.rationale,
    confidence: plan.confidence,
    expectedSeconds: plan.expectedSeconds,
    steps: plan.steps.map((step) => byId.get(step.id) ?? step),
    onFailure: plan.onFailure,
    reversible: plan.reversible,
    risk: plan.risk,
    policyVersion,
    expiresMs: plan.approval.expiresMs,
  });
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
