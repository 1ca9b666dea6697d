import { RANKING_FEATURES, type RankingFeature } from './feature-names.ts';

/** Threshold of the top linear score where no quiet windows of the installation were replayed. */
export const DEFAULT_ABSTENTION_THRESHOLD = 5.2;

const EVIDENCE: readonly RankingFeature[] = [
  'lat',
  'err',
  'cpu',
  'mem',
  'disk',
  'tself',
  'tnet',
  'logsev',
  'lognovel',
  'clat',
  's_miss',
  's_novel',
  's_err',
  'l_miss',
  'l_novel',
  'l_err',
  'dur_op',
  'dur_in',
];
const EVIDENCE_COLUMNS = EVIDENCE.map((name) => RANKING_FEATURES.indexOf(name));
/** Evidence up to this is the noise of a quiet system. */
const NOTABLE = 0.25;

/**
 * Whether nothing stands out enough to name a cause.
 *
 * @param x  features per candidate
 * @param linear  linear score per candidate
 * @param threshold  smallest top linear score that names a cause
 * @returns true: "no significant root cause"
 * Cost O(candidates x features). Ref: RCA specification 7.
 */
export function abstains(x: readonly Float64Array[], linear: Float64Array, threshold: number): boolean {
  const top = linear.reduce((most, score) => Math.max(most, score), -Infinity);
  return !(top >= threshold) || !x.some(showsEvidence);
}

/**
 * Whether the telemetry of a candidate shows anything at all.
 *
 * @param row  its features
 * @returns true when some evidence of its own is beyond the noise of a quiet system
 * Cost O(features).
 */
export function showsEvidence(row: Float64Array): boolean {
  return EVIDENCE_COLUMNS.some((column) => (row[column] ?? 0) > NOTABLE);
}
