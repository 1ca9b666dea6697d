import { createHash } from 'node:crypto';
import type { IncidentRecord, OpenIncident } from '#contracts';
import { recoveryChecks, type symptomLevels } from '#engine';
import type { EpochMs, RcaReport, ServiceGraph, ServiceName } from '#model';

/** An incident that the ledger does not have yet. */
export interface NewIncident {
  readonly fingerprint: string;
  readonly target: { readonly service: ServiceName; readonly symptom: 'latency' | 'errors' };
  readonly report: RcaReport;
  readonly detectedMs: EpochMs;
  /** What was usual for the target: recovered is what is usual again. */
  readonly levels: ReturnType<typeof symptomLevels>;
  readonly graph: Pick<ServiceGraph, 'nodes'>;
  readonly origin: IncidentRecord['origin'];
  readonly openedBy: string;
}

const MAX_FINGERPRINT = 128;
const MAX_OPENED_BY = 200;

/** As the detector names the trouble at a service: an alert, a person and the watch mean the same incident. */
export function fingerprintOf(service: ServiceName): string {
  return toFingerprint(`incident:${service}`);
}

/** What a report is about, to look for the incident that it belongs to: the target, and the causes where they stand out. */
export function troubleOf(
  service: ServiceName,
  { decision, hypotheses, concurrent }: Pick<RcaReport, 'decision' | 'hypotheses' | 'concurrent'>
): { readonly fingerprint: string; readonly services: readonly ServiceName[] } {
  const causes = decision === 'root-cause' ? hypotheses.slice(0, Math.max(1, concurrent)) : [];
  return { fingerprint: fingerprintOf(service), services: [service, ...causes.map((cause) => cause.service)] };
}

/** A fingerprint that the ledger takes. */
export function toFingerprint(text: string): string {
  return text.length <= MAX_FINGERPRINT ? text : `incident:${createHash('sha256').update(text).digest('hex')}`;
}

/** What the ledger is told of a new incident. It closes by checks of its target, whoever noticed it. */
export function toOpenIncident(incident: NewIncident): OpenIncident {
  const { fingerprint, target, report, detectedMs, levels, graph, origin, openedBy } = incident;
  const { service, symptom } = target;
  const kind = graph.nodes.find((node) => node.name === service)?.kind ?? 'service';
  return {
    fingerprint,
    service,
    symptom,
    onsetMs: Math.max(1, Math.round(report.onsetMs)),
    detectedMs: Math.max(1, Math.round(detectedMs)),
    recovery: recoveryChecks({ service, kind }, symptom, levels),
    report,
    origin,
    openedBy: openedBy.slice(0, MAX_OPENED_BY).replace(/[\uD800-\uDBFF]$/, ''),
  };
}
