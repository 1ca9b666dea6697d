import type { IncidentCandidate } from '#engine';
import type { Decision, RcaReport, Verdict } from '#model';
import { FAULT_CATALOGUE } from '../../../src/demo/faults/index.ts';
import { BenchError } from '../packs/bench-error.ts';
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

const LEAD_MS = 10 * 60_000;
const TICK_MS = 15_000;
const LIMIT_MS = 300_000;

/** Breaks a shop and asks for the cause. */
export async function runCauseTask({ seed, fault }: CauseTask): Promise<CauseResult> {
  const entry = FAULT_CATALOGUE.find(({ id }) => id === fault);
  if (!entry) {
    throw new BenchError(`there is no fault ${fault}`);
  }
  const lab = await ShopLab.open(String(seed), faultBeginMs(fault));
  try {
    const onsetMs = lab.nowMs + lab.settings.watch.historyMinutes * 60_000;
    lab.advanceTo(onsetMs);
    await lab.look();
    lab.faults.inject(fault, 1, lab.nowMs);
    let found: IncidentCandidate | undefined;
    let first: CauseAnswer | null = null;
    let firstAfterSeconds: number | null = null;
    for (let atMs = onsetMs + TICK_MS; atMs <= onsetMs + LIMIT_MS; atMs += TICK_MS) {
      lab.advanceTo(atMs);
      const { candidates } = await lab.look();
      found = candidates[0] ?? found;
      if (found && !first) {
        first = await explain(lab, found, entry.causes);
        firstAfterSeconds = (atMs - onsetMs) / 1000;
      }
    }
    const settled = found ? await explain(lab, found, entry.causes) : null;
    const hidden =
      found && !entry.causes.includes(found.target.service)
        ? await explain(lab, found, entry.causes, entry.causes)
        : null;
    const { fault: isFault, causes: truth } = entry;
    return { seed, fault, isFault, truth, first, firstAfterSeconds, settled, hidden };
  } finally {
    await lab.close();
  }
}

async function explain(
  lab: ShopLab,
  { target, onsetMs }: IncidentCandidate,
  truth: readonly string[],
  hidden: readonly string[] = []
): Promise<CauseAnswer> {
  const window = { fromMs: onsetMs - LEAD_MS, toMs: lab.nowMs + 1 };
  return toAnswer(await lab.explain({ ...target, window, onsetMs }, hidden), truth);
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
