import { quantileSorted } from '../../stats/quantile.ts';
import { unitFloor, type FeatureTable } from './feature-table.ts';

/** Largest robust z, either way. */
export const Z_LIMIT = 10;

/** Centre and spread of every feature. */
export interface RobustScaling {
  readonly centres: Float64Array;
  /** > 0. */
  readonly scales: Float64Array;
}

/** Centre and spread of one sample, with what of it was usable. */
export interface ColumnScale {
  readonly centre: number;
  readonly scale: number;
  /** Finite values. */
  readonly count: number;
  /** Whether the values differ at all. */
  readonly varies: boolean;
}

/**
 * Median and robust spread of the finite values of a column:
 * `s = max(.7413 IQR, .3 (q.95 - q.05) / 3.29, floor)`.
 *
 * @param column  any numbers; NaN and infinities are left out
 * @param floor  smallest spread at a centre, in the unit of the column
 * @returns centre 0 and spread 1 when nothing is finite
 * Cost O(n log n). Ref: detection 6.1.
 */
export function columnScale(column: Float64Array, floor: (centre: number) => number): ColumnScale {
  const sorted = column.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) {
    return { centre: 0, scale: 1, count: 0, varies: false };
  }
  const at = (p: number): number => quantileSorted(sorted, p);
  const centre = at(0.5);
  const spread = Math.max(0.7413 * (at(0.75) - at(0.25)), (0.3 * (at(0.95) - at(0.05))) / 3.29, floor(centre));
  const varies = (sorted[0] ?? 0) < (sorted[sorted.length - 1] ?? 0);
  return { centre, scale: Number.isFinite(spread) ? spread : Number.MAX_VALUE, count: sorted.length, varies };
}

/**
 * Fits centre and spread of every feature of a table.
 *
 * @param table  history; missing cells are left out
 * @returns one centre and one positive spread per feature
 * Cost O(features n log n). Ref: detection 6.1, {@link columnScale}.
 */
export function fitRobustScaling(table: FeatureTable): RobustScaling {
  const columns = table.columns.map((column, j) =>
    columnScale(column, (centre) => {
      const feature = table.features[j];
      return feature ? unitFloor(feature, centre) : 1;
    })
  );
  return {
    centres: Float64Array.from(columns, (column) => column.centre),
    scales: Float64Array.from(columns, (column) => column.scale),
  };
}

/**
 * Robust z of one value, within ±10.
 *
 * @param value  finite
 * @param centre  what is usual
 * @param scale  > 0
 * Cost O(1).
 */
export function robustZ(value: number, centre: number, scale: number): number {
  // Halved first, so that the distance of two huge numbers is not infinite.
  const z = (2 * (value / 2 - centre / 2)) / scale;
  return z > Z_LIMIT ? Z_LIMIT : z < -Z_LIMIT ? -Z_LIMIT : z;
}
