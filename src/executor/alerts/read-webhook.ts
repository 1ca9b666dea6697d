import type { AlertRecord } from '#contracts';
import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';

/** Alerts of one call; those beyond are refused. */
const MAX_ALERTS = 200;
const MAX_LABELS = 64;
const MAX_NAME = 256;
const MAX_VALUE = 2048;
const MAX_SUMMARY = 1000;
/** Names of services are no longer. */
const MAX_SERVICE = 253;
/** Where the name of the service is looked for, in this order. */
const SERVICE_LABELS = ['service_name', 'service', 'app'] as const;
const SUMMARY_ANNOTATIONS = ['summary', 'description', 'message'] as const;

/** RFC 3339 as Go writes it, with up to nine digits of a second. */
const time = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, 'is no RFC 3339 time')
  .transform((text) => Date.parse(text))
  .refine((atMs) => Number.isFinite(atMs), 'is no time');

const deliveredSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z
    .record(z.string().max(MAX_NAME), z.string().max(MAX_VALUE))
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `has more than ${MAX_LABELS} labels`),
  annotations: z.record(z.string(), z.unknown()).nullish(),
  startsAt: time.refine((atMs) => atMs > 0, 'is before 1970'),
  /** The year 1 while it fires. */
  endsAt: time.nullish(),
  /** Of the labels; made here where a sender has none. */
  fingerprint: z.string().min(1).max(128).nullish(),
});

const envelopeSchema = z.looseObject({ alerts: z.array(z.unknown()) });

/** Body of `POST /v1/alerts`: a group of alerts as Grafana and Alertmanager (version 4) send it; what is not named here is ignored. */
export const alertWebhookSchema = envelopeSchema.extend({ alerts: z.array(deliveredSchema) });

/** What one call says about one alert. */
export type DeliveredAlert = Omit<AlertRecord, 'id' | 'receivedMs' | 'incidentId'>;

/** The alerts of a call that can be used, and why the others cannot: one bad alert does not hold up the rest of its group. */
export interface ReadAlerts {
  readonly alerts: readonly DeliveredAlert[];
  readonly refused: number;
  /** Of the first that was refused; empty when none was. */
  readonly reason: string;
}

/** What the caller parses first: that there is a list of alerts at all. */
export const webhookEnvelope = envelopeSchema;

/** Reads the alerts of a call, as data: nothing in them is more than text, numbers and times. */
export function readAlerts({ alerts }: z.infer<typeof envelopeSchema>): ReadAlerts {
  const read = alerts.slice(0, MAX_ALERTS).map((alert) => deliveredSchema.safeParse(alert));
  const problems = read.flatMap((one) => {
    const issue = one.success ? undefined : one.error.issues[0];
    return issue ? [`alerts.${issue.path.join('.')}: ${issue.message}`.slice(0, 300)] : [];
  });
  const beyond = Math.max(0, alerts.length - MAX_ALERTS);
  return {
    alerts: read.flatMap((one) => (one.success ? [toDelivered(one.data)] : [])),
    refused: problems.length + beyond,
    reason: problems[0] ?? (beyond > 0 ? `alerts: more than ${MAX_ALERTS} in one call` : ''),
  };
}

function toDelivered(alert: z.infer<typeof deliveredSchema>): DeliveredAlert {
  const { status, labels, annotations, startsAt, endsAt, fingerprint } = alert;
  const ended = status === 'resolved' && typeof endsAt === 'number' && endsAt > 0;
  const service = SERVICE_LABELS.map((name) => labels[name]?.trim() ?? '').find((text) => text !== '');
  const summary = SUMMARY_ANNOTATIONS.map((name) => annotations?.[name]).find(
    (text): text is string => typeof text === 'string' && text !== ''
  );
  return {
    fingerprint: fingerprint ?? `labels:${sha256Hex(canonicalJson(labels))}`,
    status,
    name: labels['alertname'] ?? '',
    service: service === undefined || service.length > MAX_SERVICE ? null : service,
    severity: labels['severity'] ?? '',
    summary: cut(summary ?? ''),
    labels,
    startsAtMs: startsAt,
    endsAtMs: ended ? Math.max(endsAt, startsAt) : null,
  };
}

/** Without half a surrogate pair at the end. */
function cut(text: string): string {
  return text.length <= MAX_SUMMARY ? text : `${text.slice(0, MAX_SUMMARY - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
