import type { HybridVerdict } from '#model';
import { MAX_FAILED_SHARE } from './feature-table.ts';

/** What the verdict on a service rests on. */
export interface VerdictInput {
  /** Share of the features whose quality is not ok now. */
  readonly failedShare: number;
  /** Surprisal of the isolation forest; NaN = unavailable. */
  readonly forest: number;
  /** Surprisal of sub-PCA 6; NaN = unknown. */
  readonly subPca: number;
  /** Surprisal of the ensemble; NaN = unknown. */
  readonly ensemble: number;
  /** Features whose EWMA flag was up within the last 15 minutes. */
  readonly flagged: number;
  /** Features that have a scored EWMA. */
  readonly ewmaScored: number;
  /** Whether a forest was ever fitted for the service. */
  readonly forestFitted: boolean;
  /** A critical forest alone is only a warning. */
  readonly requireCorroboration: boolean;
}

/** A verdict with the reason in words. */
export interface Verdict {
  readonly verdict: HybridVerdict;
  readonly note: string;
}

const CRITICAL_AT = 5;
const WARNING_AT = 3;
const RAISE_AT = 5;

/** Verdicts from the least to the worst; UNKNOWN stands outside. */
export const VERDICT_ORDER: readonly HybridVerdict[] = ['OK', 'LOG_ONLY', 'WARNING', 'CRITICAL'];

/**
 * The hybrid verdict over a service: isolation forest and per-feature EWMA flags, as a table.
 *
 * Too many failed features: UNKNOWN, whatever the rest says. Forest critical (5): CRITICAL; forest warning (3), or two
 * flagged features: WARNING; one: LOG_ONLY (written to the log, notifies nobody); none: OK. Without a forest the flags
 * decide alone; with neither, UNKNOWN. The ensemble (5) raises LOG_ONLY to WARNING; nothing but the forest makes
 * CRITICAL.
 *
 * @param input  see {@link VerdictInput}
 * @returns verdict and why
 * Cost O(1). Source: A3.6. Deviation: `requireCorroboration` makes an uncorroborated critical forest a WARNING.
 */
export function hybridVerdict(input: VerdictInput): Verdict {
  if (!(input.failedShare <= MAX_FAILED_SHARE)) {
    return { verdict: 'UNKNOWN', note: `${Math.round(100 * input.failedShare)} % of the features have no usable data` };
  }
  const available = !Number.isNaN(input.forest);
  const verdict = available ? withForest(input) : byFlags(input);
  if (verdict.verdict === 'LOG_ONLY' && input.ensemble >= RAISE_AT) {
    return { verdict: 'WARNING', note: 'the ensemble is critical and one feature jumped' };
  }
  return verdict;
}

function withForest(input: VerdictInput): Verdict {
  if (input.forest >= CRITICAL_AT) {
    const alone = input.requireCorroboration && !(input.subPca >= WARNING_AT) && input.flagged === 0;
    return alone
      ? { verdict: 'WARNING', note: 'the isolation forest is critical, nothing else confirms it' }
      : { verdict: 'CRITICAL', note: 'the isolation forest is critical' };
  }
  if (input.forest >= WARNING_AT) {
    return { verdict: 'WARNING', note: 'the isolation forest warns' };
  }
  return flagVerdict(input.flagged, '');
}

function byFlags(input: VerdictInput): Verdict {
  if (input.flagged === 0 && !input.forestFitted && input.ewmaScored < 2) {
    return { verdict: 'UNKNOWN', note: 'neither forest nor EWMA has enough history' };
  }
  return flagVerdict(input.flagged, ' (EWMA only)');
}

function flagVerdict(flagged: number, mark: string): Verdict {
  if (flagged >= 2) {
    return { verdict: 'WARNING', note: `${flagged} features jumped${mark}` };
  }
  return flagged === 1
    ? { verdict: 'LOG_ONLY', note: `one feature jumped${mark}` }
    : { verdict: 'OK', note: `nothing unusual${mark}` };
}
