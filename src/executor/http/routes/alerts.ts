import { linkAlertSchema } from '#contracts';
import { z } from 'zod';
import { alertWebhookSchema, readAlerts, webhookEnvelope } from '../../alerts/read-webhook.ts';
import { linkAlert, takeAlerts } from '../../alerts/take-alerts.ts';
import type { ExecutorContext } from '../../context.ts';
import type { Route } from '../route.ts';
import { BACKEND_LEDGER, callerOf, idOf, ok, pageQuery, parseWith, READERS, WEBHOOK } from '../route.ts';

const listQuery = pageQuery.extend({
  status: z.enum(['firing', 'resolved']).optional(),
  service: z.string().min(1).max(253).optional(),
  incidentId: z
    .string()
    .regex(/^[0-9A-Z]{26}$/, 'must be a ULID')
    .optional(),
  linked: z.enum(['true', 'false']).optional(),
});

/** Alerts that Grafana or Alertmanager send by webhook. They are kept here; the backend finds their incidents. */
export function alertRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/alerts',
      access: WEBHOOK,
      doc: {
        summary: 'Takes the webhook of Grafana or Alertmanager; the same again changes nothing, an end is final.',
        body: alertWebhookSchema,
        answer: '{ taken, refused, reason }',
      },
      async handle(call) {
        const read = readAlerts(parseWith(webhookEnvelope, call.body, 'body'));
        return ok(await takeAlerts(context, callerOf(call), read));
      },
    },
    {
      method: 'GET',
      path: '/v1/alerts',
      access: READERS,
      doc: {
        summary: 'Alerts, newest first; `linked` asks whether they belong to an incident.',
        query: listQuery,
        answer: 'Page of AlertRecord',
      },
      async handle(call) {
        const { cursor, limit, linked, ...filter } = parseWith(listQuery, call.query, 'query');
        const wanted = { ...filter, linked: linked === undefined ? undefined : linked === 'true' };
        return ok(await context.ledger.read.alerts.list({ cursor, limit }, wanted));
      },
    },
    {
      method: 'PUT',
      path: '/v1/alerts/:id/incident',
      access: BACKEND_LEDGER,
      doc: {
        summary: 'Says to which incident an alert belongs; the first word stays.',
        body: linkAlertSchema,
        answer: 'AlertRecord',
      },
      async handle(call) {
        const { incidentId } = parseWith(linkAlertSchema, call.body, 'body');
        return ok(await linkAlert(context, callerOf(call), idOf(call), incidentId));
      },
    },
  ];
}
