import { maintenanceSchema } from '#contracts';
import type { ExecutorContext } from '../../context.ts';
import { record, write } from '../../context.ts';
import { requireFound } from '../../errors.ts';
import { actorOf } from '../../identity/principal.ts';
import { listRunbooks } from '../../runbooks/list-runbooks.ts';
import { proposeForIncident } from '../../runbooks/propose-runbooks.ts';
import type { Route } from '../route.ts';
import { idOf, ok, pageQuery, parseWith, PERSONS, personOf, READERS } from '../route.ts';

/** What can be done about incidents, what must not be done now, and who was told. */
export function runbookRoutes(context: ExecutorContext): readonly Route[] {
  const { incidents, notifications, settings } = context.ledger.read;
  return [
    {
      method: 'GET',
      path: '/v1/runbooks',
      access: READERS,
      doc: { summary: 'Runbooks in their newest version, and what is wrong with files.', answer: 'RunbooksAnswer' },
      handle: async () => ok(await listRunbooks(context)),
    },
    {
      method: 'GET',
      path: '/v1/incidents/:id/proposals',
      access: READERS,
      doc: { summary: 'At most three runbooks that may help, best first.', answer: 'ProposalsAnswer' },
      async handle(call) {
        const incident = requireFound(await incidents.find(idOf(call)), 'incident');
        return ok(await proposeForIncident(context, incident));
      },
    },
    {
      method: 'GET',
      path: '/v1/notifications',
      access: READERS,
      doc: { summary: 'Messages to people, newest first.', query: pageQuery, answer: 'Page of NotificationRecord' },
      handle: async (call) => ok(await notifications.list(parseWith(pageQuery, call.query, 'query'))),
    },
    {
      method: 'GET',
      path: '/v1/maintenance',
      access: READERS,
      doc: { summary: 'Windows in which nothing may be changed.', answer: 'Maintenance' },
      handle: async () => ok({ windows: await settings.maintenance() }),
    },
    {
      method: 'PUT',
      path: '/v1/maintenance',
      access: PERSONS,
      doc: {
        summary: 'Replaces all windows in which nothing may be changed.',
        body: maintenanceSchema,
        answer: 'Maintenance',
      },
      async handle(call) {
        const { windows } = parseWith(maintenanceSchema, call.body, 'body');
        const person = personOf(call);
        await write(context, async (session) => {
          await session.settings.setMaintenance(windows);
          const entry = {
            atMs: context.clock.now(),
            actor: actorOf(person),
            event: 'maintenance.set',
            subject: 'executor',
          };
          await record(session, { ...entry, details: { windows } });
        });
        return ok({ windows });
      },
    },
  ];
}
