import type { AlertRecord } from '#contracts';
import type { ExecutorContext } from '../context.ts';
import { record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import type { LedgerSession } from '../store/ledger.ts';
import { mergeAlert } from './merge-alert.ts';
import type { DeliveredAlert, ReadAlerts } from './read-webhook.ts';

/** How many alerts are kept, and how long after they were heard of last. */
const RETENTION = { alerts: 5000, days: 30 } as const;
const DAY_MS = 86_400_000;
/** Ids that one audit entry names. */
const MAX_NAMED = 20;

/** What became of the alerts of one call. `taken` counts those that were used, also where they said nothing new. */
export interface TakenAlerts {
  readonly taken: number;
  readonly refused: number;
  /** Of the first that was refused; empty when none was. */
  readonly reason: string;
}

/** Keeps the alerts of one call: new ones are added, known ones moved forward. One audit entry tells of all that changed. */
export async function takeAlerts(
  context: ExecutorContext,
  principal: Principal,
  { alerts, refused, reason }: ReadAlerts
): Promise<TakenAlerts> {
  if (refused > 0) {
    context.log.warn('alerts were refused', { refused, reason });
  }
  if (alerts.length > 0) {
    await write(context, async (session) => {
      const atMs = context.clock.now();
      const changes = { firing: [] as string[], resolved: [] as string[] };
      for (const alert of alerts) {
        const changed = await takeAlert(session, alert, { id: context.newId(), receivedMs: atMs });
        if (changed) {
          changes[changed.status].push(changed.id);
        }
      }
      const limits = { beforeMs: atMs - RETENTION.days * DAY_MS, keep: RETENTION.alerts };
      const dropped = await session.alerts.drop(limits);
      const { firing, resolved } = changes;
      if (firing.length + resolved.length + dropped > 0) {
        const named = [...firing, ...resolved].slice(0, MAX_NAMED);
        const details = { firing: firing.length, resolved: resolved.length, refused, dropped, alerts: named };
        await record(session, {
          atMs,
          actor: actorOf(principal),
          event: 'alerts.received',
          subject: 'alerts',
          details,
        });
      }
    });
  }
  return { taken: alerts.length, refused, reason };
}

/** @returns the alert where it is new or its status changed */
async function takeAlert(
  { alerts }: LedgerSession,
  delivered: DeliveredAlert,
  { id, receivedMs }: Pick<AlertRecord, 'id' | 'receivedMs'>
): Promise<Pick<AlertRecord, 'id' | 'status'> | undefined> {
  const known = await alerts.findSame(delivered.fingerprint, delivered.startsAtMs);
  if (!known) {
    await alerts.insert({ ...delivered, id, receivedMs, incidentId: null });
    return { id, status: delivered.status };
  }
  const merged = mergeAlert(known, delivered);
  await alerts.update({ ...merged, id: known.id, receivedMs });
  return merged.status === known.status ? undefined : { id: known.id, status: merged.status };
}

/**
 * Says to which incident an alert belongs, once: the first word stays.
 * @throws ExecutorError NOT_FOUND, INVALID_REQUEST for an unknown incident
 */
export async function linkAlert(
  context: ExecutorContext,
  principal: Principal,
  id: string,
  incidentId: string
): Promise<AlertRecord> {
  return write(context, async (session) => {
    await findAlert(session, id);
    if (!(await session.incidents.find(incidentId))) {
      throw new ExecutorError('INVALID_REQUEST', 'body.incidentId: there is no such incident.');
    }
    if (await session.alerts.link(id, incidentId)) {
      const atMs = context.clock.now();
      const details = { incidentId };
      await record(session, { atMs, actor: actorOf(principal), event: 'alert.linked', subject: id, details });
    }
    return findAlert(session, id);
  });
}

/** @throws ExecutorError NOT_FOUND */
async function findAlert({ alerts }: LedgerSession, id: string): Promise<AlertRecord> {
  const alert = await alerts.find(id);
  if (!alert) {
    throw new ExecutorError('NOT_FOUND', 'There is no such alert, or it was forgotten.');
  }
  return alert;
}
