import { formatConfidence, formatDuration } from '../format.ts';
import { CAUSE_LABELS } from '../level.ts';
import { toTimeline } from '../timeline.ts';
import type { Block, Line } from './blocks.ts';
import type { ExportInput } from './export-input.ts';
import { EXPORT_TEXTS as T } from './export-text.ts';
import { toSafeUrl, toUtc } from './plain.ts';
import { toActionBlocks, toProposalBlocks } from './post-mortem-actions.ts';
import { toEvidenceBlocks, toGapBlocks, toImpactBlocks } from './post-mortem-evidence.ts';

/** Series that a document draws; more of them make nothing clearer. */
const MAX_CHARTS = 6;
/** Causes that are named; the rest of the ranking is on the page. */
const MAX_CAUSES = 5;

/** What the document is called. */
export function toTitle({ report }: Pick<ExportInput, 'report'>): string {
  const { service, symptom } = report.target;
  return `${T.title}: ${T.symptom[symptom]}: ${service}`;
}

/** The draft of a post-mortem as blocks, from what is known now. */
export function toPostMortem(input: ExportInput): readonly Block[] {
  const { report } = input;
  return [
    { kind: 'heading', level: 1, text: toTitle(input) },
    { kind: 'paragraph', line: [T.draft] },
    { kind: 'table', head: ['Fact', 'Value'], rows: toFacts(input) },
    ...section(T.headings.summary, [{ kind: 'paragraph', line: [report.summary] }]),
    ...section(T.headings.verdict, toVerdict(input)),
    ...section(T.headings.impact, toImpactBlocks(input)),
    ...section(T.headings.timeline, toTimelineBlocks(input)),
    ...section(T.headings.causes, toCauses(input)),
    ...section(
      T.headings.charts,
      (report.series ?? []).slice(0, MAX_CHARTS).map((series) => ({ kind: 'chart', series }))
    ),
    ...section(T.headings.evidence, toEvidenceBlocks(input)),
    ...section(T.headings.actions, toActionBlocks(input)),
    ...section(T.headings.proposals, toProposalBlocks(input)),
    ...section(T.headings.unknown, toGapBlocks(input)),
    ...section(T.headings.narrative, toWritten(input)),
    ...section(T.headings.todo, [{ kind: 'list', items: T.todo.map((item) => [item]) }]),
  ];
}

/** A heading with what stands below it, or nothing. */
function section(text: string, blocks: readonly Block[]): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'heading', level: 2, text }, ...blocks];
}

function toFacts(input: ExportInput): ReadonlyArray<readonly Line[]> {
  const { report, incident, run } = input;
  const page = toSafeUrl(input.pageUrl, input.baseUrl);
  const rows: Array<[string, Line]> = [
    ['Service', [{ strong: report.target.service }]],
    ['Verdict', [T.verdict[report.verdict]]],
    ['First anomalous sample', [toUtc(report.onsetMs)]],
    ['Analysed', [`${toUtc(report.window.fromMs)} to ${toUtc(report.window.toMs)}`]],
  ];
  if (incident) {
    rows.push(
      ['Incident', [{ code: incident.id }]],
      ['State', [describeState(incident)]],
      [
        'Detected',
        [`${toUtc(incident.detectedMs)}, ${formatDuration(incident.detectedMs - incident.onsetMs)} after it`],
      ],
      ['Noticed by', [incident.openedBy === '' ? incident.origin : `${incident.origin}: ${incident.openedBy}`]],
      ['Taken care of by', [incident.assignee ?? T.nobody]]
    );
  }
  if (run) {
    rows.push(['Investigation', [{ code: run.id }, `, ${run.status}${describeCost(run)}`]]);
  }
  if (page !== undefined) {
    rows.push(['Page', [{ link: page, text: 'Root cause in Grafana' }]]);
  }
  rows.push(['Exported', [toUtc(input.exportedMs)]]);
  return rows.map(([name, value]) => [[name], value]);
}

function describeState({
  status,
  onsetMs,
  resolvedMs,
  resolvedBy,
  closed,
}: NonNullable<ExportInput['incident']>): string {
  if (status === 'open' || resolvedMs === null) {
    return T.open;
  }
  const by = resolvedBy === 'action' ? 'after an approved action' : 'without an action of Causeway';
  return `resolved ${toUtc(resolvedMs)}, after ${formatDuration(resolvedMs - onsetMs)}, ${by}${closed ? `, marked as resolved by ${closed.by}: ${closed.reason}` : ''}`;
}

function describeCost({ cost }: NonNullable<ExportInput['run']>): string {
  if (cost === null) {
    return '';
  }
  const model = cost.modelCalls > 0 ? `, ${cost.modelCalls} calls of the language model` : ', no language model';
  return `, ${cost.queries} queries in ${formatDuration(cost.ms)}${model}`;
}

function toVerdict({ report }: ExportInput): readonly Block[] {
  const line: Line = [{ strong: T.verdict[report.verdict] }, '. ', T.decision[report.decision]];
  const items = report.verdictReasons.map((reason): Line => [reason]);
  return [{ kind: 'paragraph', line }, ...(items.length > 0 ? [{ kind: 'list', items } as const] : [])];
}

function toTimelineBlocks(input: ExportInput): readonly Block[] {
  const { report, incident, plans, executions, alerts } = input;
  const events = incident
    ? toTimeline(incident, plans, executions, alerts)
    : [
        { atMs: report.onsetMs, title: `First anomalous sample of ${report.target.service}`, detail: undefined },
        ...report.changes.map(({ atMs, kind, service, summary }) => ({
          atMs,
          title: `Change (${kind}) of ${service}`,
          detail: summary,
        })),
      ].toSorted((a, b) => a.atMs - b.atMs);
  return [
    {
      kind: 'table',
      head: ['UTC', 'What happened', 'Detail'],
      rows: events.map(({ atMs, title, detail }) => [[toUtc(atMs)], [title], [detail ?? '']]),
    },
  ];
}

function toCauses({ report }: ExportInput): readonly Block[] {
  const causes = report.hypotheses.slice(0, MAX_CAUSES).map((item): Line => {
    const evidence = item.evidence.map((number) => `[${number}]`).join('');
    const path =
      item.path.length === 0
        ? ''
        : `; way to the symptom: ${[item.path[0]?.from ?? '', ...item.path.map(({ to }) => to)].join(' → ')}`;
    return [
      { strong: item.service },
      `: ${CAUSE_LABELS[item.cause]}, confidence ${formatConfidence(item.confidence)}${path} ${evidence}`,
    ];
  });
  const ruledOut = report.ruledOut.map(({ service, reason }): Line => [{ strong: service }, `: ${reason}`]);
  const effects = (report.effects?.effects ?? []).map((effect): Line => [
    { strong: effect.service },
    `: ${effect.explanation} ${effect.counterfactual ?? ''}`,
  ]);
  const intro: Line = report.decision === 'root-cause' ? [] : [T.decision[report.decision], ' What was looked at:'];
  return [
    ...(intro.length > 0 ? [{ kind: 'paragraph', line: intro } as const] : []),
    ...listOf(causes),
    ...titled(T.headings.effects, effects),
    ...titled(T.headings.ruledOut, ruledOut),
  ];
}

/** Marked as what it is: a model words, it does not decide. */
function toWritten({ report, written }: ExportInput): readonly Block[] {
  if (written) {
    const { rootCause, impact, remediation, unknown } = written;
    return listOf(
      [...rootCause, ...impact, ...remediation, ...unknown].map(({ text, cites }): Line => [
        `${text} ${cites.map((number) => `[${number}]`).join('')}`,
      ])
    );
  }
  return report.narrator === 'llm' && report.narrative !== '' ? [{ kind: 'paragraph', line: [report.narrative] }] : [];
}

function listOf(items: readonly Line[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

function titled(text: string, items: readonly Line[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'heading', level: 3, text }, ...listOf(items)];
}
