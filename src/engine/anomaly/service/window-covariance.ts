/** Sums over windows: of every number, and of the products of every two (lower triangle). */
export interface WindowMoments {
  readonly sums: Float64Array;
  /** size x size, row by row; only the lower triangle is filled. */
  readonly products: Float64Array;
  count: number;
}

/**
 * Adds all windows of a stretch of rows to the sums.
 *
 * Two numbers of a window that both move one row later take part in the same products, but for the first and the last
 * window. So only products with a number of the first row are summed over all windows; the others follow from their
 * neighbour.
 *
 * @param moments  sums so far; size = width * window
 * @param rows  numbers, row after row
 * @param from  first row of the stretch
 * @param to  row after the last
 * @param width  numbers of a row
 * @param window  rows of a window
 * Cost O((to - from) width^2 window + (width window)^2).
 */
export function addWindowMoments(
  moments: WindowMoments,
  rows: Float64Array,
  from: number,
  to: number,
  width: number,
  window: number
): void {
  const windows = to - from - window + 1;
  if (windows <= 0) {
    return;
  }
  const size = width * window;
  const { sums, products } = moments;
  const fresh = new Float64Array(size * width);
  addLeadingProducts(fresh, rows, from, windows, width, window);
  // Row i of the triangle is number i of a window; column k < width is a number of its first row.
  const previous = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k <= i; k += 1) {
      const value =
        k < width
          ? (fresh[i * width + k] ?? 0)
          : (previous[(i - width) * size + k - width] ?? 0) + slid(rows, from, windows, width, i - width, k - width);
      previous[i * size + k] = value;
      products[i * size + k] = (products[i * size + k] ?? 0) + value;
    }
  }
  for (let i = 0; i < size; i += 1) {
    let sum = 0;
    for (let t = 0; t < windows; t += 1) {
      sum += rows[(from + t) * width + i] ?? 0;
    }
    sums[i] = (sums[i] ?? 0) + sum;
  }
  moments.count += windows;
}

/** What a product gains and loses when both numbers move one row later. */
function slid(rows: Float64Array, from: number, windows: number, width: number, i: number, k: number): number {
  const first = from * width;
  const last = (from + windows) * width;
  return (rows[last + i] ?? 0) * (rows[last + k] ?? 0) - (rows[first + i] ?? 0) * (rows[first + k] ?? 0);
}

/** Products of every number of a window with those of its first row, summed over the windows. */
function addLeadingProducts(
  fresh: Float64Array,
  rows: Float64Array,
  from: number,
  windows: number,
  width: number,
  window: number
): void {
  const size = width * window;
  for (let t = 0; t < windows; t += 1) {
    const base = (from + t) * width;
    for (let i = 0; i < size; i += 1) {
      const value = rows[base + i] ?? 0;
      if (value === 0) {
        continue;
      }
      const target = i * width;
      for (let k = 0; k < width; k += 1) {
        fresh[target + k] = (fresh[target + k] ?? 0) + value * (rows[base + k] ?? 0);
      }
    }
  }
}
