import { rankCase, Xorshift32, type RankingOptions, type RankingWeights } from '#engine';
import { metricsOnly } from './conditions.ts';
import { quantile, round } from './figures.ts';
import { blindCases } from './outcome.ts';
import type { PackCase, PackWindows } from './pack-case.ts';

/** How often nothing was answered where nothing was wrong. */
export interface QuietFigures {
  readonly windows: number;
  /** Share answered "no significant root cause" at the threshold that 90 % of the incidents of the system pass. */
  readonly answeredNone: number;
  /** The same at the 90th percentile of every other quiet window, measured on the rest, and the incidents that pass. */
  readonly calibrated: { readonly answeredNone: number; readonly incidentRecall: number };
  /** The same at the constant threshold of the product. */
  readonly uncalibrated: { readonly answeredNone: number; readonly incidentRecall: number };
  /** Share of pairs in which the incident has the higher top score. */
  readonly auroc: number;
}

const SEED = 5;
const WINDOWS_PER_CASE = 2;
/** Rows left out before a quiet window, as before an incident. */
const GUARD_ROWS = 2;
/** Shorter baselines cannot spare a window. */
const LEAST_BASELINE_ROWS = 30;
const INCIDENT_RECALL = 0.9;

/**
 * Quiet stretches of the baselines as incidents that did not happen.
 *
 * Counts of spans and templates exist for whole windows only, so a quiet window holds metrics alone. The figures over all
 * systems are therefore those of the systems that have nothing but metrics; the others stand in `bySystem` with their
 * incidents reduced to metrics as well, which is less than the product would see.
 */
export function measureQuiet(
  pack: readonly PackCase[],
  weights: RankingWeights,
  options: RankingOptions
): QuietFigures & { readonly bySystem: Readonly<Record<string, QuietFigures>> } {
  const random = new Xorshift32(SEED);
  const bySystem: Record<string, QuietFigures> = {};
  const names = [...new Set(pack.map(({ truth }) => truth.dataset))].sort();
  const all: Tops[] = [];
  for (const name of names) {
    const cases = pack.filter(({ truth }) => truth.dataset === name).map(metricsOnly);
    const quiet = cases
      .filter(({ metrics }) => metrics.baselineRows >= LEAST_BASELINE_ROWS)
      .flatMap((item) => Array.from({ length: WINDOWS_PER_CASE }, () => quietCase(item, random)));
    if (quiet.length > 0) {
      const tops = { quiet: topScores(quiet, weights, options), incidents: topScores(cases, weights, options) };
      if (pack.every(({ truth, traces, logs, events }) => truth.dataset !== name || !(traces ?? logs ?? events))) {
        all.push(tops);
      }
      bySystem[name] = toQuietFigures([tops]);
    }
  }
  return { ...toQuietFigures(all), bySystem };
}

/** Top linear scores, or minus infinity where no evidence was notable. */
interface Tops {
  readonly quiet: readonly number[];
  readonly incidents: readonly number[];
}

function quietCase(item: PackCase, random: Xorshift32): PackCase {
  const { metrics } = item;
  const length = Math.min(metrics.incidentRows, Math.floor(metrics.baselineRows / 4));
  const from = GUARD_ROWS + random.below(metrics.baselineRows - length - GUARD_ROWS + 1);
  return { ...item, metrics: carve(metrics, from, length) };
}

function carve(windows: PackWindows, from: number, length: number): PackWindows {
  const rest = (values: Float64Array): Float64Array =>
    values.filter((_, row) => row < from - GUARD_ROWS || row >= from + length);
  return {
    ...windows,
    baseline: windows.baseline.map(rest),
    incident: windows.baseline.map((values) => values.slice(from, from + length)),
    baselineRows: windows.baselineRows - length - GUARD_ROWS,
    incidentRows: length,
  };
}

function topScores(cases: readonly PackCase[], weights: RankingWeights, options: RankingOptions): readonly number[] {
  return blindCases(cases).map(({ input }) => {
    const { decision, ranking } = rankCase(input, weights, { ...options, threshold: -1e9 });
    const top = ranking.reduce((most, { linear }) => Math.max(most, linear), -Infinity);
    return decision === 'root-cause' ? top : -Infinity;
  });
}

const DEFAULT_THRESHOLD = 5.2;

function toQuietFigures(systems: readonly Tops[]): QuietFigures {
  const below = (values: readonly number[], theta: number): number => values.filter((value) => value < theta).length;
  const shares = (thetaOf: (tops: Tops) => number, quietOf = (tops: Tops) => tops.quiet): [number, number] => {
    const sum = (count: (tops: Tops) => number): number => systems.reduce((total, tops) => total + count(tops), 0);
    const none = sum((tops) => below(quietOf(tops), thetaOf(tops))) / sum((tops) => quietOf(tops).length);
    const missed = sum((tops) => below(tops.incidents, thetaOf(tops))) / sum(({ incidents }) => incidents.length);
    return [round(none, 3), round(1 - missed, 3)];
  };
  const even = ({ quiet }: Tops): readonly number[] => quiet.filter((_, i) => i % 2 === 0);
  const odd = ({ quiet }: Tops): readonly number[] => quiet.filter((_, i) => i % 2 === 1);
  const [answeredNone] = shares(({ incidents }) => quantile(ascending(incidents), 1 - INCIDENT_RECALL));
  const [calibratedNone, calibratedRecall] = shares((tops) => quantile(ascending(even(tops)), 0.9), odd);
  const [plainNone, plainRecall] = shares(() => DEFAULT_THRESHOLD);
  return {
    windows: systems.reduce((sum, { quiet }) => sum + quiet.length, 0),
    answeredNone,
    calibrated: { answeredNone: calibratedNone, incidentRecall: calibratedRecall },
    uncalibrated: { answeredNone: plainNone, incidentRecall: plainRecall },
    auroc: round(aurocOf(systems), 3),
  };
}

function ascending(values: readonly number[]): readonly number[] {
  return values.map((value) => Math.max(value, -1e9)).sort((left, right) => left - right);
}

function aurocOf(systems: readonly Tops[]): number {
  let pairs = 0;
  let won = 0;
  for (const { quiet, incidents } of systems) {
    for (const incident of incidents) {
      won += quiet.filter((value) => incident > value).length + quiet.filter((value) => incident === value).length / 2;
      pairs += quiet.length;
    }
  }
  return won / Math.max(1, pairs);
}
