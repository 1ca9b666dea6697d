import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { verifyEffect } from '../executions/verify-effect.ts';
import { resolveAfterAction } from '../incidents/recovery.ts';
import type { ActiveExecution } from '../store/execution-store.ts';
import type { StoredPlan } from '../store/plan-store.ts';
import { beginStep } from './begin-step.ts';
import type { SagaRun } from './journal.ts';
import { askHuman, finish } from './journal.ts';
import { nextCommand } from './next-command.ts';
import type { SagaCommand, SagaState } from './saga-state.ts';
import { sendStep, settleStep } from './send-step.ts';
import { beginUndo, sendUndo } from './undo-step.ts';

/**
 * Takes an execution from where the ledger has it to its end. Safe to call again after a crash at any point: every command is
 * decided from the ledger, and an effect that may have been sent is looked for before it is sent.
 * @throws the signal's reason on abort; it goes on after the next start
 */
export async function runSaga(context: ExecutorContext, id: string, signal: AbortSignal): Promise<void> {
  const fresh = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    const execution = await context.ledger.read.executions.findActive(id);
    const plan = execution && (await context.ledger.read.plans.find(execution.planId));
    if (!execution || !plan) {
      return;
    }
    const run = { context, execution, plan, fresh, signal };
    await carryOut(run, nextCommand(toSagaState(execution, plan)));
  }
}

function toSagaState(execution: ActiveExecution, { record: plan }: StoredPlan): SagaState {
  return {
    steps: execution.steps.map(({ phase, intent }, i) => ({
      phase,
      compensable: plan.steps[i]?.reversible === true && intent !== null,
    })),
    direction: execution.direction,
    ...(execution.verification ? { verification: execution.verification } : {}),
    cancelled: execution.cancelledBy !== null,
    onFailure: plan.onFailure,
  };
}

async function carryOut(run: SagaRun, command: SagaCommand): Promise<void> {
  switch (command.kind) {
    case 'begin':
      return beginStep(run, command.step);
    case 'resolve':
      return sendStep(run, command.step);
    case 'settle':
      return settleStep(run, command.step);
    case 'verify':
      return verify(run);
    case 'turn-back':
      return turnBack(run, command.because);
    case 'undo':
      return beginUndo(run, command.step);
    case 'resolve-undo':
      return sendUndo(run, command.step);
    case 'finish':
      return end(run, command.outcome);
    case 'ask-human':
      return askHuman(run, HELP[command.because]);
  }
}

const HELP: Readonly<Record<Extract<SagaCommand, { kind: 'ask-human' }>['because'], string>> = {
  'undo-refused': 'it could not be taken back: look at the target',
  'not-reversible': 'it did not help and cannot be taken back: look at the target',
  hold: 'it did not help; the plan says to leave it and call a person',
};

async function verify({ context, execution, plan, signal }: SagaRun): Promise<void> {
  await write(context, (session) => session.executions.beginVerification(execution.id));
  const effectMs = execution.effectMs ?? context.clock.now();
  const { verification: checks, timing } = plan.record;
  const task = { executionId: execution.id, checks, timing, effectMs };
  await verifyEffect(context, { ...task, roundsBefore: execution.rounds }, signal);
}

async function turnBack({ context, execution }: SagaRun, because: string): Promise<void> {
  await write(context, async (session) => {
    const atMs = context.clock.now();
    await session.executions.turnBack(execution.id, 'taking back what was done');
    const entry = { atMs, actor: EXECUTOR_ACTOR, event: 'execution.turned-back', subject: execution.id };
    await record(session, { ...entry, details: { because } });
  });
}

async function end(run: SagaRun, outcome: Extract<SagaCommand, { kind: 'finish' }>['outcome']): Promise<void> {
  const { context, execution, plan, signal } = run;
  const reason = execution.steps.find(({ phase }) => phase === 'failed' || phase === 'stuck')?.message;
  await finish(run, outcome, messageOf(run, outcome, reason));
  if (outcome === 'recovered') {
    await resolveAfterAction(context, plan.record.incidentId, signal);
  }
}

const MESSAGES = {
  recovered: 'every check passed several times in a row',
  'not-recovered': 'the checks did not pass in time',
  'no-data': 'the checks could not be answered, so it is not known whether it helped',
  'rolled-back': 'what was done was taken back',
  failed: 'nothing was done: no step applied',
} as const;

function messageOf(
  { execution }: SagaRun,
  outcome: Extract<SagaCommand, { kind: 'finish' }>['outcome'],
  reason: string | undefined
): string {
  const done = execution.steps.filter(({ effectMs, undoneMs }) => effectMs !== null && undoneMs === null).length;
  switch (outcome) {
    case 'partial':
      return `${done} of ${execution.steps.length} steps were carried out; ${reason ?? 'the rest was not'}`;
    case 'cancelled':
      return `cancelled by ${execution.cancelledBy ?? 'nobody'} before anything was done`;
    case 'failed':
      return reason ?? MESSAGES.failed;
    case 'rolled-back':
      return reason === undefined ? MESSAGES[outcome] : `${MESSAGES[outcome]}: ${reason}`;
    default:
      return MESSAGES[outcome];
  }
}
