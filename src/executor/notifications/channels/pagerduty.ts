import type { JsonObject } from '#contracts';
import { sendRequest, type OutboundTarget, type ResolveName } from '../../outbound/index.ts';
import type { Message, Urgency } from '../message.ts';
import { parseObject, toSendResult, type Channel } from './channel.ts';

const SEVERITIES: Readonly<Record<Urgency, string>> = {
  info: 'info',
  good: 'info',
  warning: 'warning',
  critical: 'critical',
};
/** What closes or takes up the alert of a subject; everything else opens it. */
const ACTIONS: ReadonlyMap<string, 'acknowledge' | 'resolve'> = new Map([
  ['approved', 'acknowledge'],
  ['started', 'acknowledge'],
  ['rejected', 'resolve'],
  ['succeeded', 'resolve'],
  ['rolled-back', 'resolve'],
]);

/** A service of PagerDuty, by Events API v2. */
export function pagerdutyChannel(
  id: string,
  routingKey: string,
  target: OutboundTarget,
  resolve?: ResolveName
): Channel {
  return {
    id,
    type: 'pagerduty',
    async send(message, signal) {
      const reply = await sendRequest(target, JSON.stringify(pagerdutyEvent(message, routingKey)), signal, resolve);
      return toSendResult(reply, (text) => parseObject(text)['status'] === 'success');
    },
  };
}

/** https://developer.pagerduty.com/docs/send-alert-event */
export function pagerdutyEvent(message: Message, routingKey: string): JsonObject {
  const { title, urgency, facts, text, link, subject, event, createdMs } = message;
  const about = { routing_key: routingKey, dedup_key: subject };
  const action = ACTIONS.get(event);
  if (action !== undefined) {
    return { ...about, event_action: action };
  }
  return {
    ...about,
    event_action: 'trigger',
    payload: {
      summary: title,
      source: 'causeway',
      severity: SEVERITIES[urgency],
      timestamp: new Date(createdMs).toISOString(),
      class: event,
      custom_details: { ...Object.fromEntries(facts), ...(text === '' ? {} : { Text: text }) },
    },
    ...(link === undefined ? {} : { links: [{ href: link, text: 'Open in Grafana' }] }),
  };
}
