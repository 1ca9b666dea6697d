import { saturation, type SeasonalForecaster } from '#engine';
// The bench measures the seasonal model that ships, which only the backend may load.
import { loadAugursForecaster } from '../../../src/backend/forecast/augurs-forecaster.ts';
import { evaluateSeries, type OriginResult } from './evaluate-series.ts';
import { type BenchSeries, STEP_SECONDS } from './find-series.ts';
import { type Difficulty, FIRST_TICK, generateWindow, LIMIT, type WindowKind } from './saturation-windows.ts';

/** One piece of work. */
export type ForecastTask =
  | { readonly kind: 'series'; readonly series: BenchSeries }
  | {
      readonly kind: 'saturation';
      readonly seed: number;
      readonly difficulty: Difficulty;
      readonly window: WindowKind;
      readonly from: number;
      readonly to: number;
    };

/** What became of one window. */
export interface WindowOutcome {
  readonly difficulty: Difficulty;
  readonly window: WindowKind;
  /** `warned` on a ramp is a hit; `early` is a warning before the ramp began. */
  readonly outcome: 'warned' | 'early' | 'silent';
  /** From the warning to the limit; NaN without one. */
  readonly leadMinutes: number;
}

let loading: Promise<SeasonalForecaster> | undefined;

/** Does one piece of work. */
export async function runTask(task: ForecastTask): Promise<readonly OriginResult[] | readonly WindowOutcome[]> {
  if (task.kind === 'series') {
    loading ??= loadAugursForecaster();
    return evaluateSeries(task.series, await loading);
  }
  const { seed, difficulty, window, from, to } = task;
  return Array.from({ length: to - from }, (_, i) => watchWindow(seed, difficulty, window, from + i));
}

function watchWindow(seed: number, difficulty: Difficulty, window: WindowKind, index: number): WindowOutcome {
  const { values, start, crossing, end } = generateWindow(seed, difficulty, window, index);
  const timesMs = Float64Array.from(values, (_, i) => i * STEP_SECONDS * 1000);
  for (let row = FIRST_TICK; row < end; row += 1) {
    const from = row + 1 - FIRST_TICK;
    const points = { timesMs: timesMs.subarray(from, row + 1), values: values.subarray(from, row + 1) };
    if (saturation(points, { stepSeconds: STEP_SECONDS, limit: LIMIT }).kind === 'saturating') {
      const early = window !== 'flat' && row < start;
      const leadMinutes = crossing < 0 ? Number.NaN : ((crossing - row) * STEP_SECONDS) / 60;
      return { difficulty, window, outcome: early ? 'early' : 'warned', leadMinutes };
    }
  }
  return { difficulty, window, outcome: 'silent', leadMinutes: Number.NaN };
}
