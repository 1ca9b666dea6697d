import type { IncidentCandidate } from '#engine';
import type { Decision, RcaReport, Verdict } from '#model';
import { faultOf, followFault, questionOf } from '../shop/follow-fault.ts';
import { ShopLab } from '../shop/lab.ts';
import { faultBeginMs } from '../shop/tasks.ts';

/** One fault in a shop of its own. */
export interface CauseTask {
  readonly seed: number;
  readonly fault: string;
}

/** What a report says, against what was broken. */
export interface CauseAnswer {
  readonly decision: Decision;
  readonly verdict: Verdict;
  /** Services in rank order. */
  readonly ranking: readonly string[];
  /** Services named as causes. */
  readonly causes: readonly string[];
  readonly confidence: number;
  /** Position of the first true cause in the ranking; null when it is not in it. */
  readonly rank: number | null;
}

/** One fault, analysed when its incident was found and once more five minutes after its onset. */
export interface CauseResult extends CauseTask {
  readonly isFault: boolean;
  readonly truth: readonly string[];
  /** Null when no incident was found. */
  readonly first: CauseAnswer | null;
  readonly firstAfterSeconds: number | null;
  readonly settled: CauseAnswer | null;
  /** The same as `settled`, with everything hidden that the true causes and their callers measured about them. */
  readonly hidden: CauseAnswer | null;
}

/** Breaks a shop and asks for the cause. */
export async function runCauseTask({ seed, fault }: CauseTask): Promise<CauseResult> {
  const { fault: isFault, causes: truth } = faultOf(fault);
  const lab = await ShopLab.open(String(seed), faultBeginMs(fault));
  const explain = async (found: IncidentCandidate, hidden: readonly string[] = []): Promise<CauseAnswer> =>
    toAnswer(await lab.explain(questionOf(lab, found), hidden), truth);
  try {
    let first: CauseAnswer | null = null;
    let firstAfterSeconds: number | null = null;
    const found = await followFault(lab, fault, async (candidate, afterSeconds) => {
      first = await explain(candidate);
      firstAfterSeconds = afterSeconds;
    });
    const settled = found ? await explain(found) : null;
    const hidden = found && !truth.includes(found.target.service) ? await explain(found, truth) : null;
    return { seed, fault, isFault, truth, first, firstAfterSeconds, settled, hidden };
  } finally {
    await lab.close();
  }
}

/** A report in short. */
export function toAnswer(
  { decision, verdict, hypotheses, concurrent }: Pick<RcaReport, 'decision' | 'verdict' | 'hypotheses' | 'concurrent'>,
  truth: readonly string[]
): CauseAnswer {
  const ranking = hypotheses.map(({ service }) => service);
  const index = ranking.findIndex((service) => truth.includes(service));
  return {
    decision,
    verdict,
    ranking,
    causes: ranking.slice(0, concurrent),
    confidence: hypotheses[0]?.confidence ?? 0,
    rank: index < 0 ? null : index + 1,
  };
}
