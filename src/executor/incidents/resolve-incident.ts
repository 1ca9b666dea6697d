import type { IncidentRecord } from '#contracts';
import { type ExecutorContext, record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import { actorOf, type PersonPrincipal } from '../identity/principal.ts';
import { findIncident } from './open-incident.ts';

/**
 * A person says that an incident is over. What checks cannot see ends this way, and what a person declared ends no other way.
 * One that is resolved stays as it is.
 * @throws ExecutorError NOT_FOUND, INCIDENT_BUSY while an action runs or is verified
 */
export async function resolveIncident(
  context: ExecutorContext,
  person: PersonPrincipal,
  id: string,
  reason: string
): Promise<IncidentRecord> {
  return write(context, async (session) => {
    const known = await findIncident(session, id);
    if (known.status !== 'open') {
      return known;
    }
    if (await session.incidents.isBusy(id)) {
      throw new ExecutorError('INCIDENT_BUSY', 'An action on the incident runs or is verified.');
    }
    const atMs = context.clock.now();
    const by = (await session.executions.hasRecovered(id)) ? 'action' : 'unassisted';
    await session.incidents.resolve(id, by, atMs, { by: person.name, reason });
    const details = { by, closed: true, reason };
    await record(session, { atMs, actor: actorOf(person), event: 'incident.resolved', subject: id, details });
    return findIncident(session, id);
  });
}
