import type { Contribution, Hypothesis, LogLine, PathHop, Ratio, ServiceName, SignalKind } from '#model';
import type { RankedCandidate, ScoreTerm } from '../rca/rank.ts';
import type { RcaCase } from '../rca/rca-case.ts';
import type { SignalEvidence } from '../rca/signal-evidence.ts';
import type { FeatureName } from '../rca/weights.ts';
import { citeChange, citeFailedCalls, citeLogs, citeSignal, citeSilence } from './cite.ts';
import { citeTrace, type Trace } from './cite-trace.ts';
import type { EvidenceBook } from './evidence-book.ts';

/** What a hypothesis is worded from. */
export interface HypothesisParts {
  readonly rca: RcaCase;
  readonly book: EvidenceBook;
  readonly candidate: RankedCandidate;
  readonly rank: number;
  readonly confidence: Ratio;
  readonly path: readonly PathHop[];
  /** Error lines of the service since the onset. */
  readonly logs: readonly LogLine[];
  /** Slow traces to look for the service in. */
  readonly traces: readonly Trace[];
}

/** Strength below which a signal is not cited. */
const WORTH_CITING = 0.25;
const MAX_SIGNALS = 5;
const MAX_CONTRIBUTIONS = 10;

const SIGNALS_OF: Partial<Record<FeatureName, readonly SignalKind[]>> = {
  lat: ['latency'],
  lat_un: ['latency'],
  dom_lat: ['latency'],
  impact: ['latency', 'request-rate'],
  err: ['error-ratio', 'rejected-requests'],
  err_un: ['error-ratio', 'rejected-requests'],
  dom_err: ['error-ratio', 'rejected-requests'],
  err_impact: ['error-ratio'],
  cpu: ['cpu'],
  cpu_un: ['cpu'],
  mem: ['memory', 'memory-utilisation'],
  dom_res: ['cpu', 'memory', 'memory-utilisation'],
  tself: ['self-time'],
  tself_dom: ['self-time'],
  tnet: ['client-latency'],
  clat: ['client-latency'],
  logsev: ['log-errors'],
  logsev_un: ['log-errors'],
  pool_un: ['pool-utilisation', 'pool-timeouts'],
  scans: ['sequential-scans'],
  restarts: ['restarts'],
  throttle: ['cpu-throttling', 'cpu'],
  full: ['memory-utilisation', 'evictions'],
  refused: ['rejected-requests'],
  link: ['client-latency'],
  unreached: ['error-ratio'],
};

/**
 * Words one hypothesis: strange signals, change and logs are cited, the terms of its score are listed with their
 * evidence.
 *
 * @param parts  candidate and where to number facts
 * @returns a hypothesis whose every number is backed by evidence
 * Cost O(signals log signals + log lines).
 */
export function toHypothesis(parts: HypothesisParts): Hypothesis {
  const { rca, book, candidate, rank, confidence, path } = parts;
  const strange = strangeSignals(rca, candidate);
  const cited = new Map(strange.map((item) => [item, citeSignal(book, rca, item)]));
  const change = rca.changes(candidate.service)[0];
  const changeNumbers = change && candidate.values.change > 0.1 ? [citeChange(book, rca, change)] : [];
  const reachNumbers =
    candidate.mechanism?.cause === 'unreachable'
      ? [...citeFailedCalls(book, rca, candidate.service), ...citeSilence(book, rca, candidate.service)]
      : [];
  const logNumbers = logsMatter(parts) ? [citeLogs(book, candidate.service, parts.logs)] : [];
  const traceNumbers = citeTrace(book, candidate.service, parts.traces);
  const onsets = strange.flatMap((item) => item.onsetMs ?? []);
  return {
    service: candidate.service,
    rank,
    score: candidate.score,
    confidence,
    cause: candidate.mechanism?.cause ?? 'unclassified',
    signals: [...new Set(strange.map((item) => item.signal.kind))],
    ...(onsets.length > 0 ? { onsetMs: Math.min(...onsets) } : {}),
    path,
    contributions: contributionsOf(candidate, cited, changeNumbers),
    evidence: [...cited.values(), ...reachNumbers, ...changeNumbers, ...logNumbers, ...traceNumbers],
    ...(candidate.opinions ? { opinions: candidate.opinions } : {}),
  };
}

/** Error lines speak when there are more than usual; without a count of usual ones, a few are enough. */
function logsMatter({ rca, candidate, logs }: HypothesisParts): boolean {
  const counted = rca.evidence(candidate.service).some((item) => item.signal.kind === 'log-errors');
  return logs.length > 0 && (counted ? rca.deviation(candidate.service, 'log-errors') > 2 : true);
}

/** Signals of the mechanism first, then the strangest others. */
function strangeSignals(rca: RcaCase, candidate: RankedCandidate): readonly SignalEvidence[] {
  const speaking = (candidate.mechanism?.evidence ?? []).filter((item) => item.strength >= WORTH_CITING);
  const others = rca
    .evidence(candidate.service)
    .filter((item) => item.strength >= WORTH_CITING && item.signal.harm !== 'both' && !speaking.includes(item))
    .toSorted((left, right) => right.z - left.z);
  return [...speaking.slice(0, 3), ...others].slice(0, MAX_SIGNALS);
}

function contributionsOf(
  candidate: RankedCandidate,
  cited: ReadonlyMap<SignalEvidence, number>,
  changeNumbers: readonly number[]
): Contribution[] {
  const { rulePrior } = candidate;
  const rule = rulePrior > 0 ? [{ feature: 'rule', value: rulePrior, weight: 1, evidence: [] }] : [];
  const bySize = candidate.terms.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const largest = new Set(bySize.slice(0, MAX_CONTRIBUTIONS));
  const terms = candidate.terms
    .filter((term) => largest.has(term))
    .map(({ feature, value, weight }) => ({
      feature,
      value,
      weight,
      evidence: feature === 'change' ? changeNumbers : citedFor(feature, cited),
    }));
  return [...terms, ...rule];
}

const sizeOf = ({ value, weight }: ScoreTerm): number => Math.abs(value * weight);

function citedFor(feature: FeatureName, cited: ReadonlyMap<SignalEvidence, number>): number[] {
  const kinds = SIGNALS_OF[feature] ?? [];
  return [...cited].filter(([item]) => kinds.includes(item.signal.kind)).map(([, number]) => number);
}

/**
 * Services of the log lines of an incident.
 *
 * @param lines  error lines
 * @param serviceOf  reads the service of a line
 * @param fromMs  lines before are ignored
 * @returns lines by service
 * Cost O(n).
 */
export function groupLogs(
  lines: readonly LogLine[],
  serviceOf: (line: LogLine) => ServiceName | undefined,
  fromMs: number
): ReadonlyMap<ServiceName, readonly LogLine[]> {
  const groups = new Map<ServiceName, LogLine[]>();
  for (const line of lines) {
    const service = serviceOf(line);
    if (service !== undefined && line.atMs >= fromMs) {
      const group = groups.get(service) ?? [];
      groups.set(service, group);
      group.push(line);
    }
  }
  return groups;
}
