import type { AnomalyReading, EpochMs, ScoredSignal, ServiceAnomaly, ServiceName } from '#model';
import { toScore } from '../score-map.ts';
import { scoreService, type ScoreServiceOptions } from '../score-service.ts';
import { MAX_FAILED_SHARE } from './feature-table.ts';
import type { ServiceStep } from './service-model-types.ts';

/** Highest surprisal of a service whose deviation harms nobody: below the warning level. */
const HARMLESS_CEILING = 2.9;
/** Share of the score that features moving in their harmful direction must have before it may warn. */
const MIN_HARMFUL_SHARE = 0.25;

type Scored = Extract<AnomalyReading, { kind: 'scored' }>;

/**
 * The state of a service that has a model: the model's surprisal and verdict, with the readings of its series beside it.
 *
 * Too many failed features: unknown, and nothing is concluded. While the model warms up, the series speak for the
 * service as they do without a model. A deviation in which no feature moves in its harmful direction, or the request
 * rate alone, stays below the warning level.
 *
 * @param service  name
 * @param step  what the model said of the newest row
 * @param signals  scored signals of any services; others are ignored
 * @param atMs  the instant
 * @param options  how old a point of a series may be
 * @returns reading, signals in falling order of score, and how the model judged
 * Cost O(signals log points). Source: detection 6.6, 7 and 8; the harm rule is ours, as for single series.
 */
export function judgeService(
  service: ServiceName,
  step: ServiceStep,
  signals: readonly ScoredSignal[],
  atMs: EpochMs,
  options: ScoreServiceOptions = {}
): ServiceAnomaly {
  const bySeries = scoreService(service, signals, atMs, options);
  return { ...bySeries, reading: readingOf(step, bySeries), detection: step.detection };
}

function readingOf(step: ServiceStep, bySeries: ServiceAnomaly): AnomalyReading {
  if (Number.isNaN(step.surprisal)) {
    const failed = !(step.detection.failedShare <= MAX_FAILED_SHARE);
    return failed ? { kind: 'unknown', why: step.why ?? 'no-data' } : bySeries.reading;
  }
  const witness = strongestReading(step, bySeries);
  if (!witness) {
    return { kind: 'unknown', why: step.why ?? 'no-data' };
  }
  const surprisal = Math.min(step.surprisal, isHarmful(step, bySeries) ? Infinity : HARMLESS_CEILING);
  return { ...witness, surprisal, score: toScore(surprisal) };
}

/** Reading of the feature with the largest share that has one: its band and direction stand for the service. */
function strongestReading(step: ServiceStep, bySeries: ServiceAnomaly): Scored | undefined {
  const readings = new Map(bySeries.signals.map((signal) => [signal.signalId, signal.reading]));
  const ranked = [
    ...step.detection.features.map((feature) => readings.get(feature.signalId)),
    ...bySeries.signals.map((signal) => signal.reading),
  ];
  return ranked.find((reading): reading is Scored => reading?.kind === 'scored');
}

function isHarmful(step: ServiceStep, bySeries: ServiceAnomaly): boolean {
  const load = new Set(
    bySeries.signals.filter((signal) => signal.kind === 'request-rate').map((signal) => signal.signalId)
  );
  const harmful = new Set(step.harmful);
  const share = step.detection.features
    .filter(({ signalId }) => harmful.has(signalId) && !load.has(signalId))
    .reduce((sum, feature) => sum + feature.share, 0);
  return share >= MIN_HARMFUL_SHARE;
}
