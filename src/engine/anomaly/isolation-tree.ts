import { drawWithoutReplacement, type Xorshift32 } from '../stats/xorshift.ts';

/** Values are held as whole numbers 0 .. GRID over the range of their feature: comparing them needs no branch. */
const GRID = 2 ** 29;
const ALWAYS_LEFT = GRID + 2;
const EULER_GAMMA = 0.5772156649;

/**
 * Average path length of an unsuccessful search in a binary search tree: what a leaf with `size` rows still hides.
 *
 * @param size  rows in the leaf, >= 0
 * @returns 0 for one row, 1 for two, `2 (ln(n-1) + .5772156649) - 2 (n-1)/n` above
 * Cost O(1). Ref: Liu, Ting & Zhou 2008, ICDM, "Isolation Forest", equation 1.
 */
export function averagePathLength(size: number): number {
  if (size <= 2) {
    return size === 2 ? 1 : 0;
  }
  return 2 * (Math.log(size - 1) + EULER_GAMMA) - (2 * (size - 1)) / size;
}

/** Trees and grid of an isolation forest. */
export interface ForestParts {
  readonly featureCount: number;
  readonly trees: number;
  readonly depth: number;
  readonly sampleSize: number;
  readonly offsets: Float64Array;
  readonly gains: Float64Array;
  /** Per tree 2^depth - 1 inner nodes in heap order. */
  readonly features: Uint8Array;
  readonly thresholds: Int32Array;
  /** Per tree 2^depth path lengths. */
  readonly paths: Float32Array;
}

/**
 * Value of a feature on the grid of the forest.
 *
 * @param value  any number; NaN gives 0
 * @param offset  smallest value of the feature in the fit
 * @param gain  grid steps per unit of the feature; 0 for a constant one
 * @returns a whole number; just outside 0 .. 2^29 for values outside the range of the fit
 * Cost O(1).
 */
export function gridValue(value: number, offset: number, gain: number): number {
  const scaled = (value - offset) * gain;
  return scaled < 0 ? -1 : scaled > GRID ? GRID + 1 : scaled | 0;
}

/**
 * Grows the trees of an isolation forest one by one into {@link TreeGrower.parts}.
 *
 * Cost per tree O(sampleSize (features + log sampleSize)). Ref: Liu, Ting & Zhou 2008, ICDM, algorithms 1 and 2.
 */
export class TreeGrower {
  readonly parts: ForestParts;
  private readonly rows: Float64Array;
  private readonly usable: Uint32Array;
  private readonly random: Xorshift32;
  /** The drawn rows, feature by feature. */
  private readonly columns: Int32Array;
  private readonly order: Uint32Array;

  /**
   * @param rows  row after row
   * @param usable  positions of the rows that may be drawn
   * @param featureCount  numbers of a row
   * @param trees  how many will be grown
   * @param sampleSize  rows drawn for each
   * @param random  source of numbers
   */
  constructor(
    rows: Float64Array,
    usable: Uint32Array,
    featureCount: number,
    trees: number,
    sampleSize: number,
    random: Xorshift32
  ) {
    const depth = Math.ceil(Math.log2(sampleSize));
    const { offsets, gains } = featureRanges(rows, usable, featureCount);
    this.rows = rows;
    this.usable = usable;
    this.random = random;
    this.columns = new Int32Array(sampleSize * featureCount);
    this.order = new Uint32Array(sampleSize);
    this.parts = {
      featureCount,
      trees,
      depth,
      sampleSize,
      offsets,
      gains,
      features: new Uint8Array(trees * (2 ** depth - 1)),
      thresholds: new Int32Array(trees * (2 ** depth - 1)).fill(ALWAYS_LEFT),
      paths: new Float32Array(trees * 2 ** depth),
    };
  }

  /** Draws the rows of a tree and splits them. */
  grow(tree: number): void {
    const { sampleSize, featureCount, offsets, gains } = this.parts;
    const drawn = drawWithoutReplacement(this.usable.length, sampleSize, this.random);
    for (let k = 0; k < sampleSize; k += 1) {
      const base = (this.usable[drawn[k] ?? 0] ?? 0) * featureCount;
      this.order[k] = k;
      for (let j = 0; j < featureCount; j += 1) {
        const value = this.rows[base + j] ?? 0;
        this.columns[j * sampleSize + k] = gridValue(value, offsets[j] ?? 0, gains[j] ?? 0);
      }
    }
    this.split(tree, 0, 0, 0, sampleSize);
  }

  private split(tree: number, node: number, level: number, from: number, to: number): void {
    const { depth, features, thresholds, sampleSize } = this.parts;
    const found = to - from > 1 && level < depth ? this.chooseSplit(from, to) : undefined;
    if (!found) {
      const leaf = (node + 1) * 2 ** (depth - level) - 2 ** depth;
      this.parts.paths[tree * 2 ** depth + leaf] = level + averagePathLength(to - from);
      return;
    }
    const at = tree * (2 ** depth - 1) + node;
    features[at] = found.feature;
    thresholds[at] = found.threshold;
    const middle = partition(this.order, this.columns, found.feature * sampleSize, found.threshold, from, to);
    this.split(tree, 2 * node + 1, level + 1, from, middle);
    this.split(tree, 2 * node + 2, level + 1, middle, to);
  }

  private chooseSplit(from: number, to: number): { feature: number; threshold: number } | undefined {
    const { featureCount, sampleSize } = this.parts;
    let feature = 0;
    for (let tried = 0; tried < 2 * featureCount; tried += 1) {
      // Drawn anew first: the next one, cyclically, would favour the neighbours of constant columns.
      feature = tried < featureCount ? this.random.below(featureCount) : (feature + 1) % featureCount;
      let low = GRID + 1;
      let high = -1;
      for (let k = from; k < to; k += 1) {
        const value = this.columns[feature * sampleSize + (this.order[k] ?? 0)] ?? 0;
        low = value < low ? value : low;
        high = value > high ? value : high;
      }
      if (high > low) {
        // A row is left when it is smaller, so both sides get at least one row.
        return { feature, threshold: low + 1 + this.random.below(high - low) };
      }
    }
    return undefined;
  }
}

function featureRanges(
  rows: Float64Array,
  usable: Uint32Array,
  featureCount: number
): { offsets: Float64Array; gains: Float64Array } {
  const offsets = new Float64Array(featureCount).fill(Infinity);
  const gains = new Float64Array(featureCount).fill(-Infinity);
  for (const row of usable) {
    for (let j = 0; j < featureCount; j += 1) {
      const value = rows[row * featureCount + j] ?? 0;
      offsets[j] = Math.min(offsets[j] ?? value, value);
      gains[j] = Math.max(gains[j] ?? value, value);
    }
  }
  for (let j = 0; j < featureCount; j += 1) {
    const range = (gains[j] ?? 0) - (offsets[j] ?? 0);
    // Constant features, and ranges beyond what a double can hold, split nothing.
    gains[j] = range > 0 && GRID / range < Infinity ? GRID / range : 0;
  }
  return { offsets, gains };
}

function partition(
  order: Uint32Array,
  columns: Int32Array,
  base: number,
  threshold: number,
  from: number,
  to: number
): number {
  let left = from;
  let right = to - 1;
  while (left <= right) {
    const row = order[left] ?? 0;
    if ((columns[base + row] ?? 0) < threshold) {
      left += 1;
    } else {
      order[left] = order[right] ?? 0;
      order[right] = row;
      right -= 1;
    }
  }
  return left;
}
