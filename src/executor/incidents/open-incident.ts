import type { IncidentRecord, OpenIncident } from '#contracts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError, requireFound } from '../errors.ts';
import type { PersonPrincipal, Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import type { LedgerSession } from '../store/ledger.ts';

/** Opens an incident, or counts one more report of the open incident with the same fingerprint. */
export async function openIncident(
  context: ExecutorContext,
  principal: Principal,
  incident: OpenIncident
): Promise<{ incident: IncidentRecord; created: boolean }> {
  return write(context, async (session) => {
    const known = await session.incidents.findOpen(incident.fingerprint);
    if (known) {
      await session.incidents.countAlert(known.id);
      return { incident: known, created: false };
    }
    const atMs = context.clock.now();
    const id = context.newId();
    await session.incidents.insert(id, incident, atMs);
    const { fingerprint, service, symptom, onsetMs, detectedMs, recovery } = incident;
    const { origin = 'watch', openedBy = '' } = incident;
    const who = { origin, openedBy };
    const details = {
      fingerprint,
      service,
      symptom,
      onsetMs,
      detectedMs,
      recovery,
      ...who,
      ...digest(incident.report),
    };
    await record(session, { atMs, actor: actorOf(principal), event: 'incident.opened', subject: id, details });
    return { incident: await findIncident(session, id), created: true };
  });
}

/** Replaces the report of an open incident. @throws ExecutorError NOT_FOUND, INCIDENT_CLOSED */
export async function updateReport(
  context: ExecutorContext,
  principal: Principal,
  id: string,
  report: OpenIncident['report']
): Promise<IncidentRecord> {
  return write(context, async (session) => {
    const known = await findIncident(session, id);
    if (known.status !== 'open') {
      throw new ExecutorError('INCIDENT_CLOSED', 'The incident is resolved; its report is final.');
    }
    const atMs = context.clock.now();
    await session.incidents.updateReport(id, report, atMs);
    const event = 'incident.report-updated';
    await record(session, { atMs, actor: actorOf(principal), event, subject: id, details: digest(report) });
    return findIncident(session, id);
  });
}

/**
 * Says who takes care of an incident. Also of one that is resolved: what is left to do after it belongs to somebody too.
 * The same name again changes nothing and leaves no trace.
 * @throws ExecutorError NOT_FOUND
 */
export async function assignIncident(
  context: ExecutorContext,
  person: PersonPrincipal,
  id: string,
  assignee: string | null
): Promise<IncidentRecord> {
  return write(context, async (session) => {
    const known = await findIncident(session, id);
    if (known.assignee === assignee) {
      return known;
    }
    const atMs = context.clock.now();
    await session.incidents.assign(id, assignee, atMs);
    const details = { assignee, before: known.assignee };
    await record(session, { atMs, actor: actorOf(person), event: 'incident.assigned', subject: id, details });
    return findIncident(session, id);
  });
}

/** Reports are long; the audit keeps their digest. */
function digest(report: OpenIncident['report']): { reportSha256: string } {
  return { reportSha256: sha256Hex(canonicalJson(report)) };
}

/** @throws ExecutorError NOT_FOUND */
export async function findIncident(session: LedgerSession, id: string): Promise<IncidentRecord> {
  return requireFound(await session.incidents.find(id), 'incident');
}
