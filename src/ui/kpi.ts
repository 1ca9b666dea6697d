import type { ExecutionRecord, IncidentRecord } from '#contracts';

/** Key figures over the records that are at hand. A figure without any record is null, never zero. */
export interface KeyFigures {
  readonly openIncidents: number;
  /** Mean time from the first anomalous sample to detection. */
  readonly detectSeconds: number | null;
  /** Mean time from the first anomalous sample to resolution. */
  readonly resolveSeconds: number | null;
  /** Share of finished executions after which the service had recovered. */
  readonly successRatio: number | null;
  readonly executions: number;
}

/** Computes the key figures (MTTD, MTTR, success of actions). */
export function toKeyFigures(incidents: readonly IncidentRecord[], executions: readonly ExecutionRecord[]): KeyFigures {
  const finished = executions.filter(({ status }) => status === 'finished' || status === 'needs-human');
  const resolved = incidents.flatMap(({ onsetMs, resolvedMs }) =>
    resolvedMs === null ? [] : [(resolvedMs - onsetMs) / 1000]
  );
  return {
    openIncidents: incidents.filter(({ status }) => status === 'open').length,
    detectSeconds: mean(incidents.map(({ onsetMs, detectedMs }) => (detectedMs - onsetMs) / 1000)),
    resolveSeconds: mean(resolved),
    successRatio: mean(finished.map(({ outcome }) => (outcome === 'recovered' ? 1 : 0))),
    executions: finished.length,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
