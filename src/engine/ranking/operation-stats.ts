import type { OperationStats } from './ranking-case.ts';

/** What the times are shifted by before the logarithm, milliseconds. */
const SHIFT_MS = 0.05;
/** The median absolute deviation is found to this precision, on the log scale. */
const PRECISION = 1e-4;
/** A first bucket without a lower bound is taken to begin at this share of its upper one. */
const FIRST_BUCKET = 0.25;

/** A stretch of the log scale with a number of observations spread evenly over it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Counts and typical durations of an operation from a histogram.
 *
 * Deviation from the specification, which takes exact times: within a bucket they are spread evenly on the log scale;
 * what exceeds the last finite bound is put on it.
 *
 * @param count  how often it ran, at least 0
 * @param bounds  upper bounds of the buckets in seconds, ascending; the last one may be infinite
 * @param counts  observations per bucket, not cumulative
 * @returns stats of ln(ms + 0.05); NaN where there is no observation, which means unknown
 * Cost O(buckets). Ref: RCA specification 2.3, events.
 */
export function histogramStats(count: number, bounds: readonly number[], counts: readonly number[]): OperationStats {
  const stretches = toStretches(bounds, counts);
  const total = stretches.reduce((sum, stretch) => sum + stretch.count, 0);
  if (!(total > 0)) {
    return unknownDurations(count);
  }
  const medianLnMs = quantileOf(stretches, 0.5 * total);
  return {
    count,
    medianLnMs,
    madLnMs: halfWidth(stretches, medianLnMs, 0.5 * total),
    p90LnMs: quantileOf(stretches, 0.9 * total),
  };
}

/**
 * Stats of an operation of which only the number is known.
 *
 * @param count  how often it ran, at least 0
 * @returns stats whose durations are NaN: unknown
 * Cost O(1).
 */
export function unknownDurations(count: number): OperationStats {
  return { count, medianLnMs: NaN, madLnMs: NaN, p90LnMs: NaN };
}

function toStretches(bounds: readonly number[], counts: readonly number[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let below: number | undefined;
  for (const [i, bound] of bounds.entries()) {
    const count = counts[i] ?? 0;
    const isFinite = Number.isFinite(bound) && bound > 0;
    const to = isFinite ? bound : below;
    if (to !== undefined && count > 0 && Number.isFinite(count)) {
      const from = isFinite ? (below ?? bound * FIRST_BUCKET) : to;
      stretches.push({ from: lnMs(from), to: lnMs(to), count });
    }
    below = isFinite ? bound : below;
  }
  return stretches;
}

function lnMs(seconds: number): number {
  return Math.log(seconds * 1000 + SHIFT_MS);
}

/** Where so many observations lie below. */
function quantileOf(stretches: readonly Stretch[], rank: number): number {
  let below = 0;
  let last = 0;
  for (const { from, to, count } of stretches) {
    if (below + count >= rank) {
      return from + ((to - from) * (rank - below)) / count;
    }
    below += count;
    last = to;
  }
  return last;
}

/** Half of the width around a centre that holds so many observations. */
function halfWidth(stretches: readonly Stretch[], centre: number, wanted: number): number {
  const first = stretches[0]?.from ?? centre;
  const last = stretches.at(-1)?.to ?? centre;
  let low = 0;
  let high = Math.max(centre - first, last - centre);
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    const held = belowOf(stretches, centre + middle) - belowOf(stretches, centre - middle);
    if (held >= wanted) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

/** Observations below a point; those of a stretch without width lie on it, half of them below. */
function belowOf(stretches: readonly Stretch[], at: number): number {
  return stretches.reduce((sum, { from, to, count }) => {
    const share = to > from ? (at - from) / (to - from) : at > from ? 1 : at < from ? 0 : 0.5;
    return sum + count * Math.min(1, Math.max(0, share));
  }, 0);
}
