import { drawWithoutReplacement, Xorshift32 } from '../stats/xorshift.ts';
import { StateReader, StateWriter } from './service/state-bytes.ts';

/** Settings of {@link fitIsolationForest}. */
export interface IsolationForestOptions {
  /** Number of trees; default 100. */
  readonly trees?: number;
  /** Rows drawn for each tree without replacement; default 256, at most as many as there are. */
  readonly sampleSize?: number;
  /** Random seed; default 42. The same seed and rows give the same forest. */
  readonly seed?: number;
}

const MAGIC = 'CWIF';
const VERSION = 1;
/** Values are held as whole numbers 0 .. GRID over the range of their feature: comparing them needs no branch. */
const GRID = 2 ** 29;
const ALWAYS_LEFT = GRID + 2;
const EULER_GAMMA = 0.5772156649;
const BLOCK_ROWS = 256;

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

interface ForestParts {
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
 * A fitted isolation forest. Scores lie in (0, 1): about 0.5 for usual rows, towards 1 for rows that few splits isolate.
 *
 * Trees are complete binary trees of equal depth in heap order, so that a row takes the same number of steps in each and
 * nothing has to be predicted; a leaf that ends early continues to the left. 0.23 MB with 100 trees of 256 rows.
 *
 * Scores do not change when a feature is shifted or scaled.
 */
export class IsolationForest {
  private readonly parts: ForestParts;
  private readonly normaliser: number;
  private readonly block: Int32Array;
  private readonly sums: Float64Array;
  private readonly nodes: Uint32Array;

  /** @param parts  as {@link fitIsolationForest} or {@link IsolationForest.load} make them */
  constructor(parts: ForestParts) {
    this.parts = parts;
    this.normaliser = parts.trees * averagePathLength(parts.sampleSize);
    this.block = new Int32Array(BLOCK_ROWS * parts.featureCount);
    this.sums = new Float64Array(BLOCK_ROWS);
    this.nodes = new Uint32Array(parts.trees);
  }

  /** Numbers in a row. */
  get featureCount(): number {
    return this.parts.featureCount;
  }

  /** Bytes of the model in memory. */
  get byteLength(): number {
    const { features, thresholds, paths } = this.parts;
    return features.byteLength + thresholds.byteLength + paths.byteLength + this.block.byteLength;
  }

  /**
   * Score of one row.
   *
   * @param row  numbers in the order of the fit
   * @param offset  where the row begins; default 0
   * @returns 0 to 1; NaN when a number of the row is NaN or missing
   * Cost O(trees * depth), about 1 to 5 microseconds.
   */
  score(row: ArrayLike<number>, offset = 0): number {
    if (!this.toGrid(row, offset, 0)) {
      return NaN;
    }
    return 2 ** (-this.pathSum() / this.normaliser);
  }

  /**
   * Scores of many rows, equal to {@link score} of each.
   *
   * @param rows  row after row
   * @param rowCount  how many
   * @returns one score per row; NaN where a row holds NaN
   * Cost O(rowCount * trees * depth), about 2 microseconds a row.
   */
  scoreRows(rows: ArrayLike<number>, rowCount: number): Float64Array {
    const scores = new Float64Array(rowCount);
    for (let start = 0; start < rowCount; start += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rowCount - start);
      this.sums.fill(0);
      for (let i = 0; i < count; i += 1) {
        if (!this.toGrid(rows, (start + i) * this.parts.featureCount, i)) {
          this.sums[i] = NaN;
        }
      }
      this.addPaths(count);
      for (let i = 0; i < count; i += 1) {
        scores[start + i] = 2 ** (-(this.sums[i] ?? NaN) / this.normaliser);
      }
    }
    return scores;
  }

  /** The forest as versioned little-endian bytes. */
  save(): Uint8Array {
    const { featureCount, trees, depth, sampleSize, offsets, gains, features, thresholds, paths } = this.parts;
    return new StateWriter(MAGIC, VERSION)
      .int(featureCount)
      .int(trees)
      .int(depth)
      .int(sampleSize)
      .float64(offsets)
      .float64(gains)
      .raw(features)
      .ints(thresholds)
      .float32(paths)
      .finish();
  }

  /**
   * The forest that was saved.
   *
   * @throws RangeError when the bytes are no saved forest of this version
   */
  static load(bytes: Uint8Array): IsolationForest {
    const reader = new StateReader(bytes, MAGIC, VERSION);
    const featureCount = reader.int();
    const trees = reader.int();
    const depth = reader.int();
    const sampleSize = reader.int();
    if (!(
      featureCount >= 1 &&
      featureCount <= 255 &&
      depth <= 16 &&
      trees >= 1 &&
      trees <= 100_000 &&
      sampleSize >= 2
    )) {
      throw new RangeError('a saved forest has an impossible shape');
    }
    const inner = trees * (2 ** depth - 1);
    const parts = {
      featureCount,
      trees,
      depth,
      sampleSize,
      offsets: reader.float64(featureCount),
      gains: reader.float64(featureCount),
      features: reader.raw(inner),
      thresholds: reader.ints(inner),
      paths: reader.float32(trees * 2 ** depth),
    };
    if (parts.features.some((feature) => feature >= featureCount)) {
      throw new RangeError('a saved forest splits at a feature that it does not have');
    }
    return new IsolationForest(parts);
  }

  private toGrid(row: ArrayLike<number>, offset: number, slot: number): boolean {
    const { featureCount, offsets, gains } = this.parts;
    const base = slot * featureCount;
    let known = true;
    for (let j = 0; j < featureCount; j += 1) {
      const value = row[offset + j] ?? NaN;
      known &&= !Number.isNaN(value);
      this.block[base + j] = gridValue(value, offsets[j] ?? 0, gains[j] ?? 0);
    }
    return known;
  }

  /** Paths of the first row of the block. All trees go down together, so that their memory is fetched at once. */
  private pathSum(): number {
    const { trees, depth, features, thresholds, paths } = this.parts;
    const { block, nodes } = this;
    const inner = 2 ** depth - 1;
    nodes.fill(0);
    for (let level = 0; level < depth; level += 1) {
      for (let tree = 0; tree < trees; tree += 1) {
        const node = nodes[tree] ?? 0;
        const at = tree * inner + node;
        const below = ((block[features[at] ?? 0] ?? 0) - (thresholds[at] ?? 0)) >> 31;
        nodes[tree] = 2 * node + 2 + below;
      }
    }
    let sum = 0;
    for (let tree = 0; tree < trees; tree += 1) {
      sum += paths[tree * (inner + 1) - inner + (nodes[tree] ?? 0)] ?? 0;
    }
    return sum;
  }

  private addPaths(count: number): void {
    const { featureCount, trees, depth, features, thresholds, paths } = this.parts;
    const { block, sums } = this;
    const inner = 2 ** depth - 1;
    for (let tree = 0; tree < trees; tree += 1) {
      const nodes = tree * inner;
      const leaves = tree * (inner + 1) - inner;
      for (let i = 0; i < count; i += 1) {
        const base = i * featureCount;
        let node = 0;
        for (let level = 0; level < depth; level += 1) {
          const at = nodes + node;
          // The sign of the difference is -1 for "smaller", 0 otherwise: left child 2n+1, right child 2n+2.
          const below = ((block[base + (features[at] ?? 0)] ?? 0) - (thresholds[at] ?? 0)) >> 31;
          node = 2 * node + 2 + below;
        }
        sums[i] = (sums[i] ?? 0) + (paths[leaves + node] ?? 0);
      }
    }
  }
}

/**
 * Fits an isolation forest.
 *
 * @param rows  row after row, `rowCount * featureCount` numbers; rows with a number that is not finite are not drawn
 * @param rowCount  >= 2 usable rows
 * @param featureCount  1 to 255
 * @param options  size and random seed
 * @returns the forest
 * @throws RangeError when shapes do not fit together or fewer than two rows are usable
 * Cost O(rows * features + trees * sampleSize * (features + log sampleSize)): 20,000 x 11 in a few milliseconds.
 * Ref: Liu, Ting & Zhou 2008, ICDM; depth limit ceil(log2 sampleSize). Deviation: a feature that is constant in the
 * node is drawn anew; values are rounded to 2^-29 of the range of their feature.
 */
export function fitIsolationForest(
  rows: Float64Array,
  rowCount: number,
  featureCount: number,
  options: IsolationForestOptions = {}
): IsolationForest {
  const trees = options.trees ?? 100;
  if (!(featureCount >= 1 && featureCount <= 255 && trees >= 1 && rows.length >= rowCount * featureCount)) {
    throw new RangeError('fitIsolationForest needs 1 to 255 features, at least one tree and complete rows');
  }
  const usable = usableRows(rows, rowCount, featureCount);
  const sampleSize = Math.min(options.sampleSize ?? 256, usable.length);
  if (!(sampleSize >= 2)) {
    throw new RangeError('fitIsolationForest needs at least two rows of finite numbers');
  }
  const grower = new TreeGrower(rows, usable, featureCount, trees, sampleSize, new Xorshift32(options.seed ?? 42));
  for (let tree = 0; tree < trees; tree += 1) {
    grower.grow(tree);
  }
  return new IsolationForest(grower.parts);
}

function usableRows(rows: Float64Array, rowCount: number, featureCount: number): Uint32Array {
  const usable = new Uint32Array(rowCount);
  let count = 0;
  for (let i = 0; i < rowCount; i += 1) {
    let finite = true;
    for (let j = 0; j < featureCount && finite; j += 1) {
      finite = Number.isFinite(rows[i * featureCount + j]);
    }
    if (finite) {
      usable[count++] = i;
    }
  }
  return usable.subarray(0, count);
}

function gridValue(value: number, offset: number, gain: number): number {
  const scaled = (value - offset) * gain;
  return scaled < 0 ? -1 : scaled > GRID ? GRID + 1 : scaled | 0;
}

class TreeGrower {
  readonly parts: ForestParts;
  private readonly rows: Float64Array;
  private readonly usable: Uint32Array;
  private readonly random: Xorshift32;
  /** The drawn rows, feature by feature. */
  private readonly columns: Int32Array;
  private readonly order: Uint32Array;

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
