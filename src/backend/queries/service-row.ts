import { anomalyLevel } from '#engine';
import type { AnomalyLevel, ServiceAnomaly, ServiceGraph, ServiceKind, SignalKind } from '#model';

/** One service in words and numbers, as tables and graphs show it. Null where not measured. */
export interface ServiceRow {
  readonly service: string;
  readonly kind: ServiceKind;
  readonly state: AnomalyLevel;
  readonly score: number | null;
  /** Why it is unknown, or which signal is strange; empty when normal. */
  readonly reason: string;
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  readonly latencySeconds: number | null;
}

/** The row of a service. */
export function toServiceRow(anomaly: ServiceAnomaly, graph: ServiceGraph): ServiceRow {
  const { service, reading } = anomaly;
  const newest = (kind: SignalKind): number | null => {
    const own = anomaly.signals.filter((signal) => signal.kind === kind && signal.value !== undefined);
    return (own.find((signal) => signal.signalId.endsWith('/p95')) ?? own[0])?.value ?? null;
  };
  return {
    service,
    kind: graph.nodes.find((node) => node.name === service)?.kind ?? 'service',
    state: anomalyLevel(reading),
    score: reading.kind === 'scored' ? reading.score : null,
    reason: toReason(anomaly),
    requestsPerSecond: newest('request-rate'),
    errorRatio: newest('error-ratio'),
    latencySeconds: newest('latency'),
  };
}

function toReason({ reading, signals }: ServiceAnomaly): string {
  if (reading.kind === 'unknown') {
    const progress = reading.need === undefined ? '' : ` (${reading.have ?? 0} of ${reading.need})`;
    return `${reading.why}${progress}`;
  }
  const top = signals[0];
  if (anomalyLevel(reading) === 'normal' || top?.reading.kind !== 'scored') {
    return '';
  }
  return `${top.kind} ${top.reading.direction} the expected band`;
}
