import type { AnomalyLabelRecord, BacktestAnswer, IncidentRecord } from '#contracts';
import type { EpochMs, TimeWindow } from '#model';

/** What is known about a time: incidents, and times that are neither right nor wrong to alert on. */
export interface KnownEvents {
  readonly incidents: readonly KnownIncident[];
  /** Labelled `expected` or `maintenance`: an alert there is no hit and no false alarm. */
  readonly undecided: readonly LabelledWindow[];
  /** Labelled `false-alarm`. */
  readonly innocent: readonly LabelledWindow[];
}

/** One incident with every service that an alert may name it by. */
export type KnownIncident = BacktestAnswer['incidents'][number] & { readonly services: readonly string[] };

interface LabelledWindow extends TimeWindow {
  readonly service: string;
}

/** Incidents of the ledger and labels of persons that overlap a range. */
export function knownEvents(
  incidents: readonly IncidentRecord[],
  labels: readonly AnomalyLabelRecord[],
  range: TimeWindow & { readonly nowMs: EpochMs; readonly service?: string | undefined }
): KnownEvents {
  const overlaps = ({ fromMs, toMs }: TimeWindow): boolean => fromMs < range.toMs && toMs > range.fromMs;
  const concerns = (services: readonly string[]): boolean =>
    range.service === undefined || services.includes(range.service);
  const ledger = incidents.map((record): KnownIncident => ({
    service: record.service,
    fromMs: record.onsetMs,
    toMs: record.resolvedMs ?? range.nowMs,
    source: 'ledger',
    detectedMs: record.detectedMs,
    services: relatedServices(record),
  }));
  const windowsOf = (...wanted: readonly AnomalyLabelRecord['label'][]): readonly LabelledWindow[] =>
    labels.filter(({ label }) => wanted.includes(label)).filter(overlaps);
  const labelled = windowsOf('incident').map(({ service, fromMs, toMs }): KnownIncident => ({
    service,
    fromMs,
    toMs,
    source: 'label',
    detectedMs: null,
    services: [service],
  }));
  return {
    incidents: [...ledger, ...labelled]
      .filter((incident) => overlaps(incident) && concerns(incident.services))
      .toSorted((left, right) => left.fromMs - right.fromMs),
    undecided: windowsOf('expected', 'maintenance'),
    innocent: windowsOf('false-alarm'),
  };
}

function relatedServices({ service, report }: IncidentRecord): readonly string[] {
  const causes = report.hypotheses.slice(0, Math.max(1, report.concurrent)).map((hypothesis) => hypothesis.service);
  return [...new Set([service, ...causes, ...report.victims])];
}
