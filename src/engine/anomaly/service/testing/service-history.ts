import type { Harm } from '#model';
import type { FeatureTable } from '../feature-table.ts';
import type { ServiceModelConfig } from '../service-model-types.ts';

/** Numbers of the linear congruential generator that the oracle scripts use too, in [0, 1). */
export function congruential(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  });
}

/** Standard normal numbers by Box and Muller from {@link congruential}. */
export function boxMuller(count: number, seed: number): Float64Array {
  const uniform = congruential(2 * count, seed);
  return Float64Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * Math.log(1 - uniform[2 * i]!)) * Math.cos(2 * Math.PI * uniform[2 * i + 1]!)
  );
}

/** Half an hour a step: 48 rows a day. */
export const STEP_SECONDS = 1800;
/** A Monday at midnight. */
export const START_MS = Date.UTC(2026, 0, 5);
/** Fourteen days. */
export const HISTORY_ROWS = 672;

/** The settings of the tests. */
export const CONFIG: ServiceModelConfig = {
  stepSeconds: STEP_SECONDS,
  contamination: 0,
  requireCorroboration: false,
  ewma: { lambda: 0.2, sigma: 3 },
  seed: 42,
};

/** Time of a row. */
export function timeOf(row: number): number {
  return START_MS + row * 1000 * STEP_SECONDS;
}

/**
 * 872 rows of five features with a daily load, the same as in the oracle scripts: two weeks of history, then four days
 * with three disturbances.
 */
export function serviceRows(): number[][] {
  const noise = congruential(872 * 5, 7).map((value) => value - 0.5);
  const rows = Array.from({ length: 872 }, (_, t) => {
    const load = 1 + 0.5 * Math.sin((2 * Math.PI * t) / 48);
    const u = (j: number): number => noise[5 * t + j]!;
    return [
      100 * load + 8 * u(0),
      20 + 30 * load + 5 * u(1),
      5 + 2 * load + u(2),
      40 + 6 * u(3),
      0.5 * load + 0.2 * u(4),
    ];
  });
  rows.slice(760, 770).forEach((row) => (row[1]! += 12));
  rows.slice(800, 806).forEach((row) => (row[3]! -= 9));
  rows[840]![4]! += 1;
  return rows;
}

/** A table of the first rows. */
export function tableOf(rows: readonly (readonly number[])[], unitFloor = 0.02, harm: Harm = 'both'): FeatureTable {
  const width = rows[0]?.length ?? 0;
  return {
    features: Array.from({ length: width }, (_, j) => ({
      signalId: `shop/f${j}`,
      unit: 'dimensionless' as const,
      harm,
      unitFloor,
    })),
    timesMs: Float64Array.from(rows, (_, row) => timeOf(row)),
    columns: Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j]!)),
  };
}
