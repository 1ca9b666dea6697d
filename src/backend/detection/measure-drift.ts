import { featureDrift, type FeatureDrift, isDriftAccepted } from '#engine';
import type { EpochMs, Signal } from '#model';
import { groupByService } from './group-services.ts';
import { isFeature, type Exclusion } from './signal-points.ts';

/** Distance of the last seven days of a feature from the seven days before. */
export interface DriftScore {
  readonly service: string;
  readonly feature: string;
  /** 0 to 1. */
  readonly score: number;
}

/** How far features moved, and the services whose drift is their new normal. */
export interface DriftMeasure {
  readonly scores: readonly DriftScore[];
  readonly services: readonly string[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Days in a row that are looked at. */
const DAYS = 3;
/** Step at which features are read: values of a two-hour distance are compared anyway. */
export const DRIFT_STEP_SECONDS = 7200;
/** History that a measure looks at. */
export const DRIFT_HISTORY_MS = 2 * WEEK_MS + (DAYS - 1) * DAY_MS;

/** Compares weeks of every feature up to an instant. A function of the telemetry before it: a restart measures the same. */
export function measureDrift(signals: readonly Signal[], atMs: EpochMs): DriftMeasure {
  const byService = groupByService(signals.filter(isFeature));
  const scores: DriftScore[] = [];
  const services: string[] = [];
  for (const [service, features] of byService) {
    const days = Array.from({ length: DAYS }, (_, i) => compare(features, atMs - (DAYS - 1 - i) * DAY_MS));
    for (const { signalId, distance } of days.at(-1) ?? []) {
      scores.push({ service, feature: signalId.slice(service.length + 1), score: distance });
    }
    const isAccepted = features.some(({ id }) =>
      isDriftAccepted(days.flatMap((day) => day.filter(({ signalId }) => signalId === id)))
    );
    if (isAccepted) {
      services.push(service);
    }
  }
  return { scores, services };
}

/** Features that were not observed through most of both weeks are left out: nothing is known about their drift. */
function compare(features: readonly Signal[], atMs: EpochMs): readonly FeatureDrift[] {
  const wanted = ((WEEK_MS / 1000 / DRIFT_STEP_SECONDS) * 2) / 3;
  const samples = features
    .map(({ id, series }) => ({
      signalId: id,
      recent: valuesInside(series, atMs - WEEK_MS, atMs),
      previous: valuesInside(series, atMs - 2 * WEEK_MS, atMs - WEEK_MS),
    }))
    .filter(({ recent, previous }) => recent.length >= wanted && previous.length >= wanted);
  return featureDrift(samples, DRIFT_STEP_SECONDS);
}

function valuesInside({ timesMs, values }: Signal['series'], fromMs: number, toMs: number): readonly number[] {
  return values.filter((value, i) => {
    const atMs = timesMs[i] ?? Number.NaN;
    return atMs >= fromMs && atMs < toMs && Number.isFinite(value);
  });
}

/** What came before the drift is no example of what is normal any more. */
export function driftExclusions({ services }: DriftMeasure, atMs: EpochMs): readonly Exclusion[] {
  return services.map((service) => ({ service, fromMs: 0, toMs: atMs - WEEK_MS }));
}
