import type { AnomalyLabelRecord, BacktestAnswer, IncidentRecord } from '#contracts';
import type { EpochMs, TimeWindow } from '#model';

/** An incident that is known, with every service whose alerts may belong to it. */
export interface KnownIncident extends Omit<BacktestAnswer['incidents'][number], 'detectedMs'> {
  readonly services: readonly string[];
}

/** A time of which a person said that it was no incident. */
export interface InnocentTime extends TimeWindow {
  readonly service: string;
  /** Null: the whole service. */
  readonly signalId: string | null;
}

/** What is known about a range. */
export interface GroundTruth {
  /** False where nobody knows anything about the range: then no alert is right or wrong. */
  readonly isKnown: boolean;
  /** Oldest first. */
  readonly incidents: readonly KnownIncident[];
  readonly innocent: readonly InnocentTime[];
}

/** The range that is looked at. */
export interface TruthScope extends TimeWindow {
  /** End of what has not ended yet. */
  readonly nowMs: EpochMs;
  /** All services when missing. */
  readonly service?: string | undefined;
}

const INNOCENT: ReadonlySet<AnomalyLabelRecord['label']> = new Set(['false-alarm', 'expected', 'maintenance'] as const);

/**
 * What the ledger and persons say about a range.
 *
 * Persons are believed: an incident of the ledger that begins in a time labelled as none is left out, and a label
 * `incident` that overlaps an incident of the ledger on one of its services widens it and is no second incident. A label
 * `acknowledged` says nothing about right or wrong.
 */
export function toGroundTruth(
  incidents: readonly IncidentRecord[],
  labels: readonly AnomalyLabelRecord[],
  scope: TruthScope
): GroundTruth {
  const concerns = (services: readonly string[]): boolean =>
    scope.service === undefined || services.includes(scope.service);
  const near = labels.filter((label) => overlap(label, scope) && concerns([label.service]));
  const innocent = near
    .filter(({ label }) => INNOCENT.has(label))
    .map(({ service, signalId, fromMs, toMs }) => ({ service, signalId, fromMs, toMs }));
  const ledger = incidents
    .map((record) => fromLedger(record, scope.nowMs))
    .filter((incident) => overlap(incident, scope) && concerns(incident.services))
    .filter((incident) => !innocent.some((time) => refutes(time, incident)));
  const known = near.filter(({ label }) => label === 'incident').reduce(addLabel, ledger);
  return {
    isKnown: known.length + innocent.length > 0,
    incidents: known.toSorted((left, right) => left.fromMs - right.fromMs || (left.service < right.service ? -1 : 1)),
    innocent,
  };
}

function fromLedger({ service, onsetMs, resolvedMs, report }: IncidentRecord, nowMs: EpochMs): KnownIncident {
  const causes = report.hypotheses.slice(0, Math.max(1, report.concurrent)).map((hypothesis) => hypothesis.service);
  return {
    service,
    fromMs: onsetMs,
    toMs: Math.max(onsetMs, resolvedMs ?? nowMs),
    source: 'ledger',
    services: [...new Set([service, ...causes, ...report.victims])],
  };
}

function addLabel(known: readonly KnownIncident[], label: AnomalyLabelRecord): readonly KnownIncident[] {
  const { service, fromMs, toMs } = label;
  const same = known.findIndex((incident) => incident.services.includes(service) && overlap(incident, label));
  if (same === -1) {
    return [...known, { service, fromMs, toMs, source: 'label', services: [service] }];
  }
  return known.map((incident, i) =>
    i === same
      ? { ...incident, fromMs: Math.min(incident.fromMs, fromMs), toMs: Math.max(incident.toMs, toMs) }
      : incident
  );
}

function refutes({ service, signalId, fromMs, toMs }: InnocentTime, incident: KnownIncident): boolean {
  return signalId === null && service === incident.service && incident.fromMs >= fromMs && incident.fromMs < toMs;
}

function overlap(left: TimeWindow, right: TimeWindow): boolean {
  return left.fromMs < right.toMs && left.toMs > right.fromMs;
}
