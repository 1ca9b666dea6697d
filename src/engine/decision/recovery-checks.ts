import type { ServiceKind, ServiceName, Signal, TimeWindow, VerificationCheck } from '#model';
import { scaleFloor } from '../anomaly/unit-floor.ts';
import { robustScale } from '../stats/robust-scale.ts';
import { withoutExcursions } from '../rca/series-score.ts';
import { errorRatioQuery, latencyQuery } from './verification-query.ts';

/** Standard deviations of the band that counts as normal: surprisal 5. */
const BAND = 4.27;
/** Thresholds where no baseline is known. */
const UNKNOWN_LATENCY_SECONDS = 1;
const UNKNOWN_ERROR_RATIO = 0.05;

/** What normal looked like for one signal. */
export interface NormalLevel {
  readonly centre: number;
  /** Value above which the signal counts as critical. */
  readonly upper: number;
}

/**
 * Level of a signal in normal times and the upper edge of its band.
 *
 * @param signal  any signal
 * @param baseline  window of normal times
 * @param incidents  times of earlier incidents, which are not normal however long they were
 * @returns undefined when the window holds fewer than five values of normal times
 * Cost O(n (log n + incidents)).
 */
export function normalLevel(
  signal: Signal,
  baseline: TimeWindow,
  incidents: readonly TimeWindow[] = []
): NormalLevel | undefined {
  const within = (time: number, { fromMs, toMs }: TimeWindow): boolean => time >= fromMs && time < toMs;
  const values = signal.series.values.filter((value, i) => {
    const time = signal.series.timesMs[i] ?? NaN;
    return Number.isFinite(value) && within(time, baseline) && !incidents.some((window) => within(time, window));
  });
  if (values.length < 5) {
    return undefined;
  }
  const floor = (centre: number): number => scaleFloor(signal.kind, signal.unit, centre);
  const { centre, scale } = robustScale(withoutExcursions(values, floor));
  return { centre, upper: centre + BAND * Math.max(scale, floor(centre)) };
}

/**
 * Checks that are true again when users of a service are served normally.
 *
 * @param target  service and its kind; default kind `service`
 * @param symptom  what was noticed; both symptoms are checked, that one first
 * @param baseline  normal levels of the target's 95th percentile latency (seconds) and error ratio; fixed limits where
 * unknown
 * @returns two checks, each one sample of instant PromQL
 * Cost O(1).
 */
export function recoveryChecks(
  target: { readonly service: ServiceName; readonly kind?: ServiceKind },
  symptom: 'latency' | 'errors',
  baseline: { readonly latency?: NormalLevel | undefined; readonly errors?: NormalLevel | undefined }
): VerificationCheck[] {
  const kind = target.kind ?? 'service';
  const latency: VerificationCheck = {
    name: checkName(target.service, 'latency p95 back to normal'),
    query: latencyQuery(target.service, kind),
    operator: '<',
    threshold: round(baseline.latency?.upper ?? UNKNOWN_LATENCY_SECONDS),
    unit: 'seconds',
  };
  const errors: VerificationCheck = {
    name: checkName(target.service, 'error ratio back to normal'),
    query: errorRatioQuery(target.service, kind),
    operator: '<',
    threshold: round(baseline.errors?.upper ?? UNKNOWN_ERROR_RATIO),
    unit: 'ratio',
  };
  return symptom === 'latency' ? [latency, errors] : [errors, latency];
}

/**
 * Normal levels of the symptoms of a service, for {@link recoveryChecks}.
 *
 * @param signals  any signals
 * @param service  the target
 * @param baseline  window of normal times
 * @param incidents  times of earlier incidents, as in {@link normalLevel}
 * @returns levels of the p95 latency (or the first latency) and of the error ratio, where measured
 * Cost O(n (log n + incidents)).
 */
export function symptomLevels(
  signals: readonly Signal[],
  service: ServiceName,
  baseline: TimeWindow,
  incidents: readonly TimeWindow[] = []
): { readonly latency: NormalLevel | undefined; readonly errors: NormalLevel | undefined } {
  const own = signals.filter((signal) => signal.service === service);
  const latencies = own.filter((signal) => signal.kind === 'latency');
  const latency = latencies.find((signal) => signal.id.endsWith('/p95')) ?? latencies[0];
  const errors = own.find((signal) => signal.kind === 'error-ratio');
  return {
    latency: latency && normalLevel(latency, baseline, incidents),
    errors: errors && normalLevel(errors, baseline, incidents),
  };
}

/**
 * Name of a check, cut to what the executor accepts.
 *
 * @param service  name
 * @param what  the rest of the sentence
 * @returns at most 120 characters
 * Cost O(1).
 */
export function checkName(service: ServiceName, what: string): string {
  return `${service.slice(0, 80)}: ${what}`.slice(0, 120);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
