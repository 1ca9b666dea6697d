import { type AnalysisStage, RUN_STEPS, type RunEventBody, type RunRequest, type RunStep } from '#contracts';
import type { RcaReport, Verdict } from '#model';
import type { Datasource } from '../../datasource/datasource.ts';
import { type RecordedQuery, recordQueries } from '../../upstreams/record-queries.ts';
import { type Investigation, investigate, type InvestigationRequest } from '../investigate.ts';
import type { LiveRun, RunEnd } from './live-run.ts';
import { cut, toReport, toReportEvents, toVerdict } from './report-events.ts';

/** What a language model may add to a run. `cost` is added up; the word of a model is marked as its own. */
export type ModelEvent = Extract<
  RunEventBody,
  { type: 'note' | 'query' | 'evidence' | 'hypothesis' | 'sent' | 'written' | 'cost' | 'error' }
>;

/** What a language model says at the end. It words the report, and may doubt the verdict; it decides nothing. */
export interface ModelAnswer {
  readonly narrative: string;
  /** Counts only where it is lower than that of the engine. */
  readonly verdict?: Verdict;
  readonly reasons?: readonly string[];
}

/** The port of a language model that words or digs. Its evidence is numbered from where the engine's ends. */
export type RunInvestigator = (task: {
  readonly datasource: Datasource;
  readonly request: RunRequest;
  readonly report: RcaReport;
  /** Of the ledger; null where the run is of no incident. */
  readonly incidentId: string | null;
  readonly emit: (event: ModelEvent) => void;
  readonly signal: AbortSignal;
}) => Promise<ModelAnswer | undefined>;

/** What a run is made with. */
export interface RunWork {
  readonly datasource: Datasource;
  /** Aborts when the time is used up, or nobody wants it any more. */
  readonly signal: AbortSignal;
  /** Aborts when nobody wants it any more, or the time of the model is used up. */
  readonly modelSignal: AbortSignal;
  readonly investigator: RunInvestigator | undefined;
  /** Finds the report; of the engine when missing. */
  readonly analyse?: typeof investigate;
}

/**
 * Does a run from its request and tells every part of it.
 * @throws what reading, ranking and the signal throw
 */
export async function performRun(run: LiveRun, work: RunWork): Promise<RunEnd> {
  const steps = new Steps(run);
  const onQuery = (query: RecordedQuery): void => {
    steps.count(query);
    run.emit(toQueryEvent(query));
  };
  try {
    const { report } = await recordQueries(onQuery, () => findReport(run, work, steps));
    steps.begin('report');
    toReportEvents(report).forEach((event) => run.emit(event));
    const worded = await askModel(run, work, steps, report);
    steps.finish();
    return toEnd(worded);
  } catch (error) {
    steps.finish();
    throw error;
  }
}

async function findReport(run: LiveRun, work: RunWork, steps: Steps): Promise<Investigation> {
  const onStage = async (stage: AnalysisStage): Promise<void> => {
    const step = RUN_STEPS.find((name) => name === stage);
    if (step && step !== 'report') {
      steps.begin(step);
    }
  };
  const analyse = work.analyse ?? investigate;
  return analyse(work.datasource, toInvestigation(run.record.request), work.signal, onStage, { details: true });
}

function toInvestigation({ service, symptom, window, onsetMs }: RunRequest): InvestigationRequest {
  return {
    service,
    window,
    ...(symptom === undefined ? {} : { symptom }),
    ...(onsetMs === undefined ? {} : { onsetMs }),
  };
}

const DOUBTS: readonly Verdict[] = ['CONFIRMED', 'LIKELY', 'INCONCLUSIVE'];

async function askModel(run: LiveRun, work: RunWork, steps: Steps, report: RcaReport): Promise<RcaReport> {
  const { request, incidentId } = run.record;
  if (request.depth === 'engine') {
    return report;
  }
  if (!work.investigator) {
    run.emit({ type: 'note', level: 'info', text: 'No language model took part: none is configured.' });
    return report;
  }
  steps.begin('model');
  let answer: ModelAnswer | undefined;
  try {
    const task = { datasource: work.datasource, request, report, incidentId, signal: work.modelSignal };
    answer = await work.investigator({ ...task, emit: (event) => run.emit(event) });
  } catch {
    run.abort.signal.throwIfAborted();
    run.emit({ type: 'note', level: 'warning', text: 'The language model failed; the report is complete without it.' });
  }
  if (!answer) {
    return report;
  }
  const doubt = DOUBTS.indexOf(answer.verdict ?? report.verdict) > DOUBTS.indexOf(report.verdict);
  const worded: RcaReport = {
    ...report,
    narrator: 'llm',
    narrative: answer.narrative,
    verdict: doubt && answer.verdict ? answer.verdict : report.verdict,
    verdictReasons: doubt ? [...report.verdictReasons, ...(answer.reasons ?? [])] : report.verdictReasons,
  };
  if (doubt) {
    run.emit(toVerdict(worded));
  }
  toReport(worded).forEach((event) => run.emit(event));
  return worded;
}

function toEnd({ verdict, decision, hypotheses }: RcaReport): RunEnd {
  const first = decision === 'root-cause' ? hypotheses[0] : undefined;
  const cause = first ? { service: first.service, cause: first.cause, confidence: first.confidence } : null;
  return { status: 'finished', reason: '', verdict, decision, cause };
}

/** A read as an event of a run. */
export function toQueryEvent({
  text,
  window,
  error,
  ...query
}: RecordedQuery): Extract<RunEventBody, { type: 'query' }> {
  return {
    type: 'query',
    ...query,
    text: cut(text, 4000),
    window: window && { fromMs: Math.max(0, Math.floor(window.fromMs)), toMs: Math.max(0, Math.ceil(window.toMs)) },
    error: error === null ? null : cut(error, 400),
  };
}

/** One step at a time: the next ends the one before, and tells what was read in it. */
class Steps {
  private readonly run: LiveRun;
  private step: RunStep | undefined;
  private sinceMs = 0;
  private queries = 0;
  private rows = 0;

  constructor(run: LiveRun) {
    this.run = run;
  }

  count({ rows }: RecordedQuery): void {
    this.queries += 1;
    this.rows += rows;
  }

  begin(step: RunStep): void {
    this.finish();
    this.step = step;
    this.sinceMs = performance.now();
    this.queries = 0;
    this.rows = 0;
    this.run.emit({ type: 'step', step, phase: 'began', ms: null, text: '' });
  }

  finish(): void {
    if (this.step) {
      const ms = Math.round(performance.now() - this.sinceMs);
      const text = this.queries === 0 ? '' : `${this.queries} reads, ${this.rows} rows`;
      this.run.emit({ type: 'step', step: this.step, phase: 'ended', ms, text });
      this.step = undefined;
    }
  }
}
