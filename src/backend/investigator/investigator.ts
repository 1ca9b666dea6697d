import {
  answerQuestion,
  investigate,
  type InvestigateOptions,
  type OfferedRunbook,
  previewExplanation,
  previewInvestigation,
  previewQuestion,
  type QuestionOutcome,
  type ReportOutcome,
  type RunEvent,
  type SentPayload,
} from '#llm';
import type { Datasource } from '../datasource/datasource.ts';
import { budgetBookOf, ledgerOf } from './budgets.ts';
import { toLanguageModel } from './language-model.ts';
import { queryValidator } from './query-validator.ts';
import { ReadingTools } from './reading-tools.ts';
import type { SubjectReport } from './report-shelf.ts';
import { toOffers } from './runbook-rows.ts';

/** What to do beside reading the report. */
export interface InvestigatorTask {
  /** What a person suspects. */
  readonly hint?: string | undefined;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Lets the configured model look further into a report with tools that only read. Only for datasources whose model is enabled.
 */
export async function investigateFurther(
  datasource: Datasource,
  subject: SubjectReport,
  task: InvestigatorTask
): Promise<ReportOutcome> {
  return investigate(subject.report, await toOptions(datasource, subject, task));
}

/** Lets the configured model answer a question by queries that are checked before they run. */
export async function askModel(
  datasource: Datasource,
  subject: SubjectReport,
  question: string,
  task: InvestigatorTask
): Promise<QuestionOutcome> {
  return answerQuestion(question, subject.report, await toOptions(datasource, subject, task));
}

/** What a task would send first, without sending it; undefined when a configured pattern cannot be used. */
export async function previewTask(
  datasource: Datasource,
  subject: SubjectReport,
  task: InvestigatorTask & { readonly kind: 'explain' | 'investigate' | 'ask'; readonly question?: string }
): Promise<SentPayload | undefined> {
  const options = await toOptions(datasource, subject, task);
  switch (task.kind) {
    case 'explain':
      return previewExplanation(subject.report, options);
    case 'investigate':
      return previewInvestigation(subject.report, options);
    case 'ask':
      return previewQuestion(task.question ?? '', subject.report, options);
  }
}

/** Model, tools, limits and budgets of a datasource whose model is enabled. */
export async function toOptions(
  datasource: Datasource,
  subject: SubjectReport,
  { hint, signal, onEvent }: InvestigatorTask
): Promise<InvestigateOptions> {
  const { llm } = datasource.settings;
  return {
    model: toLanguageModel(datasource),
    incident: subject.budgetKey,
    limits: llm.investigation,
    budgets: llm.budgets,
    book: budgetBookOf(datasource),
    prices: llm.prices,
    privatePatterns: llm.privatePatterns,
    now: () => datasource.clock.now(),
    tools: new ReadingTools(datasource, subject, ledgerOf(datasource)),
    validator: queryValidator,
    runbooks: await offeredRunbooks(datasource, subject.incidentId, signal),
    signal,
    ...(hint === undefined ? {} : { hint }),
    ...(onEvent === undefined ? {} : { onEvent }),
  };
}

/** What the catalogue proposes for the incident; nothing where it cannot be asked: then the model may name no runbook. */
async function offeredRunbooks(
  datasource: Datasource,
  incidentId: string,
  signal: AbortSignal
): Promise<readonly OfferedRunbook[]> {
  const ledger = ledgerOf(datasource);
  const { executor } = datasource.upstreams;
  if (incidentId === '' || !ledger || !executor) {
    return [];
  }
  try {
    const [proposals, entries] = await Promise.all([
      executor.listSuggestions(incidentId, signal),
      ledger.listRunbooks(signal),
    ]);
    return toOffers(proposals, entries);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
