import type { JsonObject } from '#contracts';
import type { Endpoint } from '../../outbound/index.ts';
import type { Message } from '../message.ts';
import { toSendResult, type Channel } from './channel.ts';

/** Any receiver, by an endpoint of the administrator. The id of the message is the idempotency key. */
export function webhookChannel(id: string, endpoint: Endpoint): Channel {
  return {
    id,
    type: 'webhook',
    send: async (message, signal) => toSendResult(await endpoint.send(webhookBody(message), message.id, signal)),
  };
}

/** What a receiver gets; documented in docs/user/notifications.md. */
export function webhookBody({ id, event, subject, title, urgency, facts, text, link, createdMs }: Message): JsonObject {
  const about = { version: 1, id, event, subject, createdMs, urgency, title, text };
  return { ...about, facts: Object.fromEntries(facts), link: link ?? null };
}
