import { assignIncidentSchema, openIncidentSchema, resolveIncidentSchema, updateReportSchema } from '#contracts';
import { z } from 'zod';
import type { ExecutorContext } from '../../context.ts';
import { requireFound } from '../../errors.ts';
import { assignIncident, openIncident, updateReport } from '../../incidents/open-incident.ts';
import { resolveIncident } from '../../incidents/resolve-incident.ts';
import type { Route } from '../route.ts';
import { BACKEND_LEDGER, callerOf, idOf, ok, pageQuery, parseWith, PERSONS, personOf, READERS } from '../route.ts';

/** A field that a page sends empty asks for nothing. */
const asked = z
  .string()
  .trim()
  .max(200)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const listQuery = pageQuery.extend({
  status: z.enum(['open', 'resolved']).optional(),
  origin: z.enum(['watch', 'alert', 'person']).optional(),
  assignee: asked,
  q: asked,
});

export function incidentRoutes(context: ExecutorContext): readonly Route[] {
  const { incidents } = context.ledger.read;
  return [
    {
      method: 'GET',
      path: '/v1/incidents',
      access: READERS,
      doc: {
        summary: 'Incidents, newest first; `q` is looked for in id, service, leading cause, assignee and opener.',
        query: listQuery,
        answer: 'Page of IncidentRecord',
      },
      async handle(call) {
        const { cursor, limit, ...filter } = parseWith(listQuery, call.query, 'query');
        return ok(await incidents.list({ cursor, limit }, filter));
      },
    },
    {
      method: 'GET',
      path: '/v1/incidents/:id',
      access: READERS,
      doc: { summary: 'One incident with its report.', answer: 'IncidentRecord' },
      async handle(call) {
        return ok(requireFound(await incidents.find(idOf(call)), 'incident'));
      },
    },
    {
      method: 'POST',
      path: '/v1/incidents',
      access: BACKEND_LEDGER,
      doc: {
        summary: 'Opens an incident; the same fingerprint while open answers the open one.',
        body: openIncidentSchema,
        answer: 'IncidentRecord',
      },
      async handle(call) {
        const body = parseWith(openIncidentSchema, call.body, 'body');
        const { incident, created } = await openIncident(context, callerOf(call), body);
        return { status: created ? 201 : 200, body: incident };
      },
    },
    {
      method: 'PUT',
      path: '/v1/incidents/:id/report',
      access: BACKEND_LEDGER,
      doc: { summary: 'Replaces the report of an open incident.', body: updateReportSchema, answer: 'IncidentRecord' },
      async handle(call) {
        const { report } = parseWith(updateReportSchema, call.body, 'body');
        return ok(await updateReport(context, callerOf(call), idOf(call), report));
      },
    },
    {
      method: 'PUT',
      path: '/v1/incidents/:id/assignee',
      access: PERSONS,
      doc: {
        summary: 'Says who takes care of an incident, also of one that is resolved; null for nobody.',
        body: assignIncidentSchema,
        answer: 'IncidentRecord',
      },
      async handle(call) {
        const { assignee } = parseWith(assignIncidentSchema, call.body, 'body');
        return ok(await assignIncident(context, personOf(call), idOf(call), assignee));
      },
    },
    {
      method: 'PUT',
      path: '/v1/incidents/:id/resolution',
      access: PERSONS,
      doc: {
        summary: 'Says that an incident is over, and why; one that is resolved stays as it is.',
        body: resolveIncidentSchema,
        answer: 'IncidentRecord',
      },
      async handle(call) {
        const { reason } = parseWith(resolveIncidentSchema, call.body, 'body');
        return ok(await resolveIncident(context, personOf(call), idOf(call), reason));
      },
    },
  ];
}
