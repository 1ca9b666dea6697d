import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import type { ObservedPoints } from '../observed-window.ts';

/** Newest point of every test series: a full hour. */
export const END_MS = 1_700_002_800_000;
/** Points of a day at five minutes. */
export const DAY = 288;

/** Values as points that end at `END_MS`. */
export function pointsOf(values: ArrayLike<unknown>, stepSeconds = 300): ObservedPoints {
  const timesMs = Float64Array.from(values, (_, i) => END_MS - (values.length - 1 - i) * stepSeconds * 1000);
  return { timesMs, values };
}

/** AR(1) noise of a given innovation. */
export function arNoise(length: number, memory: number, innovation: number, seed: number): Float64Array {
  const random = xorshift32(seed);
  let state = 0;
  return Float64Array.from({ length }, () => {
    state = memory * state + innovation * gaussian(random);
    return state;
  });
}

/** A week of a daily sine with noise. */
export function dailySeries(length: number, seed = 1, noise = 1): Float64Array {
  const rest = arNoise(length, 0.7, noise, seed);
  return rest.map((value, i) => 50 + 10 * Math.sin((2 * Math.PI * i) / DAY) + value);
}
