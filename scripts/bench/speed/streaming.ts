import { SeriesModel } from '#engine';
import type { DetectionTier } from '#model';
// The detectors are no part of the engine's interface; to time one alone it is taken from where it lies.
import { Ewma, EwmaShort } from '../../../src/engine/anomaly/series/ewma.ts';
import { KsDrift } from '../../../src/engine/anomaly/series/ks-drift.ts';
import { LeftDiscord } from '../../../src/engine/anomaly/series/left-discord.ts';
import { RangeNovelty } from '../../../src/engine/anomaly/series/range-novelty.ts';
import { RobustZ } from '../../../src/engine/anomaly/series/robust-z.ts';
import { NO_FLOOR } from '../../../src/engine/anomaly/series/scale-floor.ts';
import { SeasonalProfile } from '../../../src/engine/anomaly/series/seasonal-profile.ts';
import type { SeriesDetector } from '../../../src/engine/anomaly/series/series-detector.ts';
import { TailCalibrator } from '../../../src/engine/anomaly/series/tail-calibrator.ts';
import { WindowForest } from '../../../src/engine/anomaly/series/window-forest.ts';
import { medianMs } from './timing.ts';
import { STEP_SECONDS, WEEK_POINTS } from './workload.ts';

const POINTS_PER_DAY = 288;
const STEP_MS = STEP_SECONDS * 1000;
const START_MS = Date.UTC(2026, 0, 5);
const WARM_UP_SERIES = 20;
const PEER_POINTS = 6_000_000;

/** Points per second, and how that compares with the sum of squares of the same points. */
export interface StreamSpeed {
  readonly pointsPerSecond: number;
  readonly ratioToPeer: number;
}

type Consumer = (values: Float64Array) => unknown;

const floorless = { pointsPerDay: POINTS_PER_DAY, floor: NO_FLOOR };
const DETECTORS: Readonly<Record<string, () => SeriesDetector>> = {
  ewmaShort: () => new EwmaShort(floorless),
  ewma: () => new Ewma(floorless),
  seasonal: () => new SeasonalProfile({ stepMs: STEP_MS, floor: NO_FLOOR }),
  robustZ: () => new RobustZ(POINTS_PER_DAY, NO_FLOOR),
  range: () => new RangeNovelty(NO_FLOOR),
  discord: () => new LeftDiscord(NO_FLOOR),
  ksDrift: () => new KsDrift(POINTS_PER_DAY),
  windowForest: () => new WindowForest({ pointsPerDay: POINTS_PER_DAY }),
};

/** What is measured, by name: detectors alone, a calibrator, EWMA with seasonal profile, and both tiers in whole. */
export const CONSUMERS: Readonly<Record<string, Consumer>> = {
  ...Object.fromEntries(
    Object.entries(DETECTORS).map(([id, create]) => [id, (values: Float64Array) => feed([create()], values)])
  ),
  ewmaAndSeasonal: (values) =>
    feed([new Ewma(floorless), new SeasonalProfile({ stepMs: STEP_MS, floor: NO_FLOOR })], values),
  calibrator: (values) => {
    const tail = new TailCalibrator(4032);
    let sum = 0;
    for (const value of values) {
      const raw = Math.abs(value - 100);
      sum += tail.surprisal(raw);
      tail.push(raw);
    }
    return sum;
  },
  lightTier: (values) => runTier(values, 'light'),
  fullTier: (values) => runTier(values, 'full'),
};

function feed(detectors: readonly SeriesDetector[], values: Float64Array): number {
  let sum = 0;
  for (const detector of detectors) {
    for (let at = 0; at < values.length; at += 1) {
      sum += detector.step((values[at] ?? 0) - (values[0] ?? 0), at, START_MS + at * STEP_MS);
    }
  }
  return sum;
}

/** One series through a tier. @returns the model, with its state */
export function runTier(values: Float64Array, tier: DetectionTier): SeriesModel {
  const model = new SeriesModel({ stepSeconds: STEP_SECONDS, tier });
  for (let at = 0; at < values.length; at += 1) {
    model.step(START_MS + at * STEP_MS, values[at]);
  }
  return model;
}

/** The yardstick: the sum of squares over the same points. @returns points per second */
export function peerSpeed(series: readonly Float64Array[]): number {
  let sum = 0;
  const rounds = Math.ceil(PEER_POINTS / (series.length * WEEK_POINTS));
  const ms = medianMs(() => {
    for (let round = 0; round < rounds; round += 1) {
      for (const values of series) {
        for (let at = 0; at < values.length; at += 1) {
          const value = values[at] ?? 0;
          sum += value * value;
        }
      }
    }
  });
  return Number.isNaN(sum) ? Number.NaN : (rounds * series.length * WEEK_POINTS * 1000) / ms;
}

/** Speed of one consumer over all series. */
export function streamSpeed(consume: Consumer, series: readonly Float64Array[], peer: number): StreamSpeed {
  const all = (): void => series.forEach((values) => consume(values));
  const warmUp = (): void => series.slice(0, WARM_UP_SERIES).forEach((values) => consume(values));
  const pointsPerSecond = (series.length * WEEK_POINTS * 1000) / medianMs(all, undefined, warmUp);
  return { pointsPerSecond, ratioToPeer: pointsPerSecond / peer };
}
