import type { ExecutionRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError, requireFound } from '../errors.ts';
import type { PersonPrincipal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';

/**
 * A person has looked at what an execution left behind: its targets may be acted on again.
 * @throws ExecutorError NOT_FOUND, ALREADY_PROCESSED when it does not wait for a person
 */
export async function releaseTargets(
  context: ExecutorContext,
  person: PersonPrincipal,
  id: string,
  comment: string
): Promise<ExecutionRecord> {
  return write(context, async (session) => {
    const execution = requireFound(await session.executions.find(id), 'execution');
    if (!(await session.executions.release(id))) {
      throw new ExecutorError('ALREADY_PROCESSED', 'The execution does not hold any target for a person.');
    }
    const entry = { atMs: context.clock.now(), actor: actorOf(person), event: 'execution.released', subject: id };
    await record(session, { ...entry, details: { comment } });
    return execution;
  });
}

/**
 * A person did what a manual step asks for: the execution goes on.
 * @throws ExecutorError NOT_FOUND, ALREADY_PROCESSED when the step does not wait for a person
 */
export async function confirmStep(
  context: ExecutorContext,
  person: PersonPrincipal,
  id: string,
  { stepId, comment }: { readonly stepId: string; readonly comment: string }
): Promise<ExecutionRecord> {
  return write(context, async (session) => {
    const execution = await session.executions.findActive(id);
    const plan = execution && (await session.plans.find(execution.planId));
    const position = plan?.record.steps.findIndex((step) => step.id === stepId) ?? -1;
    if (!execution || position < 0) {
      throw new ExecutorError('NOT_FOUND', 'There is no such step in an execution that runs.');
    }
    const isManual = plan?.record.steps[position]?.action === 'manual';
    const message = `done by ${person.name}${comment === '' ? '' : `: ${comment}`}`;
    const change = { position, from: ['applied'], to: 'settled', message } as const;
    if (!isManual || !(await session.executions.changeStep(id, change))) {
      throw new ExecutorError('ALREADY_PROCESSED', 'The step does not wait for a person.');
    }
    const entry = { atMs: context.clock.now(), actor: actorOf(person), event: 'action.confirmed', subject: id };
    await record(session, { ...entry, details: { step: position + 1, comment } });
    return requireFound(await session.executions.find(id), 'execution');
  });
}
