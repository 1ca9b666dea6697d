import type { BacktestAnswer } from '#contracts';
import type { EpochMs } from '#model';
import type { GroundTruth, InnocentTime, KnownIncident } from './ground-truth.ts';

/** An alert before it is known whether it was right. */
export interface RawAlert extends Omit<BacktestAnswer['alerts'][number], 'hit'> {
  /** When it rose to red while it was open: it tells people again. */
  readonly escalatedMs: readonly EpochMs[];
}

/** Alerts with what they were, and what was found and what not. */
export type Grades = Pick<BacktestAnswer, 'alerts' | 'incidents' | 'hits' | 'misses' | 'falseAlarms'>;

/** An incident counts from this many steps before its first strange point ... */
const STEPS_BEFORE = 1;
/** ... to this many after its last: rates still cover it. */
const STEPS_AFTER = 2;

/**
 * Holds alerts against what is known. An alert is right when it opens, or rises to red, inside an incident of its
 * service, widened by a step before and two after; the first one detects the incident. Where something is known about the range, every other
 * alert is a false alarm; where nothing is, none is, and nothing was missed.
 */
export function gradeAlerts(alerts: readonly RawAlert[], truth: GroundTruth, stepMs: number): Grades {
  const hits = alerts.map((alert) => truth.incidents.map((incident) => firstHit(alert, incident, truth, stepMs)));
  const incidents = truth.incidents.map(({ service, fromMs, toMs, source }, k) => {
    const first = hits.reduce((best, own) => Math.min(best, own[k] ?? Infinity), Infinity);
    return { service, fromMs, toMs, source, detectedMs: Number.isFinite(first) ? first : null };
  });
  const graded = alerts.map(({ service, signalId, openedMs, closedMs, peakScore }, i) => ({
    service,
    signalId,
    openedMs,
    closedMs,
    peakScore,
    hit: truth.isKnown ? (hits[i] ?? []).some((atMs) => atMs !== undefined) : null,
  }));
  const found = incidents.filter(({ detectedMs }) => detectedMs !== null).length;
  return {
    alerts: graded,
    incidents,
    hits: found,
    misses: incidents.length - found,
    falseAlarms: graded.filter(({ hit }) => hit === false).length,
  };
}

/**
 * When an alert first told of an incident; undefined when it did not. What a person called an incident stays one; what
 * the ledger holds yields to a person who said otherwise.
 */
function firstHit(
  alert: RawAlert,
  { services, fromMs, toMs, source }: KnownIncident,
  { innocent }: GroundTruth,
  stepMs: number
): EpochMs | undefined {
  if (!services.includes(alert.service)) {
    return undefined;
  }
  return [alert.openedMs, ...alert.escalatedMs].find(
    (atMs) =>
      atMs >= fromMs - STEPS_BEFORE * stepMs &&
      atMs <= toMs + STEPS_AFTER * stepMs &&
      (source === 'label' || !innocent.some((time) => excuses(time, alert, atMs)))
  );
}

function excuses({ service, signalId, fromMs, toMs }: InnocentTime, alert: RawAlert, atMs: EpochMs): boolean {
  const isSame = service === alert.service && (signalId === null || signalId === alert.signalId);
  return isSame && atMs >= fromMs && atMs < toMs;
}
