import type { JsonObject } from '#contracts';
import { sendRequest, type OutboundTarget, type ResolveName } from '../../outbound/index.ts';
import type { Message, Urgency } from '../message.ts';
import { toSendResult, type Channel } from './channel.ts';

const COLOURS: Readonly<Record<Urgency, string>> = {
  info: '#6e7687',
  good: '#2e8b57',
  warning: '#d9822b',
  critical: '#c4162a',
};
/** Of Slack: fields of a section. */
const FIELDS = 10;

/** A channel of Slack, or of a service that takes the same, by an incoming webhook. */
export function slackChannel(id: string, target: OutboundTarget, resolve?: ResolveName): Channel {
  return {
    id,
    type: 'slack',
    async send(message, signal) {
      const reply = await sendRequest(target, JSON.stringify(slackPayload(message)), signal, resolve);
      return toSendResult(reply, (text) => text.trim() === 'ok');
    },
  };
}

/**
 * Blocks of plain text, which Slack does not read as markup: no mentions, no links but ours.
 * https://docs.slack.dev/reference/block-kit
 */
export function slackPayload({ title, urgency, facts, text, link }: Message): JsonObject {
  const fields = facts.map(([label, value]) => plain(`${label}: ${value}`));
  const sections = [fields.slice(0, FIELDS), fields.slice(FIELDS, 2 * FIELDS)].filter(({ length }) => length > 0);
  const blocks: JsonObject[] = [
    { type: 'header', text: plain(title) },
    ...sections.map((some) => ({ type: 'section', fields: some })),
    ...(text === '' ? [] : [{ type: 'section', text: plain(text) }]),
    ...(link === undefined
      ? []
      : [{ type: 'section', text: { type: 'mrkdwn', text: `<${link.replaceAll('&', '&amp;')}|Open in Grafana>` } }]),
  ];
  return {
    text: slackEscape(title),
    unfurl_links: false,
    unfurl_media: false,
    attachments: [{ color: COLOURS[urgency], fallback: slackEscape(title), blocks }],
  };
}

function plain(text: string): JsonObject {
  return { type: 'plain_text', text, emoji: false };
}

/** For the text of notices on a phone, which is read as markup: nobody is mentioned, nothing is a link or bold. */
function slackEscape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[@#*_~`|[\]]/g, (mark) => `${mark}\u200b`);
}
