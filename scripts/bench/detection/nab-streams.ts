import { SERIES_DETECTORS, SeriesModel } from '#engine';
import type { DetectionTier, DetectorId } from '#model';
import { medianStepSeconds, type NabSeries, probationRows } from '../packs/nab-pack.ts';

/** Surprisals per row, 0 where unknown: both tiers and every detector alone. */
export interface NabStreams {
  readonly ensemble: Float64Array;
  readonly light: Float64Array;
  readonly detectors: Readonly<Record<string, Float64Array>>;
}

/**
 * Scores one file row by row, as it comes: the grid is off, so that every row gets a score. Nothing about the file but
 * its step and its rows in probation (for the first fit) is known beforehand.
 */
export function nabStreams(series: NabSeries): NabStreams {
  const full = runTier(series, 'full');
  const missing = SERIES_DETECTORS.filter((detector) => !(detector in full.members));
  const rest = missing.length > 0 ? runTier(series, 'full', missing).members : {};
  const detectors = Object.fromEntries(
    SERIES_DETECTORS.map((detector) => [detector, full.members[detector] ?? rest[detector] ?? silent(series)])
  );
  return { ensemble: full.ensemble, light: runTier(series, 'light').ensemble, detectors };
}

interface TierStreams {
  readonly ensemble: Float64Array;
  readonly members: Record<string, Float64Array>;
}

function runTier({ timesMs, values }: NabSeries, tier: DetectionTier, detectors?: readonly DetectorId[]): TierStreams {
  const model = new SeriesModel({
    stepSeconds: medianStepSeconds(timesMs),
    tier,
    grid: false,
    warmUpPoints: probationRows(timesMs.length),
    ...(detectors ? { detectors } : {}),
  });
  const ensemble = new Float64Array(timesMs.length);
  const members: Record<string, Float64Array> = {};
  timesMs.forEach((atMs, row) => {
    const step = model.step(atMs, values[row]);
    ensemble[row] = known(step.surprisal);
    for (const { detector, surprisal } of step.members) {
      const stream = (members[detector] ??= new Float64Array(timesMs.length));
      stream[row] = known(surprisal);
    }
  });
  return { ensemble, members };
}

const known = (surprisal: number): number => (Number.isNaN(surprisal) ? 0 : surprisal);

function silent({ timesMs }: NabSeries): Float64Array {
  return new Float64Array(timesMs.length);
}
