import type { BacktestAnswer } from '#contracts';
import type { GroundTruth, InnocentTime, KnownIncident } from './ground-truth.ts';

/** An alert before it is known whether it was right. */
export type RawAlert = Omit<BacktestAnswer['alerts'][number], 'hit'>;

/** Alerts with what they were, and what was found and what not. */
export type Grades = Pick<BacktestAnswer, 'alerts' | 'incidents' | 'hits' | 'misses' | 'falseAlarms'>;

/** An incident counts from this many steps before its first strange point ... */
const STEPS_BEFORE = 1;
/** ... to this many after its last: rates still cover it. */
const STEPS_AFTER = 2;

/**
 * Holds alerts against what is known. An alert is right when it opens inside an incident of its service, widened by a
 * step before and two after; the first one detects the incident. Where something is known about the range, every other
 * alert is a false alarm; where nothing is, none is, and nothing was missed.
 */
export function gradeAlerts(alerts: readonly RawAlert[], truth: GroundTruth, stepMs: number): Grades {
  const hits = alerts.map((alert) => truth.incidents.filter((incident) => isHit(alert, incident, truth, stepMs)));
  const incidents = truth.incidents.map((incident) => {
    const openings = alerts.flatMap(({ openedMs }, i) => (hits[i]?.includes(incident) ? [openedMs] : []));
    const { service, fromMs, toMs, source } = incident;
    const detectedMs = openings.length === 0 ? null : openings.reduce((a, b) => Math.min(a, b));
    return { service, fromMs, toMs, source, detectedMs };
  });
  const graded = alerts.map((alert, i) => ({ ...alert, hit: truth.isKnown ? (hits[i]?.length ?? 0) > 0 : null }));
  const found = incidents.filter(({ detectedMs }) => detectedMs !== null).length;
  return {
    alerts: graded,
    incidents,
    hits: found,
    misses: incidents.length - found,
    falseAlarms: graded.filter(({ hit }) => hit === false).length,
  };
}

/** What a person called an incident stays one; what the ledger holds yields to a person who said otherwise. */
function isHit(alert: RawAlert, incident: KnownIncident, { innocent }: GroundTruth, stepMs: number): boolean {
  const { services, fromMs, toMs, source } = incident;
  const isInside = alert.openedMs >= fromMs - STEPS_BEFORE * stepMs && alert.openedMs <= toMs + STEPS_AFTER * stepMs;
  return (
    isInside &&
    services.includes(alert.service) &&
    (source === 'label' || !innocent.some((time) => excuses(time, alert)))
  );
}

function excuses({ service, signalId, fromMs, toMs }: InnocentTime, alert: RawAlert): boolean {
  const isSame = service === alert.service && (signalId === null || signalId === alert.signalId);
  return isSame && alert.openedMs >= fromMs && alert.openedMs < toMs;
}
