import { explain, type ReportOutcome, type RunEvent, type RunRecord, type Written } from '#llm';
import type { RcaReport } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { ModelAnswer, ModelEvent, RunInvestigator } from '../investigations/runs/perform-run.ts';
import { toQueryEvent } from '../investigations/runs/perform-run.ts';
import { cut } from '../investigations/runs/report-events.ts';
import { type RecordedQuery, recordQueries } from '../upstreams/record-queries.ts';
import { investigateFurther, toOptions } from './investigator.ts';
import { toSent, toWritten } from './model-events.ts';
import type { SubjectReport } from './report-shelf.ts';
import { toQuery } from './wire.ts';

const TEXT_LENGTH = 1000;
type Emit = (event: ModelEvent) => void;
type EvidenceEvent = Extract<ModelEvent, { type: 'evidence' }>;

/**
 * The language model in a run: words the report, or looks further with tools first, as deep as the run asks. What was sent, what
 * it read, found and wrote, and what it cost become events of the run. Without a usable text the report stays as it is.
 * @param onOutcome  told how it ended
 */
export function createRunInvestigator(
  onOutcome: (datasource: Datasource, task: 'explain' | 'investigate', outcome: ReportOutcome) => void
): RunInvestigator {
  return async ({ datasource, request, report, incidentId, emit, signal }) => {
    if (!datasource.settings.llm.enabled) {
      emit(note('info', 'No language model took part: none is configured.'));
      return undefined;
    }
    const budgetKey = incidentId ?? `${report.target.service}@${report.onsetMs}`;
    const subject: SubjectReport = { report, incidentId: incidentId ?? '', budgetKey };
    const task = request.depth === 'investigate' ? 'investigate' : 'explain';
    const queries: RecordedQuery[] = [];
    const outcome = await recordQueries(
      (query) => {
        queries.push(query);
        emit(toQueryEvent(query));
      },
      () => askInRun(datasource, subject, task, { emit, signal })
    );
    onOutcome(datasource, task, outcome);
    tellFacts(outcome.run, emit);
    emit(toCost(outcome.run, queries));
    outcome.run.notes.forEach((text) => emit(note('info', text)));
    return toAnswer(outcome, report, emit);
  };
}

async function askInRun(
  datasource: Datasource,
  subject: SubjectReport,
  task: 'explain' | 'investigate',
  { emit, signal }: { readonly emit: Emit; readonly signal: AbortSignal }
): Promise<ReportOutcome> {
  const { llm } = datasource.settings;
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'sent') {
      emit(toSent(llm, event));
    }
  };
  if (task === 'investigate') {
    return investigateFurther(datasource, subject, { signal, onEvent });
  }
  const options = await toOptions(datasource, subject, { signal, onEvent });
  return explain(subject.report, { ...options, limits: { ...llm.investigation, seconds: llm.timeoutSeconds } });
}

/** What tools found goes on where the evidence of the report ends; what is no evidence of telemetry is told in words. */
function tellFacts({ facts }: RunRecord, emit: Emit): void {
  for (const fact of facts) {
    const source = SOURCES.find((name) => name === fact.source);
    if (!source || fact.service === '') {
      emit(note('info', `[${fact.number}] ${fact.statement}`));
      continue;
    }
    const { query } = toQuery(fact);
    emit({
      type: 'evidence',
      id: `e${fact.number}`,
      source,
      service: fact.service,
      statement: cut(fact.statement, 4000),
      query: query?.query ?? null,
      window: query ? { fromMs: query.fromMs, toMs: query.toMs } : null,
      value: finiteOrNull(fact.observed),
      baseline: finiteOrNull(fact.baseline),
      unit: fact.unit ?? null,
      link: query
        ? {
            kind: 'explore',
            source: UPSTREAMS[query.language],
            query: query.query,
            window: { fromMs: query.fromMs, toMs: query.toMs },
          }
        : null,
      detail: null,
    });
  }
}

const SOURCES: readonly EvidenceEvent['source'][] = [
  'metric',
  'log',
  'trace',
  'change',
  'topology',
  'kubernetes',
  'impact',
  'alert',
];
const UPSTREAMS = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' } as const;

function toCost({ spend }: RunRecord, queries: readonly RecordedQuery[]): ModelEvent {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = spend.usage;
  return {
    type: 'cost',
    cost: {
      queries: queries.length,
      rows: queries.reduce((sum, { rows }) => sum + rows, 0),
      bytes: queries.reduce((sum, { bytes }) => sum + bytes, 0),
      ms: Math.round(spend.seconds * 1000),
      modelCalls: spend.turns,
      tokensIn: Math.round(inputTokens + cacheReadTokens + cacheWriteTokens),
      tokensOut: Math.round(outputTokens),
      money: spend.cost,
    },
  };
}

function toAnswer(outcome: ReportOutcome, report: RcaReport, emit: Emit): ModelAnswer | undefined {
  switch (outcome.kind) {
    case 'written':
      tellOpinion(outcome, report, emit);
      return {
        narrative: outcome.narrative,
        verdict: outcome.verdict.verdict,
        reasons: outcome.verdict.reason === '' ? [] : [outcome.verdict.reason],
      };
    case 'rejected':
      emit(note('warning', `The text of the language model was not used: ${outcome.reason}. ${outcome.detail}`));
      return undefined;
    case 'refused':
      emit(
        note(
          'warning',
          `The language model was not asked: the budget of the ${outcome.by} is used up (${outcome.limit} ${outcome.unit}).`
        )
      );
      return undefined;
    case 'failed': {
      const { code, message, remedy } = outcome;
      emit({ type: 'error', code, message: cut(message, 2000), remedy });
      return undefined;
    }
  }
}

function tellOpinion(outcome: Written, report: RcaReport, emit: Emit): void {
  outcome.report.causes.forEach(({ service, confidence, cites }, at) => {
    const cause = report.hypotheses.find((hypothesis) => hypothesis.service === service)?.cause ?? 'unclassified';
    const evidence = cites.map((number) => `e${number}`);
    emit({ type: 'hypothesis', service, rank: at + 1, cause, confidence, path: [], evidence, by: 'model' });
  });
  emit(toWritten(outcome));
}

function note(level: 'info' | 'warning', text: string): ModelEvent {
  return { type: 'note', level, text: cut(text, TEXT_LENGTH) };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
