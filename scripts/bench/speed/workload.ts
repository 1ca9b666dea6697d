import { RandomStream } from '../synthetic/random-stream.ts';

/** One week at five minutes. */
export const WEEK_POINTS = 2016;
export const STEP_SECONDS = 300;
const POINTS_PER_DAY = 288;
const SEED = 42;

/** Series with a daily cycle and noise. */
export function dailySeries(count: number, points = WEEK_POINTS): readonly Float64Array[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new RandomStream(SEED, index);
    return Float64Array.from(
      { length: points },
      (_value, at) => 100 + 20 * Math.sin((2 * Math.PI * at) / POINTS_PER_DAY + index) + random.normal(3)
    );
  });
}

/** Rows of independent normal numbers, row after row. */
export function normalRows(rows: number, features: number): Float64Array {
  const random = new RandomStream(SEED, 1_000_000);
  return Float64Array.from({ length: rows * features }, () => random.normal());
}
