import type { ExecutionRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError, requireFound } from '../errors.ts';
import type { PersonPrincipal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';

/**
 * Asks an execution to stop. What is in flight is finished first; what was done is then taken back where it can be.
 * @throws ExecutorError NOT_FOUND, ALREADY_PROCESSED when it is over or was cancelled before
 */
export async function cancelExecution(
  context: ExecutorContext,
  person: PersonPrincipal,
  id: string
): Promise<ExecutionRecord> {
  return write(context, async (session) => {
    requireFound(await session.executions.find(id), 'execution');
    const actor = actorOf(person);
    if (!(await session.executions.cancel(id, actor))) {
      throw new ExecutorError('ALREADY_PROCESSED', 'The execution is over, or was cancelled before.');
    }
    const atMs = context.clock.now();
    await record(session, { atMs, actor, event: 'execution.cancelled', subject: id, details: {} });
    return requireFound(await session.executions.find(id), 'execution');
  });
}
