import type {
  DetectorId,
  HybridVerdict,
  LogAnomalyKind,
  QualityVerdict,
  SeriesExplanation,
  ServiceDetection,
} from '#model';
import { formatRatio } from './format.ts';
import { nameSignal } from './signal-text.ts';
import type { Tone } from './tone.ts';

/** Detectors in words; the first ten judge one series, the others one service. */
export const DETECTOR_LABELS: Readonly<Record<DetectorId, string>> = {
  ewma: 'Jump (EWMA)',
  ewmaShort: 'Jump, as documented (EWMA)',
  seasonal: 'Time of day',
  robustZ: 'Distance from the median',
  range: 'Outside of everything seen',
  discord: 'Shape not seen before',
  windowForest: 'Strange window (forest)',
  ksDrift: 'Changed distribution',
  slowRange: 'Hour outside of everything seen',
  roughness: 'Hour too rough or too calm',
  subPca6: 'Features out of step, half an hour',
  subPca24: 'Features out of step, two hours',
  isolationForest: 'Isolation forest',
  ewmaMean: 'Jumps of all features',
  seasonalMax: 'Time of day, worst feature',
  lstm: 'LSTM',
};

/** The words for a detector; a name that is not known is shown as it is. */
export function describeDetector(detector: string): string {
  return Object.hasOwn(DETECTOR_LABELS, detector) ? DETECTOR_LABELS[detector as DetectorId] : detector;
}

/** What the data-quality gate found, in words. */
export const QUALITY_LABELS: Readonly<Record<QualityVerdict, string>> = {
  ok: 'OK',
  invalid: 'Not a number',
  'out-of-order': 'Out of order',
  duplicate: 'Duplicate',
  gap: 'Gap',
  stale: 'Stale',
  'counter-reset': 'Counter reset',
  'out-of-range': 'Out of range',
  constant: 'Constant',
  sparse: 'Sparse',
};

/** Verdicts of the hybrid table in words. */
export const VERDICT_TEXTS: Readonly<Record<HybridVerdict, { readonly text: string; readonly tone: Tone }>> = {
  CRITICAL: { text: 'Critical', tone: 'error' },
  WARNING: { text: 'Warning', tone: 'warning' },
  LOG_ONLY: { text: 'Log only', tone: 'info' },
  OK: { text: 'OK', tone: 'success' },
  UNKNOWN: { text: 'Unknown', tone: 'neutral' },
};

/** Kinds of log anomaly in words. */
export const LOG_ANOMALY_LABELS: Readonly<Record<LogAnomalyKind, string>> = {
  'new-template': 'New pattern',
  'rate-change': 'Changed rate',
  'vanished-heartbeat': 'Heartbeat stopped',
  'mix-shift': 'Changed mix of patterns',
};

const MAX_SHARES = 3;

/** The largest shares in a line: `Latency p99 62 %, CPU 20 %`. Shares below 5 % are left out. */
export function describeShares(shares: ReadonlyArray<{ readonly name: string; readonly share: number }>): string {
  return shares
    .filter(({ share }) => share >= 0.05)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MAX_SHARES)
    .map(({ name, share }) => `${name} ${formatRatio(Math.round(share * 100) / 100)}`)
    .join(', ');
}

/** Why one series got its score: the sentence, then the detectors that made it. */
export function describeExplanation({ sentence, members, shortHistory }: SeriesExplanation): string {
  const by = describeShares(members.map(({ detector, share }) => ({ name: describeDetector(detector), share })));
  const text = [sentence, by === '' ? '' : `(${by})`].filter((part) => part !== '').join(' ');
  return shortHistory ? `${text} Little history stands behind it.` : text;
}

/** The features that made the score of a service, in a line. */
export function describeFeatures({ features }: ServiceDetection): string {
  return describeShares(features.map(({ signalId, share }) => ({ name: nameSignal(signalId), share })));
}
