import { mean } from '../detection/round.ts';
import { type BenchModelId, HORIZON, MODEL_IDS, type OriginResult } from './evaluate-series.ts';
import type { Difficulty } from './saturation-windows.ts';
import type { WindowOutcome } from './tasks.ts';

/** Figures of one method; errors in mean absolute first differences of the lookback. */
export interface ModelFigures {
  readonly scaledMaeMean: number;
  readonly scaledMaeMedian: number;
  readonly scaledErrorMedian30m: number;
  readonly scaledErrorMedian60m: number;
  /** Null where no band could be made. */
  readonly coverage95: number | null;
  readonly meanMs: number;
  readonly failures: number;
}

/** Figures of one set of windows. */
export interface SaturationFigures {
  readonly ramps: number;
  readonly healthy: number;
  readonly recall: number;
  /** Healthy windows with a warning, stopping ramps included. */
  readonly falseWarnings: number;
  readonly medianLeadMinutes: number;
  readonly p10LeadMinutes: number;
  /** Warnings before the ramp began; they count as missed. */
  readonly earlyWarnings: number;
  readonly flat: { readonly windows: number; readonly falseWarnings: number };
  readonly stopping: { readonly windows: number; readonly falseWarnings: number };
}

const STEP_30_MINUTES = 5;
const STEP_60_MINUTES = 11;

/** Figures per method over all origins. */
export function summariseModels(results: readonly OriginResult[]): Readonly<Record<BenchModelId, ModelFigures>> {
  const figures = MODEL_IDS.map((id) => [id, figuresOf(results.filter(({ model }) => model === id))] as const);
  return Object.fromEntries(figures) as Record<BenchModelId, ModelFigures>;
}

function figuresOf(results: readonly OriginResult[]): ModelFigures {
  const maes = results.map(({ scaledErrors }) => mean(scaledErrors));
  const covered = results.flatMap((result) => (result.covered === undefined ? [] : [result.covered]));
  return {
    scaledMaeMean: mean(maes),
    scaledMaeMedian: upperMedian(maes),
    scaledErrorMedian30m: upperMedian(results.map(({ scaledErrors }) => scaledErrors[STEP_30_MINUTES] ?? Number.NaN)),
    scaledErrorMedian60m: upperMedian(results.map(({ scaledErrors }) => scaledErrors[STEP_60_MINUTES] ?? Number.NaN)),
    coverage95: covered.length === 0 ? null : mean(covered) / HORIZON,
    meanMs: mean(results.map(({ ms }) => ms)),
    failures: results.filter(({ failed }) => failed).length,
  };
}

/** Figures of one set. */
export function summariseWindows(outcomes: readonly WindowOutcome[], difficulty: Difficulty): SaturationFigures {
  const set = outcomes.filter((outcome) => outcome.difficulty === difficulty);
  const of = (kind: WindowOutcome['window']): readonly WindowOutcome[] => set.filter(({ window }) => window === kind);
  const warned = (list: readonly WindowOutcome[]): number => list.filter(({ outcome }) => outcome !== 'silent').length;
  const ramps = of('ramp');
  const leads = ramps
    .filter(({ outcome }) => outcome === 'warned')
    .map(({ leadMinutes }) => leadMinutes)
    .sort((left, right) => left - right);
  const [flat, stopping] = [of('flat'), of('stopping')];
  return {
    ramps: ramps.length,
    healthy: flat.length + stopping.length,
    recall: leads.length / ramps.length,
    falseWarnings: warned(flat) + warned(stopping),
    medianLeadMinutes: upperMedian(leads),
    p10LeadMinutes: leads[Math.floor(0.1 * leads.length)] ?? Number.NaN,
    earlyWarnings: ramps.filter(({ outcome }) => outcome === 'early').length,
    flat: { windows: flat.length, falseWarnings: warned(flat) },
    stopping: { windows: stopping.length, falseWarnings: warned(stopping) },
  };
}

/** The middle value, the upper one of two. */
function upperMedian(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}
