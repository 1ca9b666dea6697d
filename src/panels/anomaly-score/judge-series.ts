import { SeriesModel, type SeriesStep, toScore } from '#engine';
import { type DetectionTier, type Harm, SCORE_THRESHOLDS } from '#model';
import { describeExplanation } from '#ui';
import type { InputSeries } from './input-series.ts';
import type { PointCode, ScoreSeries } from './score-series.ts';

/** How series that the backend did not judge are judged. */
export interface JudgeOptions {
  readonly detectors: DetectionTier;
  readonly harm: Harm;
  /** Whether values are those of growing counters, whose rate is judged. `auto`, the default: as the metric is named. */
  readonly values?: 'auto' | 'gauge' | 'counter' | undefined;
}

/** Whether the rate of a series is judged and shown instead of its values. */
export function isCounter({ namesCounter }: InputSeries, { values = 'auto' }: JudgeOptions): boolean {
  return values === 'auto' ? namesCounter : values === 'counter';
}

/** Units of a rate by the unit of what is counted; a rate of anything else is shown as a bare number. */
const RATE_UNITS: Readonly<Record<string, string>> = {
  none: 'cps',
  short: 'cps',
  bytes: 'binBps',
  decbytes: 'Bps',
};

interface Columns {
  /** What was judged, in the unit of the field. */
  readonly values: Array<number | null>;
  readonly scores: Array<number | null>;
  readonly lower: Array<number | null>;
  readonly upper: Array<number | null>;
  readonly codes: PointCode[];
  readonly reasons: Map<number, string>;
}

/**
 * Judges one series with the detectors of the backend, in pieces: `advance` can be stopped after any point. The same
 * points give the same scores as in the backend.
 */
export class SeriesJudge {
  readonly #input: InputSeries;
  readonly #model: SeriesModel;
  readonly #isCounter: boolean;
  readonly #columns: Columns = { values: [], scores: [], lower: [], upper: [], codes: [], reasons: new Map() };
  #learning: ScoreSeries['learning'];
  /** Index and score of the peak of the stretch that is open now. */
  #peak: { readonly index: number; readonly score: number } | undefined;

  constructor(input: InputSeries, options: JudgeOptions) {
    this.#input = input;
    this.#isCounter = isCounter(input, options);
    this.#model = new SeriesModel({
      stepSeconds: input.stepSeconds,
      tier: options.detectors,
      unit: input.unit,
      // Nobody says what the series measures: it is judged like a signal that the user defines in the backend.
      kind: 'user-defined',
      harm: options.harm,
      counter: this.#isCounter,
    });
  }

  /** Judges up to `count` more points. @returns whether the series is done */
  advance(count: number): boolean {
    const { timesMs, values, factor } = this.#input;
    const end = Math.min(timesMs.length, this.#columns.scores.length + count);
    for (let index = this.#columns.scores.length; index < end; index += 1) {
      const value = values[index];
      const step = this.#model.step(timesMs[index] ?? Number.NaN, typeof value === 'number' ? value * factor : value);
      this.#columns.values.push(toNumber(this.#isCounter ? step.value / factor : value));
      this.#take(index, step);
    }
    return end === timesMs.length;
  }

  /** What was judged; points that were not reached are missing. */
  finish(): ScoreSeries {
    const { name, service, fieldUnit, timesMs } = this.#input;
    const { values, scores, lower, upper, codes, reasons } = this.#columns;
    return {
      service: name,
      rcaService: service,
      timesMs: timesMs.slice(0, scores.length),
      scores,
      signal: { unit: this.#isCounter ? RATE_UNITS[fieldUnit ?? 'none'] : fieldUnit, values, lower, upper },
      notices: [],
      codes,
      reasons,
      ...(this.#learning ? { learning: this.#learning } : {}),
    };
  }

  #take(index: number, step: SeriesStep): void {
    const { scores, lower, upper, codes } = this.#columns;
    const isKnown = !Number.isNaN(step.surprisal);
    const score = isKnown ? toScore(step.surprisal) : null;
    // What is expected is known before a point can be judged, and while points are missing.
    const band = this.#model.expected();
    scores.push(score);
    lower.push(band ? band.lower / this.#input.factor : null);
    upper.push(band ? band.upper / this.#input.factor : null);
    codes.push(isKnown ? step.quality : (step.why ?? 'warming-up'));
    this.#learning =
      !isKnown && step.have !== undefined && step.need !== undefined ? { have: step.have, need: step.need } : undefined;
    this.#explain(index, score);
  }

  /** Keeps the reason of the peak of each stretch alone: sentences for every point would cost more than the scores. */
  #explain(index: number, score: number | null): void {
    if (score === null || score < SCORE_THRESHOLDS.warning) {
      this.#peak = undefined;
      return;
    }
    if (this.#peak && score <= this.#peak.score) {
      return;
    }
    const explanation = this.#model.explain();
    if (this.#peak) {
      this.#columns.reasons.delete(this.#peak.index);
    }
    this.#peak = { index, score };
    if (explanation) {
      this.#columns.reasons.set(index, describeExplanation(explanation));
    }
  }
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** How the work is cut, so that the page stays quick; tests pass their own clock. */
export interface Slices {
  readonly sliceMs: number;
  readonly nowMs: () => number;
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Points between two looks at the clock. A point costs up to 20 microseconds, the fit of a forest some milliseconds. */
const POINTS_BETWEEN_LOOKS = 50;

/** Judges all series, a slice at a time with pauses between. @returns undefined when it was cancelled */
export async function judgeInSlices(
  inputs: readonly InputSeries[],
  options: JudgeOptions,
  slices: Slices
): Promise<readonly ScoreSeries[] | undefined> {
  const judged: ScoreSeries[] = [];
  let sliceEnd = slices.nowMs() + slices.sliceMs;
  for (const input of inputs) {
    const judge = new SeriesJudge(input, options);
    while (!judge.advance(POINTS_BETWEEN_LOOKS)) {
      if (slices.nowMs() >= sliceEnd) {
        await slices.pause();
        sliceEnd = slices.nowMs() + slices.sliceMs;
      }
      if (slices.signal.aborted) {
        return undefined;
      }
    }
    judged.push(judge.finish());
    slices.onProgress?.(judged.length);
  }
  return judged;
}
