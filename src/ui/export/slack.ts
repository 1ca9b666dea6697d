import { describeAction } from '../action-text.ts';
import { formatCheckValue, formatConfidence, formatDuration } from '../format.ts';
import { CAUSE_LABELS } from '../level.ts';
import { PLAN_STATE_TEXTS, toPlanState } from '../plan-state.ts';
import type { ExportInput } from './export-input.ts';
import { EXPORT_TEXTS as T } from './export-text.ts';
import { toPlainLine, toSafeUrl, toUtc, withoutAutolinks } from './plain.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** What Slack reads as bold, italic, struck out, code and the name of an emoji; look-alikes say the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };
const MAX_TEXT = 300;
const MAX_ACTIONS = 3;

/**
 * Hostile text for Slack's mrkdwn: `<!channel>`, links, mentions and formatting become the characters that they are
 * made of. An underscore inside of a word formats nothing and stays.
 */
export function escapeSlack(text: string): string {
  const line = toPlainLine(text);
  const short = line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return withoutAutolinks(short)
    .replaceAll(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (found) => LOOK_ALIKES[found] ?? '')
    .replaceAll(/:(?=[\w+-]+:)/g, ':\u2060')
    .replaceAll(/[&<>]/g, (found) => ENTITIES[found] ?? '');
}

/** A few lines for a channel: what, since when, why, what it costs, what is being done, where to look. */
export function toSlack(input: ExportInput): string {
  const { report, incident } = input;
  const [first] = report.hypotheses;
  const { service, symptom } = report.target;
  const state = incident?.status === 'resolved' ? 'Resolved' : 'Open';
  const found = report.decision === 'root-cause' && first;
  const url = toSafeUrl(input.pageUrl, input.baseUrl);
  return [
    `*${escapeSlack(`${incident ? `${state}: ` : ''}${T.symptom[symptom]}: ${service}`)}*`,
    describeSince(input),
    found
      ? `*${T.verdict[report.verdict]}:* ${escapeSlack(`${first.service}: ${CAUSE_LABELS[first.cause]}, ${formatConfidence(first.confidence)}`)}`
      : `*${T.verdict[report.verdict]}:* ${T.decision[report.decision]}`,
    escapeSlack(report.summary),
    ...describeImpact(input),
    ...describeActions(input),
    ...(url === undefined ? [] : [url]),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function describeSince({ report, incident, exportedMs }: ExportInput): string {
  const end = incident?.resolvedMs ?? exportedMs;
  const length = incident
    ? `, ${incident.status === 'open' ? 'for' : 'lasted'} ${formatDuration(end - incident.onsetMs)}`
    : '';
  return `Since ${toUtc(incident?.onsetMs ?? report.onsetMs)}${length}`;
}

function describeImpact({ report }: ExportInput): readonly string[] {
  return (report.impact ?? [])
    .filter(({ lost }) => lost !== null && lost > 0)
    .map(({ name, lost, unit }) => escapeSlack(`${name}: ${formatCheckValue(lost, unit.split('/')[0] ?? '')} lost`));
}

function describeActions({ plans, executions, exportedMs }: ExportInput): readonly string[] {
  return plans.slice(0, MAX_ACTIONS).map((plan) => {
    const execution = executions.find(({ planId }) => planId === plan.id);
    const { label } = PLAN_STATE_TEXTS[toPlanState(plan, execution, exportedMs)];
    return `• ${escapeSlack(`${label}: ${describeAction(plan)}`)}`;
  });
}
