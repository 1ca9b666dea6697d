import type { CaseOutcome } from './outcome.ts';

/** Accuracy over some cases. */
export interface Accuracy {
  readonly cases: number;
  readonly top1: number;
  readonly top3: number;
  readonly avg5: number;
}

/** One bin of the calibration. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly cases: number;
  readonly confidence: number | null;
  readonly correct: number | null;
}

/** The figures of the specification's section 14. */
export interface RcaFigures extends Accuracy {
  readonly bySystem: Readonly<Record<string, Accuracy & { readonly abstained: number }>>;
  readonly msPerCase: { readonly p50: number; readonly p99: number };
  readonly abstained: number;
  readonly calibration: { readonly ece: number; readonly bins: readonly CalibrationBin[] };
}

const BIN_EDGES = [0, 0.3, 0.5, 0.7, 0.9, 1] as const;

/** Sums outcomes up. */
export function toFigures(outcomes: readonly CaseOutcome[]): RcaFigures {
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((left, right) => left - right);
  return {
    ...accuracyOf(outcomes.map(({ rank }) => rank)),
    bySystem: bySystem(outcomes, (own) => ({
      ...accuracyOf(own.map(({ rank }) => rank)),
      abstained: abstentions(own),
    })),
    msPerCase: { p50: round(quantile(times, 0.5), 1), p99: round(quantile(times, 0.99), 1) },
    abstained: abstentions(outcomes),
    calibration: calibrationOf(outcomes),
  };
}

/** Share of cases with the faulty service among the first 1, 3, and the mean of the first 1 to 5. */
export function accuracyOf(ranks: readonly number[]): Accuracy {
  const top = (k: number): number => mean(ranks.map((rank) => (rank <= k ? 1 : 0)));
  return {
    cases: ranks.length,
    top1: round(top(1), 3),
    top3: round(top(3), 3),
    avg5: round(mean([1, 2, 3, 4, 5].map(top)), 3),
  };
}

/** Figures per data set, in the order of the names. */
export function bySystem<Item extends { readonly dataset: string }, Result>(
  items: readonly Item[],
  summarise: (own: readonly Item[]) => Result
): Record<string, Result> {
  const names = [...new Set(items.map(({ dataset }) => dataset))].sort();
  return Object.fromEntries(names.map((name) => [name, summarise(items.filter(({ dataset }) => dataset === name))]));
}

/** Cases in which no cause was named. */
export function abstentions(outcomes: readonly CaseOutcome[]): number {
  return outcomes.filter(({ decision }) => decision !== 'root-cause').length;
}

function calibrationOf(outcomes: readonly CaseOutcome[]): RcaFigures['calibration'] {
  const bins = BIN_EDGES.slice(0, -1).map((from, i): CalibrationBin => {
    const to = BIN_EDGES[i + 1]!;
    const own = outcomes.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    const empty = own.length === 0;
    return {
      from,
      to,
      cases: own.length,
      confidence: empty ? null : mean(own.map(({ confidence }) => confidence)),
      correct: empty ? null : mean(own.map(({ rank }) => (rank === 1 ? 1 : 0))),
    };
  });
  const gap = bins.reduce((sum, bin) => sum + bin.cases * Math.abs((bin.confidence ?? 0) - (bin.correct ?? 0)), 0);
  return {
    ece: round(gap / Math.max(1, outcomes.length), 3),
    bins: bins.map((bin) => ({ ...bin, confidence: roundOrNull(bin.confidence), correct: roundOrNull(bin.correct) })),
  };
}

function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value, 3);
}

/** The mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Quantile of ascending values by linear interpolation; 0 of nothing. */
export function quantile(sorted: readonly number[], p: number): number {
  const index = (sorted.length - 1) * p;
  const low = sorted[Math.floor(index)] ?? 0;
  const high = sorted[Math.ceil(index)] ?? low;
  return low + (high - low) * (index - Math.floor(index));
}

/** Rounded to so many decimals. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
