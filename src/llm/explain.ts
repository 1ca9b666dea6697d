import type { RcaReport } from '#model';
import type { BudgetRefusal } from './budget/budget-book.ts';
import { estimateTokens } from './budget/tokens.ts';
import { type ConversationEnd, type ConversationPlan, converse, firstRequest } from './converse.ts';
import type { LlmFailure } from './errors.ts';
import { type OfferedRunbook, type ReportPayload, toPayload } from './payload.ts';
import type { Outgoing } from './privacy/outgoing.ts';
import type { Pseudonyms } from './privacy/pseudonyms.ts';
import { EXPLAIN_INSTRUCTIONS, INVESTIGATE_INSTRUCTIONS, toDataMessage } from './prompt.ts';
import { toNarrative } from './report/check-claim.ts';
import { type CheckedReport, checkReport } from './report/check-report.ts';
import {
  combineVerdict,
  type CombinedVerdict,
  type Contradiction,
  contradictionsOf,
} from './report/compare-with-engine.ts';
import type { CutClaim, Rejection, WrittenReport } from './report/written-report.ts';
import {
  type RunOptions,
  type RunRecord,
  type RunStart,
  type SentPayload,
  startRun,
  toPayloadPreview,
  unsentRecord,
} from './run.ts';
import type { InvestigationTools, QueryValidator } from './tools/investigation-tools.ts';
import { ToolDesk } from './tools/tool-desk.ts';

/** Options of `explain`. */
export interface ExplainOptions extends RunOptions {
  /** The only runbooks that may be named. */
  readonly runbooks?: readonly OfferedRunbook[];
}

/** Options of `investigate`. */
export interface InvestigateOptions extends ExplainOptions {
  readonly tools: InvestigationTools;
  readonly validator: QueryValidator;
  /** What a person suspects, in their own words. */
  readonly hint?: string;
}

/** A report of the model beside the engine's, with real names and values. */
export interface Written {
  readonly kind: 'written';
  readonly report: WrittenReport;
  /** Root cause, impact and remediation as one text with `[n]` citations, ready for `RcaReport.narrative`. */
  readonly narrative: string;
  readonly cut: readonly CutClaim[];
  readonly verdict: CombinedVerdict;
  readonly contradictions: readonly Contradiction[];
}

/** Outcome of `explain` and `investigate`. Only `written` has a text; all say what was used. */
export type ReportOutcome = (Written | Rejection | BudgetRefusal | LlmFailure) & { readonly run: RunRecord };

/** Input of one explaining call, with instructions. */
const EXPLAIN_INPUT_TOKENS = 4000;
const INVESTIGATE_PAYLOAD_TOKENS = 3000;
const MAX_OUTPUT_TOKENS = 2000;
const MAX_HINT_LENGTH = 500;
/** How far before and behind the window of the report tools may look. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
const LOOK_AHEAD_MS = 24 * 3_600_000;

/**
 * Lets a language model word a finished report, in one call of at most 4,000 tokens of input. The model sees a short,
 * pseudonymised copy of the report and has no tools; every sentence is checked, and nothing of it changes the engine's report.
 */
export async function explain(report: RcaReport, options: ExplainOptions): Promise<ReportOutcome> {
  const single = { ...options, limits: { ...options.limits, turns: 1, toolCalls: 0 } };
  return write(report, single, planExplain);
}

/**
 * Lets a language model look further with read-only tools, within limits of turns, calls, tokens, seconds and money, and write
 * the report from the ranked evidence and what it found. Facts that tools found are in `run.facts`, numbered on from the report's.
 */
export async function investigate(report: RcaReport, options: InvestigateOptions): Promise<ReportOutcome> {
  return write(report, options, planInvestigation);
}

/** What `explain` would send, without sending it; undefined when a configured pattern cannot be used. */
export function previewExplanation(report: RcaReport, options: ExplainOptions): SentPayload | undefined {
  return preview(report, options, planExplain);
}

/** What the first turn of `investigate` would send, without sending it. */
export function previewInvestigation(report: RcaReport, options: InvestigateOptions): SentPayload | undefined {
  return preview(report, options, planInvestigation);
}

type Plan = ConversationPlan<CheckedReport>;

function preview<Options extends ExplainOptions>(
  report: RcaReport,
  options: Options,
  toPlan: (report: RcaReport, options: Options, start: RunStart) => Plan
): SentPayload | undefined {
  const start = startRun(options, namesOf(report));
  return 'kind' in start ? undefined : toPayloadPreview(options.model, firstRequest(toPlan(report, options, start)));
}

async function write<Options extends ExplainOptions>(
  report: RcaReport,
  options: Options,
  toPlan: (report: RcaReport, options: Options, start: RunStart) => Plan
): Promise<ReportOutcome> {
  const start = startRun(options, namesOf(report));
  if ('kind' in start) {
    return { ...start, run: unsentRecord(options, undefined, 'failed') };
  }
  if (report.evidence.length === 0) {
    const detail = 'The report has no evidence that could be cited.';
    return { kind: 'rejected', reason: 'no-evidence', detail, run: unsentRecord(options, start, 'failed') };
  }
  return toOutcome(report, await converse(options, start, toPlan(report, options, start)), start);
}

function planExplain(report: RcaReport, options: ExplainOptions, { outgoing }: RunStart): Plan {
  const maxTokens = EXPLAIN_INPUT_TOKENS - estimateTokens(EXPLAIN_INSTRUCTIONS) - 100;
  const payload = toPayload(report, { outgoing, maxTokens, ...pickRunbooks(options) });
  return {
    system: EXPLAIN_INSTRUCTIONS,
    opening: toDataMessage(payload),
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    read: (text) => checkReport(text, payload),
  };
}

function planInvestigation(report: RcaReport, options: InvestigateOptions, start: RunStart): Plan {
  const { outgoing } = start;
  const payload = toPayload(report, { outgoing, maxTokens: INVESTIGATE_PAYLOAD_TOKENS, ...pickRunbooks(options) });
  const hint = options.hint === undefined ? undefined : hideSaid(options.hint, outgoing, MAX_HINT_LENGTH);
  const desk = openDesk(report, options, start);
  return {
    system: INVESTIGATE_INSTRUCTIONS,
    opening: toDataMessage(hint === undefined ? payload : { hint, ...payload }),
    desk,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    read: (text) => checkReport(text, withFacts(payload, desk)),
  };
}

/** What a person said, as it may be sent. A person may say what a log line may not: it is only hidden and cut. */
export function hideSaid(text: string, { pseudonyms }: Outgoing, maxLength: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return pseudonyms.hide(plain.slice(0, maxLength));
}

/** A desk whose facts are numbered behind those of the report. */
export function openDesk(
  report: RcaReport,
  { tools, validator, now }: Pick<InvestigateOptions, 'tools' | 'validator' | 'now'>,
  { outgoing, nowSeconds }: RunStart
): ToolDesk {
  return new ToolDesk({
    tools,
    validator,
    outgoing,
    nowSeconds,
    firstNumber: report.evidence.reduce((most, { number }) => Math.max(most, number), 0) + 1,
    bounds: {
      fromMs: report.window.fromMs - LOOK_BACK_MS,
      toMs: Math.max(report.window.toMs, Math.min(report.window.toMs + LOOK_AHEAD_MS, now())),
    },
  });
}

/** What claims are checked against: the report as it was sent, and every fact that tools showed. */
export function withFacts(payload: ReportPayload, desk: ToolDesk): ReportPayload {
  return { ...payload, evidence: [...payload.evidence, ...desk.shown] };
}

/** Names that are no secret although a label may call them a host or a user. */
export function namesOf(report: RcaReport): readonly string[] {
  return [
    report.target.service,
    ...report.victims,
    ...report.hypotheses.flatMap(({ service, path }) => [service, ...path.flatMap(({ from, to }) => [from, to])]),
    ...report.ruledOut.map(({ service }) => service),
    ...report.evidence.map(({ service }) => service),
    ...report.proposals.map(({ target }) => target.name),
  ];
}

function pickRunbooks({ runbooks }: ExplainOptions) {
  return runbooks === undefined ? {} : { runbooks };
}

function toOutcome(report: RcaReport, end: ConversationEnd<CheckedReport>, { outgoing }: RunStart): ReportOutcome {
  if (end.kind !== 'read') {
    return end;
  }
  const { result, run } = end;
  const written = revealReport(result.report, outgoing.pseudonyms);
  return {
    kind: 'written',
    report: written,
    narrative: toNarrative([...written.rootCause, ...written.impact, ...written.remediation]),
    cut: result.cut,
    verdict: combineVerdict(report, written.confidence, { wasAddressed: outgoing.withheld.length > 0 }),
    contradictions: contradictionsOf(report, written),
    run,
  };
}

function revealReport(report: WrittenReport, pseudonyms: Pseudonyms): WrittenReport {
  const reveal = <T extends { readonly text: string }>(claim: T): T => ({
    ...claim,
    text: pseudonyms.reveal(claim.text),
  });
  return {
    ...report,
    rootCause: report.rootCause.map(reveal),
    causes: report.causes.map((cause) => ({ ...cause, service: pseudonyms.reveal(cause.service) })),
    impact: report.impact.map(reveal),
    remediation: report.remediation.map(reveal),
    unknown: report.unknown.map((question) => ({ ...reveal(question), check: pseudonyms.reveal(question.check) })),
  };
}
