import type { SignalKind, TimeSeries, UnknownReason, Unit } from '#model';
import { quantileSorted } from '../stats/quantile.ts';

/** Why a point may not be judged; `ok` when it may. */
export type GateVerdict = 'ok' | Extract<UnknownReason, 'gap' | 'stale' | 'invalid' | 'constant' | 'out-of-range'>;

/**
 * Kinds that never rest on one exact value while a service lives. Percentiles of a histogram do, so latency is not
 * here.
 */
const ALWAYS_MOVING: ReadonlySet<SignalKind> = new Set(['request-rate', 'cpu']);
const GAP_SLOTS = 3;
const REWARM_POINTS = 3;
const MIN_STALE_POINTS = 24;
const CONSTANT_POINTS = 288;

/** What the gate needs to know about a series. */
export interface GateInput {
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly series: TimeSeries;
}

/**
 * Data-quality gate: says per point whether a detector may judge it.
 *
 * `invalid` for NaN and infinities, `out-of-range` outside the bounds of the unit, `gap` for the first three points
 * after more than three missing slots, `stale` and `constant` for a rate or CPU that stands still where it used to move
 * or never moved.
 *
 * @param input  kind, unit and series; the step is the median distance of its times
 * @returns one verdict per point
 * Cost O(n log n). Source: gate table of the detection design, first form. Deviations: re-warming is 3 points instead
 * of 12 (15 s steps), resting at zero is legitimate, percentiles may rest because histogram buckets quantise them.
 */
export function judgeQuality(input: GateInput): GateVerdict[] {
  const { timesMs, values } = input.series;
  const stepMs = medianStepMs(timesMs);
  const frozen = frozenPoints(input.kind, values);
  let rewarm = 0;
  return values.map((value, i) => {
    const missing = i === 0 ? 0 : ((timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0)) / stepMs - 1;
    rewarm = missing > GAP_SLOTS ? REWARM_POINTS : Math.max(0, rewarm - 1);
    if (!Number.isFinite(value)) {
      return 'invalid';
    }
    if (isOutOfRange(value, input.unit)) {
      return 'out-of-range';
    }
    return rewarm > 0 ? 'gap' : (frozen[i] ?? 'ok');
  });
}

/**
 * Median distance of consecutive times.
 *
 * @param timesMs  ascending
 * @returns > 0; 15,000 when fewer than two times are known
 * Cost O(n log n).
 */
export function medianStepMs(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? time));
  const positive = steps.filter((step) => step > 0).sort((left, right) => left - right);
  return positive.length === 0 ? 15_000 : quantileSorted(positive, 0.5);
}

function isOutOfRange(value: number, unit: Unit): boolean {
  if (unit === 'dimensionless') {
    return false;
  }
  return value < 0 || (unit === 'ratio' && value > 1.5);
}

/** Marks points of a run of equal non-zero values that is too long for a series of this kind. */
function frozenPoints(kind: SignalKind, values: readonly number[]): (GateVerdict | undefined)[] {
  const marks = new Array<GateVerdict | undefined>(values.length).fill(undefined);
  if (!ALWAYS_MOVING.has(kind)) {
    return marks;
  }
  const finished: number[] = [];
  let run = 0;
  values.forEach((value, i) => {
    if (i > 0 && value === values[i - 1]) {
      run += 1;
    } else {
      insertSorted(finished, run);
      run = 1;
    }
    if (value !== 0 && Number.isFinite(value)) {
      marks[i] = frozenVerdict(run, i, finished);
    }
  });
  return marks;
}

function frozenVerdict(run: number, index: number, finished: readonly number[]): GateVerdict | undefined {
  if (run === index + 1) {
    return run >= CONSTANT_POINTS ? 'constant' : undefined;
  }
  const usual = finished.length === 0 ? 1 : quantileSorted(finished, 0.95);
  return run >= Math.max(MIN_STALE_POINTS, 4 * usual) ? 'stale' : undefined;
}

function insertSorted(sorted: number[], value: number): void {
  if (value <= 0) {
    return;
  }
  const at = sorted.findIndex((other) => other >= value);
  sorted.splice(at === -1 ? sorted.length : at, 0, value);
}
