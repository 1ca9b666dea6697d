import type { EvaluatedItem } from './evaluate.ts';

/** Share of incidents with the cause among the first one, three; mean over the first one to five. */
export interface RankFigures {
  readonly cases: number;
  readonly top1: number;
  readonly top3: number;
  readonly avg5: number;
}

/** What figures are made of. */
type Judged = Pick<EvaluatedItem, 'system' | 'rank' | 'confidence'>;

/** Accuracy with what it is worth. */
export interface EvaluationFigures extends RankFigures {
  readonly bySystem: Readonly<Record<string, RankFigures>>;
  /** Every system counts alike. */
  readonly meanOfSystems: { readonly top1: number; readonly top3: number };
  /** 95 % interval of top1 by Wilson. */
  readonly top1Interval: readonly [low: number, high: number];
  readonly calibration: {
    /** Sum over bins of share x |confidence - right|. */
    readonly ece: number;
    /** Answers given with a confidence of 0.9 and more, and how many of them were right. */
    readonly sure: number;
    readonly sureAndRight: number;
  };
}

const BIN_EDGES = [0, 0.3, 0.5, 0.7, 0.9, Infinity];
const SURE = 0.9;

/**
 * Sums up judged incidents.
 * @param items  at least one
 * Cost O(n).
 */
export function figuresOf(items: readonly Judged[]): EvaluationFigures {
  const systems = [...new Set(items.map(({ system }) => system))].sort();
  const bySystem = Object.fromEntries(
    systems.map((system) => [system, rankFigures(items.filter((item) => item.system === system))])
  );
  const each = Object.values(bySystem);
  const sure = items.filter(({ confidence }) => confidence >= SURE);
  return {
    ...rankFigures(items),
    bySystem,
    meanOfSystems: { top1: mean(each.map(({ top1 }) => top1)), top3: mean(each.map(({ top3 }) => top3)) },
    top1Interval: wilson(items.filter(({ rank }) => rank === 1).length, items.length),
    calibration: {
      ece: calibrationError(items),
      sure: sure.length,
      sureAndRight: sure.filter(({ rank }) => rank === 1).length,
    },
  };
}

function rankFigures(items: readonly Judged[]): RankFigures {
  const within = (k: number): number => mean(items.map(({ rank }) => (rank <= k ? 1 : 0)));
  return {
    cases: items.length,
    top1: within(1),
    top3: within(3),
    avg5: mean([1, 2, 3, 4, 5].map(within)),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function calibrationError(items: readonly Judged[]): number {
  let error = 0;
  BIN_EDGES.slice(1).forEach((high, i) => {
    const bin = items.filter(({ confidence }) => confidence >= (BIN_EDGES[i] ?? 0) && confidence < high);
    const confidence = bin.reduce((sum, item) => sum + item.confidence, 0);
    const right = bin.filter(({ rank }) => rank === 1).length;
    error += Math.abs(confidence - right) / items.length;
  });
  return error;
}

/** Ref: Wilson 1927, Journal of the American Statistical Association 22(158). */
function wilson(hits: number, count: number): readonly [number, number] {
  const z = 1.96;
  const share = hits / count;
  const denominator = 1 + (z * z) / count;
  const centre = share + (z * z) / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [(centre - half) / denominator, (centre + half) / denominator];
}
