import type { BusinessImpact, DataGap, Evidence, RcaReport, ServiceName } from '#model';
import { raceAbort } from '../../signals/single-flight.ts';
import { collectAlerts } from './alert-details.ts';
import { type DetailCollector, DetailPart, type DetailSource, type DetailSubject } from './detail-part.ts';
import { Gate } from './gate.ts';
import { collectImpact } from './impact-details.ts';
import { collectLogPatterns } from './log-details.ts';
import { collectSaturation } from './saturation-details.ts';
import { collectTraces } from './trace-details.ts';
import { collectWorkloads } from './workload-details.ts';

/** Further evidence, numbered after that of the ranking. */
export interface Details {
  readonly evidence: readonly Evidence[];
  readonly impact: readonly BusinessImpact[];
  readonly gaps: readonly DataGap[];
}

/** Real seconds for all of it; what is not there by then is a gap. */
const MAX_SECONDS = 8;
/** Collectors whose reads were given up use what they have; one that does not end by then is left alone. */
const GRACE_MS = 250;
const CONCURRENT_READS = 8;
const MAX_CAUSES = 3;
const MAX_SERVICES = 10;

/** In the order in which their evidence is numbered. */
const COLLECTORS: Readonly<Record<string, DetailCollector>> = {
  'log-patterns': collectLogPatterns,
  traces: collectTraces,
  kubernetes: collectWorkloads,
  saturation: collectSaturation,
  impact: collectImpact,
  alerts: collectAlerts,
};

/** The leading hypotheses of a report, and with them the services between them and the target, and the target. */
export function detailServices({
  decision,
  concurrent,
  hypotheses,
  target,
}: RcaReport): Pick<DetailSubject, 'causes' | 'services'> {
  const leading = decision === 'root-cause' ? hypotheses.slice(0, Math.min(MAX_CAUSES, Math.max(1, concurrent))) : [];
  // Where nothing stands out, what came closest is looked into as well: it may be what the ranking could not see.
  const shown = leading.length > 0 ? leading : hypotheses.slice(0, 1);
  const causes = shown.map(({ service }) => service);
  const between = shown.flatMap(({ path }) => path.map(({ to }) => to));
  const services = new Set<ServiceName>([...causes, target.service, ...between]);
  const ordered = [...services].filter((name) => name !== target.service || causes.includes(name));
  return { causes, services: [...new Set([...ordered.slice(0, MAX_SERVICES - 1), target.service])] };
}

/**
 * Collects what a ranking does not need and a person wants to see: samples of log patterns, traces with their critical path, the state
 * of workloads, limits, what it costs, and alerts. Reads run beside each other, a few at a time; what cannot be read, or not
 * in time, is a gap.
 * @param maxSeconds  real time after which what is there is used
 * @throws the reason of the signal when it aborts; nothing else
 */
export async function collectDetails(
  source: DetailSource,
  subject: DetailSubject,
  signal: AbortSignal,
  maxSeconds = MAX_SECONDS
): Promise<Details> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(1000 * maxSeconds)]);
  const end = AbortSignal.any([signal, AbortSignal.timeout(1000 * maxSeconds + GRACE_MS)]);
  const gate = new Gate(CONCURRENT_READS);
  const lateReason = `It was not there within ${maxSeconds} s; the report is made without it.`;
  const parts = Object.entries(COLLECTORS).map(([name, collect]) => {
    const part = new DetailPart({ gate, signal: either, lateReason });
    const done = raceAbort(collect(source, subject, part), end).catch((error: unknown) => {
      part.fail(`details:${name}`, error);
    });
    return { part, done };
  });
  await Promise.all(parts.map(({ done }) => done));
  signal.throwIfAborted();
  return number(
    parts.map(({ part }) => part),
    Math.max(0, ...subject.report.evidence.map((item) => item.number))
  );
}

function number(parts: readonly DetailPart[], last: number): Details {
  const evidence: Evidence[] = [];
  const impact: BusinessImpact[] = [];
  for (const { findings, impacts } of parts) {
    for (const finding of findings) {
      evidence.push({ number: last + evidence.length + 1, ...finding });
    }
    for (const { finding, impact: own } of impacts) {
      const next = last + evidence.length + 1;
      evidence.push({ number: next, ...finding });
      impact.push({ ...own, evidence: next });
    }
  }
  return { evidence, impact, gaps: parts.flatMap(({ gaps }) => gaps) };
}
