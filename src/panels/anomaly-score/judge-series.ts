import { SeriesModel, type SeriesStep, toScore } from '#engine';
import { type DetectionTier, type Harm, SCORE_THRESHOLDS } from '#model';
import { describeExplanation } from '#ui';
import type { InputSeries } from './input-series.ts';
import type { PointCode, ScoreSeries } from './score-series.ts';

/** How series that the backend did not judge are judged. */
export interface JudgeOptions {
  readonly detectors: DetectionTier;
  readonly harm: Harm;
}

interface Columns {
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
  readonly #columns: Columns = { scores: [], lower: [], upper: [], codes: [], reasons: new Map() };
  #learning: ScoreSeries['learning'];
  /** Index and score of the peak of the stretch that is open now. */
  #peak: { readonly index: number; readonly score: number } | undefined;

  constructor(input: InputSeries, options: JudgeOptions) {
    this.#input = input;
    this.#model = new SeriesModel({
      stepSeconds: input.stepSeconds,
      tier: options.detectors,
      unit: input.unit,
      // Nobody says what the series measures: it is judged like a signal that the user defines in the backend.
      kind: 'user-defined',
      harm: options.harm,
    });
  }

  /** Judges up to `count` more points. @returns whether the series is done */
  advance(count: number): boolean {
    const { timesMs, values, factor } = this.#input;
    const end = Math.min(timesMs.length, this.#columns.scores.length + count);
    for (let index = this.#columns.scores.length; index < end; index += 1) {
      const value = values[index];
      this.#take(
        index,
        this.#model.step(timesMs[index] ?? Number.NaN, typeof value === 'number' ? value * factor : value)
      );
    }
    return end === timesMs.length;
  }

  /** What was judged; points that were not reached are missing. */
  finish(): ScoreSeries {
    const { name, service, fieldUnit, timesMs, values } = this.#input;
    const { scores, lower, upper, codes, reasons } = this.#columns;
    return {
      service: name,
      rcaService: service,
      timesMs: timesMs.slice(0, scores.length),
      scores,
      signal: {
        unit: fieldUnit,
        values: values.slice(0, scores.length).map((value) => (isNumber(value) ? value : null)),
        lower,
        upper,
      },
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
    const band = isKnown ? this.#model.expected() : undefined;
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

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
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
