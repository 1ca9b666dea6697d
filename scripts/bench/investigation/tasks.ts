import type { RunEvent } from '#contracts';
import type { RcaReport } from '#model';
import type { InvestigationRequest } from '../../../src/backend/investigations/investigate.ts';
import { type CauseAnswer, toAnswer } from '../causes/tasks.ts';
import { faultOf, followFault, questionOf } from '../shop/follow-fault.ts';
import { ShopLab } from '../shop/lab.ts';
import { faultBeginMs } from '../shop/tasks.ts';
import { checkClaims, type CheckedClaims } from './claims.ts';
import { type MeasuredRun, measureRun } from './measure-run.ts';
import { readAgainFrom } from './read-again.ts';
import { startScriptedModel } from '../../../tests/support/llm/scripted-model.ts';

/** One fault in a shop of its own. */
export interface InvestigationTask {
  readonly seed: number;
  readonly fault: string;
}

/** What the language model did in a run. */
export interface ModelFigures {
  readonly seconds: number;
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly queries: number;
  /** Whether a text passed the checks. */
  readonly isWritten: boolean;
  /** Sentences that were cut. */
  readonly cut: number;
  /** Sentences that passed and cite what is not there. */
  readonly ungrounded: number;
  /** Ranking, decision and verdict as without it, or a lower verdict. */
  readonly isUnchanged: boolean;
}

/** One fault, investigated five minutes after its onset. */
export interface InvestigationResult extends InvestigationTask {
  readonly isFault: boolean;
  readonly truth: readonly string[];
  /** Whether the watch found an incident; otherwise a person asks about the service that users look at. */
  readonly isFound: boolean;
  readonly answer: CauseAnswer;
  readonly evidence: number;
  readonly seconds: number;
  readonly queries: number;
  readonly bytes: number;
  readonly claims: CheckedClaims;
  readonly explain: ModelFigures | null;
  readonly investigate: ModelFigures | null;
  /** The same with everything hidden that the true causes and their callers measured about them; null for controls. */
  readonly hidden: CauseAnswer | null;
}

const PERSON_WINDOW_MS = 15 * 60_000;
const WEIGHTS = ['INCONCLUSIVE', 'LIKELY', 'CONFIRMED'];

/** Breaks a shop and investigates as a run does: without a model, with one that words, with one that looks further. */
export async function runInvestigationTask({ seed, fault }: InvestigationTask): Promise<InvestigationResult> {
  const { fault: isFault, causes: truth, symptom } = faultOf(fault);
  const model = await startScriptedModel();
  const llm = { enabled: true, baseUrl: model.url, model: 'scripted' };
  const lab = await ShopLab.open(String(seed), faultBeginMs(fault), { traces: true, llm });
  try {
    const found = await followFault(lab, fault, () => Promise.resolve());
    const question: InvestigationRequest = found
      ? questionOf(lab, found)
      : { service: symptom, window: { fromMs: lab.nowMs - PERSON_WINDOW_MS, toMs: lab.nowMs + 1 } };
    const plain = await measureRun(lab.datasource(), question, { depth: 'engine' });
    const { report } = plain;
    const claims = await checkClaims(report, readAgainFrom(lab.datasource()));
    const withModel = async (depth: 'explain' | 'investigate'): Promise<ModelFigures | null> =>
      report.evidence.length === 0
        ? null
        : toFigures(await measureRun(lab.datasource(), question, { depth, known: report }), report);
    const explain = await withModel('explain');
    const investigate = await withModel('investigate');
    const isBlind = isFault && !truth.includes(question.service);
    const blind = isBlind ? await measureRun(lab.datasource(truth), question, { depth: 'engine' }) : null;
    return {
      seed,
      fault,
      isFault,
      truth,
      isFound: found !== undefined,
      answer: toAnswer(report, truth),
      evidence: report.evidence.length,
      seconds: plain.seconds,
      queries: plain.cost.queries,
      bytes: plain.cost.bytes,
      claims,
      explain,
      investigate,
      hidden: blind && toAnswer(blind.report, truth),
    };
  } finally {
    await lab.close();
    await model.close();
  }
}

function toFigures({ events, report, seconds, cost }: MeasuredRun, before: RcaReport): ModelFigures {
  const written = events.find((event) => event.type === 'written');
  const known = new Set(events.flatMap((event) => (event.type === 'evidence' ? [event.id] : [])));
  const notes = events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  const isKnown = (number: number): boolean =>
    known.has(`e${number}`) || notes.some((text) => text.startsWith(`[${number}]`));
  const sentences = written ? sentencesOf(written) : [];
  return {
    seconds,
    calls: cost.modelCalls,
    tokensIn: cost.tokensIn,
    tokensOut: cost.tokensOut,
    queries: cost.queries,
    isWritten: written !== undefined,
    cut: written?.cut.length ?? 0,
    ungrounded: sentences.filter(({ cites }) => cites.length === 0 || !cites.every(isKnown)).length,
    isUnchanged:
      JSON.stringify([report.hypotheses, report.decision, report.proposals]) ===
        JSON.stringify([before.hypotheses, before.decision, before.proposals]) &&
      WEIGHTS.indexOf(report.verdict) <= WEIGHTS.indexOf(before.verdict),
  };
}

function sentencesOf({ rootCause, impact, remediation, unknown }: Extract<RunEvent, { type: 'written' }>) {
  return [...rootCause, ...impact, ...remediation, ...unknown];
}
