import type { AnomalyReading, DetectionTier, DetectorId, ScoredSignal, Signal, UnknownReason } from '#model';
import { medianStepMs } from './median-step.ts';
import { toScore } from './score-map.ts';
import { SeriesModel, type SeriesStep } from './series/series-model.ts';

/** Settings of {@link scoreSignal}. */
export interface ScoreSignalOptions {
  /** Default `light`. */
  readonly tier?: DetectionTier;
  /** Distance of two points; default: the median distance of the times. */
  readonly stepSeconds?: number;
  /** Default: the members of the tier. */
  readonly detectors?: readonly DetectorId[];
  /** The values are those of a growing counter; its rate per second is judged. */
  readonly counter?: boolean;
  /** Points after which a sustained excursion is accepted as the new normal; default 480 (two hours at 15 s). */
  readonly acceptAfter?: number;
  /** Seconds that local time is ahead of UTC at an instant; default 0. */
  readonly utcOffsetSeconds?: (atMs: number) => number;
  /** Settings of the EWMA detector; default 0.2 and 3. */
  readonly ewma?: { readonly lambda?: number; readonly sigma?: number };
}

/**
 * Scores one signal over time, point by point and without looking ahead: {@link SeriesModel} over a whole series.
 *
 * @param signal  unit, kind and harm decide floors, bounds and which direction alarms; values may be anything
 * @param options  tier and settings; see the fields
 * @returns one reading per point; unknown, never 0, where no verdict is possible; explanation of the newest point and
 *   quality of the series
 * @throws RangeError for a step that is not positive or a detector that does not judge single series
 * Cost about 2 us (light) or 15 us (full) per point. Source: detection sections 2 to 7; A3.3, A3.12.
 */
export function scoreSignal(signal: Signal, options: ScoreSignalOptions = {}): ScoredSignal {
  const { id, service, kind, unit, harm } = signal;
  const { timesMs, values } = signal.series;
  const { stepSeconds = medianStepMs(timesMs) / 1000, tier = 'light', ...rest } = options;
  const model = new SeriesModel({ stepSeconds, tier, unit, kind, harm, ...rest });
  const readings = values.map((value, i) => toReading(model, model.step(timesMs[i] ?? NaN, value)));
  const explanation = model.explain();
  const { verdict, counts, lastFailureMs } = model.quality();
  return {
    signalId: id,
    service,
    kind,
    timesMs,
    values,
    readings,
    tier,
    ...(explanation ? { explanation } : {}),
    quality: { signalId: id, service, verdict, counts, lastFailureMs },
  };
}

/**
 * The reading of the point that a model has just judged.
 *
 * @param model  the model, for its band
 * @param step  what it said
 * @returns a reading that does not change with the next point
 * Cost O(1).
 */
export function toReading(model: SeriesModel, step: SeriesStep): AnomalyReading {
  const { surprisal, direction, value, have, need } = step;
  if (Number.isNaN(surprisal)) {
    const why: UnknownReason = step.why ?? 'warming-up';
    return have === undefined || need === undefined ? { kind: 'unknown', why } : { kind: 'unknown', why, have, need };
  }
  const expected = model.expected() ?? { lower: value, centre: value, upper: value };
  return { kind: 'scored', score: toScore(surprisal), surprisal, expected, direction };
}
