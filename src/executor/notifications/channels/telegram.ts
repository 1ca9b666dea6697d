import type { JsonObject } from '#contracts';
import { sendRequest, type OutboundTarget, type ResolveName } from '../../outbound/index.ts';
import type { Message } from '../message.ts';
import { parseObject, toSendResult, type Channel } from './channel.ts';

/** A chat of Telegram, by a bot. The address of `target` holds the bot's token. */
export function telegramChannel(id: string, chatId: string, target: OutboundTarget, resolve?: ResolveName): Channel {
  return {
    id,
    type: 'telegram',
    async send(message, signal) {
      const reply = await sendRequest(target, JSON.stringify(telegramPayload(message, chatId)), signal, resolve);
      const result = toSendResult(reply, (text) => parseObject(text)['ok'] === true);
      // Telegram says in the body how long to wait.
      const asked = reply.kind === 'answered' ? waitOf(reply.text) : undefined;
      return result.kind === 'retry' && asked !== undefined ? { ...result, retryAfterSeconds: asked } : result;
    },
  };
}

/**
 * HTML in which everything that is not ours stands in `code`, where Telegram makes no links and no mentions. At most 4096
 * characters by the limits of a message. https://core.telegram.org/bots/api#formatting-options
 */
export function telegramPayload({ title, facts, text, link }: Message, chatId: string): JsonObject {
  const lines = [
    code(title),
    ...(facts.length > 0 ? [''] : []),
    ...facts.map(([label, value]) => `${escape(label)}: ${code(value)}`),
    ...(text === '' ? [] : ['', code(text)]),
    ...(link === undefined ? [] : ['', `<a href="${escape(link)}">Open in Grafana</a>`]),
  ];
  return {
    chat_id: chatId,
    text: lines.join('\n'),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
  };
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function waitOf(text: string): number | undefined {
  const parameters = parseObject(text)['parameters'] as { readonly retry_after?: unknown } | null | undefined;
  const seconds = parameters?.retry_after;
  return typeof seconds === 'number' && seconds >= 0 ? Math.min(86_400, Math.ceil(seconds)) : undefined;
}
