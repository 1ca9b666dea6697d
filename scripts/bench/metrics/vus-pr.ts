import { type Segment, segmentsOf } from './segments.ts';

/** Width of the widest buffer and number of thresholds. */
export interface VusOptions {
  readonly widest: number;
  readonly thresholds: number;
}

/** For several metrics at five minutes. */
export const VUS_MULTIVARIATE: VusOptions = { widest: 12, thresholds: 100 };
/** For NAB files. */
export const VUS_NAB: VusOptions = { widest: 20, thresholds: 60 };

/**
 * Volume under the range-based precision-recall surface (Paparrizos et al., VLDB 2022): the mean, over buffer widths
 * 0 to `widest`, of the average precision with labels that fade out beside each segment and an existence factor.
 * Rows enter it through the first threshold that reaches them, so a width costs O(rows + thresholds).
 * @returns 0 to 1; NaN without labelled rows
 */
export function vusPr(labels: ArrayLike<number>, scores: ArrayLike<number>, options: VusOptions): number {
  const segments = segmentsOf(labels);
  if (segments.length === 0) {
    return Number.NaN;
  }
  const ranks = firstThresholds(scores, options.thresholds);
  const inWidest = rowsOf(widenedRegions(segments, options.widest, labels.length), labels.length);
  let sum = 0;
  for (let width = 0; width <= options.widest; width += 1) {
    sum += averagePrecisionAt(labels, segments, width, { ...ranks, inWidest });
  }
  return sum / (options.widest + 1);
}

interface Ranks {
  /** The first threshold at which a row is predicted; `count` if none. */
  readonly first: Int32Array;
  /** Predicted rows at each threshold. */
  readonly predicted: Float64Array;
  readonly count: number;
}

function firstThresholds(scores: ArrayLike<number>, count: number): Ranks {
  const sorted = Float64Array.from(scores).sort().reverse();
  const last = sorted.length - 1;
  const step = last / (count - 1);
  const cuts = Float64Array.from({ length: count }, (_, index) =>
    index === count - 1 ? (sorted[last] ?? 0) : (sorted[Math.floor(index * step)] ?? 0)
  );
  const first = new Int32Array(scores.length);
  const histogram = new Float64Array(count + 1);
  for (let row = 0; row < scores.length; row += 1) {
    const at = lowestReached(cuts, scores[row] ?? 0);
    first[row] = at;
    histogram[at] = (histogram[at] ?? 0) + 1;
  }
  return { first, predicted: cumulate(histogram, count), count };
}

/** Index of the first of the falling cuts that the score reaches. */
function lowestReached(cuts: Float64Array, score: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (score >= (cuts[middle] ?? 0)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function averagePrecisionAt(
  labels: ArrayLike<number>,
  segments: readonly Segment[],
  width: number,
  ranks: Ranks & { readonly inWidest: Uint8Array }
): number {
  const { first, predicted, count, inWidest } = ranks;
  const soft = extendLabels(labels, segments, width);
  const regions = widenedRegions(segments, width, labels.length);
  const inRegion = rowsOf(regions, labels.length);
  const found = new Float64Array(count + 1);
  const positives = new Float64Array(count + 1);
  // Rows that count as positive whether predicted or not.
  let certain = 0;
  for (let row = 0; row < labels.length; row += 1) {
    if (inWidest[row] === 1) {
      const at = first[row] ?? count;
      const weight = soft[row] ?? 0;
      found[at] = (found[at] ?? 0) + weight;
      if (labels[row] === 0 && inRegion[row] === 1) {
        positives[at] = (positives[at] ?? 0) + weight;
      } else {
        certain += weight;
      }
    }
  }
  const labelled = segments.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const sizes = cumulate(positives, count).map((value) => (labelled + certain + value) / 2);
  return areaUnder({ hits: cumulate(found, count), sizes, predicted, existence: existenceAt(regions, first, count) });
}

interface Curve {
  readonly hits: Float64Array;
  readonly sizes: Float64Array;
  readonly predicted: Float64Array;
  readonly existence: Float64Array;
}

function areaUnder({ hits, sizes, predicted, existence }: Curve): number {
  let area = 0;
  let previous = 0;
  hits.forEach((hit, index) => {
    const rate = Math.min(hit / (sizes[index] ?? 1), 1) * (existence[index] ?? 0);
    area += (rate - previous) * (hit / (predicted[index] ?? 1));
    previous = rate;
  });
  return area;
}

/** Share of the regions that hold a prediction, at each threshold. */
function existenceAt(regions: readonly Segment[], first: Int32Array, count: number): Float64Array {
  const histogram = new Float64Array(count + 1);
  for (const [from, to] of regions) {
    let earliest = count;
    for (let row = from; row <= to; row += 1) {
      earliest = Math.min(earliest, first[row] ?? count);
    }
    histogram[earliest] = (histogram[earliest] ?? 0) + 1 / regions.length;
  }
  return cumulate(histogram, count);
}

function extendLabels(labels: ArrayLike<number>, segments: readonly Segment[], width: number): Float64Array {
  const soft = Float64Array.from(labels, (label) => (label !== 0 ? 1 : 0));
  const half = width >> 1;
  const raise = (row: number, distance: number): void => {
    if (row >= 0 && row < soft.length) {
      soft[row] = (soft[row] ?? 0) + Math.sqrt(1 - distance / width);
    }
  };
  for (const [from, to] of segments) {
    for (let distance = 1; distance <= half; distance += 1) {
      raise(to + distance, distance);
      raise(from - distance, distance);
    }
  }
  return soft.map((value) => Math.min(1, value));
}

/** Segments widened by half the buffer on both sides; joined unless a row lies between them. */
function widenedRegions(segments: readonly Segment[], width: number, rows: number): readonly Segment[] {
  const half = width >> 1;
  const regions: [number, number][] = [];
  for (const [from, to] of segments) {
    const last = regions.at(-1);
    if (last && last[1] >= from - half) {
      last[1] = to + half;
    } else {
      regions.push([Math.max(from - half, 0), to + half]);
    }
  }
  return regions.map(([from, to]) => [from, Math.min(to, rows - 1)] as const);
}

function rowsOf(regions: readonly Segment[], rows: number): Uint8Array {
  const inside = new Uint8Array(rows);
  regions.forEach(([from, to]) => inside.fill(1, from, to + 1));
  return inside;
}

function cumulate(histogram: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += histogram[index] ?? 0;
    sums[index] = sum;
  }
  return sums;
}
