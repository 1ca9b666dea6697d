import type { EvidenceSeries, Hypothesis, ServiceName } from '#model';
import type { RankedCandidate } from '../rca/rank.ts';
import { mainOf, type RcaCase, symptomKind } from '../rca/rca-case.ts';
import { type SignalEvidence, valuesIn } from '../rca/signal-evidence.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { citeSignal } from './cite.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { toMetric } from './metric-name.ts';

/** Series of a report, and points of each: a report is stored with every incident. */
const MAX_SERIES = 8;
const MAX_POINTS = 240;
const PER_CAUSE = 2;
/** Quiet time that is shown at least, and as many times the length of the incident. */
const LEAST_BEFORE_MS = 30 * 60_000;
/** Deviation below which a signal of a cause shows nothing. */
const STRANGE = 2;
const SIGNIFICANT_DIGITS = 5;

/**
 * The series by which a person can check the answer: of every cause its strangest signals, of the services between cause
 * and target and of the target itself the symptom.
 *
 * @param rca  the case
 * @param causes  ranked causes with their hypotheses, best first
 * @param book  where facts are numbered
 * @returns causes first, target last; at most eight series of at most 240 points, thinned evenly
 * Cost O(series * points).
 */
export function evidenceSeries(
  rca: RcaCase,
  causes: readonly (readonly [RankedCandidate, Hypothesis])[],
  book: EvidenceBook
): readonly EvidenceSeries[] {
  const target = rca.target.service;
  const guilty = new Set(causes.map(([{ service }]) => service));
  const path = new Set(causes.flatMap(([, { path: hops }]) => hops.map(({ to }) => to)));
  const between = [...path].filter((service) => service !== target && !guilty.has(service));
  const chosen = [
    ...causes.flatMap(([candidate]) => ofCause(rca, candidate).map((item) => ({ item, role: 'cause' as const }))),
    ...between.flatMap((service) => symptomOf(rca, service).map((item) => ({ item, role: 'path' as const }))),
  ].slice(0, MAX_SERIES - 1);
  const last = symptomOf(rca, target).filter((item) => !chosen.some((other) => other.item === item));
  return [...chosen, ...last.map((item) => ({ item, role: 'target' as const }))].map(({ item, role }) => ({
    ...toMetric(item),
    role,
    ...pointsOf(rca, item),
    usual: usualOf(rca, item),
    ...(item.onsetMs === undefined ? {} : { onsetMs: item.onsetMs }),
    evidence: item.z > 1 ? [citeSignal(book, rca, item)] : [],
  }));
}

/** What its mechanism rests on, then the strangest others. */
function ofCause(rca: RcaCase, { service, mechanism }: RankedCandidate): readonly SignalEvidence[] {
  const speaking = mechanism?.evidence ?? [];
  const others = rca
    .evidence(service)
    .filter((item) => item.z > STRANGE && item.signal.harm !== 'both' && !speaking.includes(item))
    .toSorted((left, right) => right.z - left.z);
  const kinds = new Set<string>();
  return [...speaking, ...others]
    .filter(({ signal }) => !kinds.has(signal.kind) && kinds.add(signal.kind))
    .slice(0, PER_CAUSE);
}

function symptomOf(rca: RcaCase, service: ServiceName): readonly SignalEvidence[] {
  const found = mainOf(rca.evidence(service), symptomKind(rca));
  return found ? [found] : [];
}

function pointsOf({ windows }: RcaCase, { signal }: SignalEvidence): Pick<EvidenceSeries, 'timesMs' | 'values'> {
  const { fromMs, toMs } = windows.incident;
  const startMs = Math.max(windows.baseline.fromMs, fromMs - Math.max(LEAST_BEFORE_MS, toMs - fromMs));
  const { timesMs, values } = signal.series;
  const rows = [...timesMs.keys()].filter((i) => (timesMs[i] ?? 0) >= startMs && (timesMs[i] ?? 0) < toMs);
  const every = Math.max(1, Math.ceil(rows.length / MAX_POINTS));
  const kept = rows.filter((_, i) => (rows.length - 1 - i) % every === 0);
  return { timesMs: kept.map((i) => timesMs[i] ?? 0), values: kept.map((i) => rounded(values[i])) };
}

function rounded(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : null;
}

function usualOf({ windows }: RcaCase, { signal, score }: SignalEvidence): EvidenceSeries['usual'] {
  const quiet = sortedFinite(valuesIn(signal, windows.baseline));
  return { median: score.median, low: quantileSorted(quiet, 0.01), high: quantileSorted(quiet, 0.99) };
}
