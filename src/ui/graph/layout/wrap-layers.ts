/** Nodes of a layer, and the extent of its longest node along the direction of the calls. */
export interface LayerSize {
  readonly count: number;
  readonly length: number;
}

/** How layers that are too long are broken: at most so many nodes above each other, and the columns of each layer. */
export interface Wrap {
  readonly rows: number;
  readonly columns: readonly number[];
}

/** A picture may be so many times too tall before layers are broken. */
const TOLERANCE = 2;

/**
 * Finds the number of rows whose picture comes nearest to the wanted shape.
 * @returns undefined when no layer has to be broken
 */
export function chooseWrap(
  layers: readonly LayerSize[],
  spacing: {
    readonly layerGap: number;
    readonly columnGap: number;
    readonly sibling: number;
    readonly aspect: number;
    readonly leastRows: number;
  }
): Wrap | undefined {
  const longest = layers.reduce((most, { count }) => Math.max(most, count), 0);
  const toShape = (rows: number): number => {
    const along = layers.reduce((sum, { count, length }) => {
      const columns = Math.max(1, Math.ceil(count / rows));
      return sum + columns * (length + spacing.columnGap) - spacing.columnGap + spacing.layerGap;
    }, -spacing.layerGap);
    return along / (rows * spacing.sibling);
  };
  if (longest <= spacing.leastRows || toShape(longest) * TOLERANCE > spacing.aspect) {
    return undefined;
  }
  let rows = longest;
  let least = Infinity;
  for (let candidate = spacing.leastRows; candidate <= longest; candidate += 1) {
    const off = Math.abs(Math.log(toShape(candidate) / spacing.aspect));
    if (off < least) {
      least = off;
      rows = candidate;
    }
  }
  return { rows, columns: layers.map(({ count }) => Math.max(1, Math.ceil(count / rows))) };
}
