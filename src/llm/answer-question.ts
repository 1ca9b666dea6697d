import { z } from 'zod';
import type { RcaReport } from '#model';
import type { BudgetRefusal } from './budget/budget-book.ts';
import { type ConversationPlan, converse, firstRequest } from './converse.ts';
import type { LlmFailure } from './errors.ts';
import { hideSaid, type InvestigateOptions, namesOf, openDesk, withFacts } from './explain.ts';
import { toPayload } from './payload.ts';
import { QUESTION_INSTRUCTIONS, toDataMessage } from './prompt.ts';
import { checkClaim } from './report/check-claim.ts';
import { parseAnswer } from './report/parse-answer.ts';
import type { Claim, CutClaim, Rejection } from './report/written-report.ts';
import { type RunRecord, type RunStart, type SentPayload, startRun, toPayloadPreview, unsentRecord } from './run.ts';
import type { QueryLanguage } from './tools/investigation-tools.ts';

/** A query that was run and that the answer rests on. */
export interface RunQuery {
  readonly language: QueryLanguage;
  readonly query: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The answer to a question. */
export interface Answered {
  readonly kind: 'answered';
  readonly answer: readonly Claim[];
  /** Queries behind the cited facts, as they ran; empty when the report itself answers. */
  readonly queries: readonly RunQuery[];
  readonly cut: readonly CutClaim[];
}

/** Options of `answerQuestion`. */
export type QuestionOptions = Omit<InvestigateOptions, 'runbooks' | 'hint'>;

/** Outcome of `answerQuestion`. */
export type QuestionOutcome = (Answered | Rejection | BudgetRefusal | LlmFailure) & { readonly run: RunRecord };

const MAX_QUESTION_LENGTH = 500;
const MAX_SENTENCES = 5;
const PAYLOAD_TOKENS = 2000;
const MAX_OUTPUT_TOKENS = 1000;

const answerSchema = z.object({
  answer: z
    .array(
      z.object({
        text: z.string().trim().min(1).max(600),
        cites: z.array(z.number().int().positive()).max(12).default([]),
      })
    )
    .max(12),
});

/**
 * Answers a question about an incident in plain language, by queries that are checked before they run. The queries in the
 * answer are those that code ran, never what the model says it ran.
 */
export async function answerQuestion(
  question: string,
  report: RcaReport,
  options: QuestionOptions
): Promise<QuestionOutcome> {
  const start = startRun(options, namesOf(report));
  if ('kind' in start) {
    return { ...start, run: unsentRecord(options, undefined, 'failed') };
  }
  const { plan, desk } = planQuestion(question, report, options, start);
  const end = await converse(options, start, plan);
  if (end.kind !== 'read') {
    return end;
  }
  const { answer, cut } = end.result;
  const cited = new Set(answer.flatMap(({ cites }) => cites));
  const facts = desk.facts.filter(({ number }) => cited.has(number));
  const queries = facts.flatMap(({ language, query, window }) =>
    language && query !== undefined && window ? [{ language, query, ...window }] : []
  );
  return {
    kind: 'answered',
    answer: answer.map(({ text, cites }) => ({ text: start.outgoing.pseudonyms.reveal(text), cites })),
    queries: [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()],
    cut,
    run: end.run,
  };
}

/** What the first turn of `answerQuestion` would send, without sending it; undefined when a configured pattern cannot be used. */
export function previewQuestion(
  question: string,
  report: RcaReport,
  options: QuestionOptions
): SentPayload | undefined {
  const start = startRun(options, namesOf(report));
  return 'kind' in start
    ? undefined
    : toPayloadPreview(options.model, firstRequest(planQuestion(question, report, options, start).plan));
}

function planQuestion(question: string, report: RcaReport, options: QuestionOptions, start: RunStart) {
  const { outgoing } = start;
  const payload = { ...toPayload(report, { outgoing, maxTokens: PAYLOAD_TOKENS }), proposals: [] };
  const desk = openDesk(report, options, start);
  const plan: ConversationPlan<CheckedAnswer> = {
    system: QUESTION_INSTRUCTIONS,
    opening: toDataMessage({ question: hideSaid(question, outgoing, MAX_QUESTION_LENGTH), report: payload }),
    desk,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    read: (text) => checkAnswer(text, withFacts(payload, desk)),
  };
  return { plan, desk };
}

interface CheckedAnswer {
  readonly answer: readonly Claim[];
  readonly cut: readonly CutClaim[];
}

function checkAnswer(text: string, payload: Parameters<typeof checkClaim>[1]): CheckedAnswer | Rejection {
  const parsed = parseAnswer(text, answerSchema);
  if ('kind' in parsed) {
    return parsed;
  }
  const answer: Claim[] = [];
  const cut: CutClaim[] = [];
  for (const claim of parsed.answer.slice(0, MAX_SENTENCES)) {
    const checked = checkClaim(claim, payload);
    if ('reason' in checked) {
      cut.push({ part: 'answer', ...checked });
    } else {
      answer.push(checked);
    }
  }
  if (answer.length === 0) {
    const detail = cut.map(({ reason }) => reason).join(', ') || 'The facts do not answer the question.';
    return { kind: 'rejected', reason: 'nothing-grounded', detail };
  }
  return { answer, cut };
}
