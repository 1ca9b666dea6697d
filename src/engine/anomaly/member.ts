import type { Harm } from '#model';
import { normalTailSurprisal } from '../stats/normal-tail.ts';
import { MAX_SURPRISAL } from './score-map.ts';
import { TailCalibrator } from './tail-calibrator.ts';

/** Standard deviations at which a normal value has surprisal 3. */
const SIGMAS_AT_THREE = 3.0902;

/**
 * The share of a deviation that does harm.
 *
 * @param z  signed deviation, in standard deviations
 * @param harm  direction that does harm
 * @returns >= 0; 0 for a deviation in the harmless direction
 * Cost O(1).
 */
export function harmfulDeviation(z: number, harm: Harm): number {
  if (harm === 'both') {
    return Math.abs(z);
  }
  return Math.max(0, harm === 'up' ? z : -z);
}

/**
 * One detector of the ensemble: a raw deviation, judged twice and believed only where both agree.
 *
 * The normal tail over a floored scale says how strange a deviation is physically; the calibrated tail says how strange
 * it is for this series. The smaller surprisal counts: noise on tiny numbers cannot alarm, and neither can a series
 * that is often wild.
 *
 * Cost as {@link TailCalibrator}. Source: surprisal scale of the detection design; taking the minimum is ours.
 */
export class EnsembleMember {
  private readonly tail: TailCalibrator;

  /** @param capacity  raw values the calibrator remembers */
  constructor(capacity: number) {
    this.tail = new TailCalibrator(capacity);
  }

  /** Raw values the calibrator knows. */
  get size(): number {
    return this.tail.size;
  }

  /** Surprisal 0 to 12 of a harmful deviation >= 0; undefined while warming up. */
  surprisal(deviation: number): number | undefined {
    const calibrated = this.tail.surprisal(deviation);
    return calibrated === undefined ? undefined : Math.min(MAX_SURPRISAL, calibrated, normalTailSurprisal(deviation));
  }

  /** Takes in a harmful deviation of quiet times. */
  push(deviation: number): void {
    this.tail.push(deviation);
  }

  /** Deviation, in standard deviations, at which the surprisal reaches 3. */
  deviationAtWarning(): number {
    return Math.max(SIGMAS_AT_THREE, this.tail.rawAt(3) ?? 0);
  }
}
