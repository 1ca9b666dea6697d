import type { OutboundReply } from '../../outbound/index.ts';
import type { Message } from '../message.ts';

/** What became of one attempt. Errors name a status or a code, never an address, a secret or what the service said. */
export type SendResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly error: string; readonly retryAfterSeconds?: number }
  /** It will not do better next time. */
  | { readonly kind: 'refused'; readonly error: string };

/** A way to reach people. */
export interface Channel {
  readonly id: string;
  readonly type: 'slack' | 'telegram' | 'email' | 'pagerduty' | 'webhook';
  /** Sends once, with a deadline. Never throws. */
  send(message: Message, signal?: AbortSignal): Promise<SendResult>;
}

/** Statuses that say that the message itself cannot be taken. Others can be cured: rights, a proxy, a deployment. */
const REFUSED: ReadonlySet<number> = new Set([400, 405, 410, 413, 414, 415, 422]);

/** @param isTaken whether a reply with a good status is one of the service and not of something in between */
export function toSendResult(reply: OutboundReply, isTaken: (text: string) => boolean = () => true): SendResult {
  if (reply.kind !== 'answered') {
    return { kind: 'retry', error: reply.message };
  }
  const { status, text, retryAfterSeconds } = reply;
  if (status >= 200 && status < 300) {
    return isTaken(text)
      ? { kind: 'sent' }
      : { kind: 'retry', error: `answered ${status}, but not as the service does` };
  }
  const error = `answered ${status}`;
  return REFUSED.has(status)
    ? { kind: 'refused', error }
    : { kind: 'retry', error, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** A JSON object, or nothing. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
