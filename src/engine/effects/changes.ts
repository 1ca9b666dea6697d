import { median } from '../stats/quantile.ts';
import { standardDeviation } from '../stats/robust-scale.ts';
import type { EffectColumn, EffectKind } from './effect-input.ts';
import type { Estimate } from './effect-result.ts';
import { finiteOrNull } from './finite-or-null.ts';
import type { UsableRows } from './usable-rows.ts';

/** How far a column went during the incident, in its own unit. */
export interface ColumnChange {
  /** Median of the quiet rows. */
  readonly normal: number;
  /** Standard deviation of the quiet rows. */
  readonly spread: number;
  /** Mean of the worse half of the incident less the median. */
  readonly change: number;
  /** Incident rows of the worse half. */
  readonly worstRows: readonly number[];
}

/** Kinds that do harm when they fall. */
const HARM_BELOW: readonly EffectKind[] = ['avail', 'cache_hit'];
/** Kinds that do harm both ways. */
const HARM_BOTH: readonly EffectKind[] = ['traffic', 'struct', 'loglines', 'other'];

/**
 * Change of a column from its baseline median to the worse half of the incident.
 *
 * @param column  values of the grid
 * @param rows  at least one quiet and one incident row, all with values
 * @returns normal level, change and the rows of the worse half; for kinds that do harm both ways the larger change
 * Cost O(n log n). Ref: RCA specification 10.3.
 */
export function changeOf({ values, kind }: EffectColumn, rows: UsableRows): ColumnChange {
  const quiet = rows.baseline.map((row) => values[row] ?? 0);
  const normal = median(quiet);
  const spread = standardDeviation(quiet);
  const size = Math.max(1, Math.ceil(rows.incident.length / 2));
  const worst = (sign: 1 | -1): ColumnChange => {
    const worstRows = rows.incident
      .toSorted((one, other) => sign * ((values[other] ?? 0) - (values[one] ?? 0)))
      .slice(0, size);
    const mean = worstRows.reduce((sum, row) => sum + (values[row] ?? 0) / worstRows.length, 0);
    return { normal, spread, change: mean - normal, worstRows };
  };
  if (HARM_BELOW.includes(kind)) {
    return worst(-1);
  }
  const [up, down] = [worst(1), worst(-1)];
  return HARM_BOTH.includes(kind) && Math.abs(down.change) > Math.abs(up.change) ? down : up;
}

/**
 * Share of the target's change that the change of the cause carries.
 *
 * @param slope  in units of the target for one of the cause
 * @param cause  change of the cause
 * @param target  change of the target
 * @returns share with the interval of the slope; null when the target stayed within one standard deviation of its quiet
 * rows, or no number fits
 * Cost O(1). Ref: RCA specification 10.3.
 */
export function shareOf(slope: Estimate, cause: ColumnChange, target: ColumnChange): Estimate | null {
  const factor = cause.change / target.change;
  const value = finiteOrNull(slope.value * factor);
  if (value === null || Math.abs(target.change) <= target.spread) {
    return null;
  }
  const ends = [slope.low, slope.high].map((end) => (end === null ? null : finiteOrNull(end * factor)));
  const [low, high] = factor < 0 ? ends.toReversed() : ends;
  return { value, low: low ?? null, high: high ?? null };
}
