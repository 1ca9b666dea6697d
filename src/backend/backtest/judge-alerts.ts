import type { BacktestAnswer } from '#contracts';
import type { TimeWindow } from '#model';
import type { KnownEvents, KnownIncident } from './known-incidents.ts';

/** An alert before it is known whether it was right. */
export type RawAlert = Omit<BacktestAnswer['alerts'][number], 'hit'>;

/** Alerts with what they were, and what was found and what not. */
export type Verdicts = Pick<BacktestAnswer, 'alerts' | 'incidents' | 'hits' | 'misses' | 'falseAlarms'>;

/** An alert may come this much before the first strange sample that the ledger knows. */
const LEAD_MS = 5 * 60_000;
/** Rates still cover a trouble for this long after it is over. */
const TAIL_MS = 5 * 60_000;

/** Holds alerts against what is known. Where nothing is known about a whole range, no alert is right or wrong. */
export function judgeAlerts(alerts: readonly RawAlert[], known: KnownEvents): Verdicts {
  const isKnown = known.incidents.length + known.innocent.length > 0;
  const judged = alerts.map((alert) => ({ ...alert, hit: toHit(alert, known, isKnown) }));
  const found = known.incidents.filter((incident) => alerts.some((alert) => belongs(alert, incident)));
  return {
    alerts: judged,
    incidents: known.incidents.map(({ services: _services, ...incident }) => incident),
    hits: found.length,
    misses: known.incidents.length - found.length,
    falseAlarms: judged.filter(({ hit }) => hit === false).length,
  };
}

function toHit(alert: RawAlert, known: KnownEvents, isKnown: boolean): boolean | null {
  if (known.incidents.some((incident) => belongs(alert, incident))) {
    return true;
  }
  const isUndecided = known.undecided.some((window) => window.service === alert.service && overlaps(alert, window));
  return isKnown && !isUndecided ? false : null;
}

function belongs(alert: RawAlert, incident: KnownIncident): boolean {
  const wide = { fromMs: incident.fromMs - LEAD_MS, toMs: incident.toMs + TAIL_MS };
  return incident.services.includes(alert.service) && overlaps(alert, wide);
}

/** An alert that never closed lasts to the end. */
function overlaps({ openedMs, closedMs }: RawAlert, { fromMs, toMs }: TimeWindow): boolean {
  return openedMs < toMs && (closedMs ?? Infinity) >= fromMs;
}
