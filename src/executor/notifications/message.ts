import type { JsonObject, JsonValue, NotificationEvent } from '#contracts';
import type { NewNotification } from '../store/notification-store.ts';
import { toLine, toProse } from './plain-text.ts';

/** How much a message matters; services show it as a colour or a severity. */
export type Urgency = 'info' | 'good' | 'warning' | 'critical';

/** What a channel says, before it is put into the form of a service. Every text is cleaned and bounded. */
export interface Message {
  /** The same for each attempt. */
  readonly id: string;
  readonly event: string;
  /** What it is about; messages with the same subject belong together. */
  readonly subject: string;
  readonly title: string;
  readonly urgency: Urgency;
  /** Label and value, in the order of importance. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Rationale, or what happened. May be empty and may have lines. */
  readonly text: string;
  /** Address of the plan in Grafana; made by us. */
  readonly link: string | undefined;
  readonly createdMs: number;
}

const TITLE_LENGTH = 140;
const FACT_LENGTH = 120;
const TEXT_LENGTH = 1500;

const EVENTS: Readonly<Record<NotificationEvent | 'message', readonly [words: string, urgency: Urgency]>> = {
  'approval-requested': ['Approval requested', 'warning'],
  approved: ['Approved', 'info'],
  rejected: ['Rejected', 'info'],
  timeout: ['Approval period is over', 'warning'],
  started: ['Started', 'info'],
  succeeded: ['Succeeded', 'good'],
  failed: ['Failed', 'critical'],
  'rolled-back': ['Taken back', 'warning'],
  'needs-human': ['A person is needed', 'critical'],
  message: ['Message', 'info'],
};

/** Facts of A5.13 that a content can have, with the words for them. */
const FACTS: readonly (readonly [key: string, label: string, show: (value: JsonValue) => string])[] = [
  ['service', 'Service', line],
  ['target', 'Target', targetOf],
  ['severity', 'Severity', line],
  ['type', 'Type', line],
  ['cause', 'Cause', line],
  ['action', 'Action', line],
  ['parameters', 'Parameters', parametersOf],
  ['risk', 'Risk', numberOf],
  ['approvalsRequired', 'Approvals needed', line],
  ['expiresMs', 'Expires', timeOf],
  ['requester', 'Requested by', line],
  ['incidentId', 'Incident', line],
  ['planId', 'Plan', line],
];

/**
 * The message of a notification. Pure; whatever the content holds, it gives a message.
 * @param baseUrl address of Grafana, without a slash at its end; without it there is no link
 */
export function toMessage(
  { id, event, subject, content, createdMs }: NewNotification,
  baseUrl: string | undefined
): Message {
  const [words, urgency] = Object.hasOwn(EVENTS, event)
    ? EVENTS[event as keyof typeof EVENTS]
    : [toLine(event, 60) || 'Notice', 'info' as const];
  const about = toLine(content['title'], TITLE_LENGTH - 40) || firstLine(content['message']);
  const text = [content['message'], content['rationale']].map((part) => toProse(part, TEXT_LENGTH / 2 - 1));
  return {
    id,
    event: toLine(event, 60),
    subject: toLine(subject, 200),
    title: toLine(about === '' ? words : `${words}: ${about}`, TITLE_LENGTH),
    urgency,
    facts: FACTS.flatMap(([key, label, show]) => {
      const value = Object.hasOwn(content, key) ? content[key] : undefined;
      const shown = value === undefined || value === null ? '' : show(value);
      return shown === '' ? [] : [[label, shown] as const];
    }),
    text: text.filter((part) => part !== '').join('\n\n'),
    link: linkOf(content, baseUrl),
    createdMs,
  };
}

/** All of a message as text with lines, for services without structure. */
export function toPlainText({ title, facts, text, link }: Message): string {
  return [
    title,
    ...(facts.length > 0 ? [''] : []),
    ...facts.map(([label, value]) => `${label}: ${value}`),
    ...(text === '' ? [] : ['', text]),
    ...(link === undefined ? [] : ['', link]),
  ].join('\n');
}

function firstLine(value: JsonValue | undefined): string {
  return toLine(typeof value === 'string' ? value.trim().split(/[\r\n]/, 1)[0] : '', TITLE_LENGTH - 40);
}

function linkOf({ planId }: JsonObject, baseUrl: string | undefined): string | undefined {
  return baseUrl !== undefined && typeof planId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(planId)
    ? `${baseUrl}/a/causeway-aiops-app/runbooks?tab=approvals&plan=${planId}`
    : undefined;
}

function line(value: JsonValue): string {
  return toLine(value, FACT_LENGTH);
}

function numberOf(value: JsonValue): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : line(value);
}

function timeOf(value: JsonValue): string {
  const time = new Date(typeof value === 'number' ? value : Number.NaN);
  return Number.isFinite(time.getTime()) ? `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '';
}

function targetOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return line(value);
  }
  const { kind, namespace, name, peer } = value as JsonObject;
  const parts = [namespace, name].map((part) => toLine(part, 63)).filter((part) => part !== '');
  const callee = toLine(peer, 63);
  return line(`${toLine(kind, 40)} ${parts.join('/')}${callee === '' ? '' : ` > ${callee}`}`);
}

function parametersOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return line(value);
  }
  return line(
    Object.entries(value)
      .slice(0, 32)
      .map(([name, one]) => `${toLine(name, 40)}=${toLine(one, 60)}`)
      .join(', ')
  );
}
