import { StateReader, StateWriter } from '../stats/state-bytes.ts';
import type { SeriesDetector } from '../anomaly/series/series-detector.ts';
import { gaussian, xorshift32 } from './xorshift.ts';

const STEP_MS = 300_000;

/** Values of a busy healthy series with a day in it: 288 points a day. */
export function busySeries(length: number, seed: number): number[] {
  const random = xorshift32(seed);
  let state = 0;
  return Array.from({ length }, (_, i) => {
    state = 0.7 * state + gaussian(random);
    return 50 + 6 * Math.sin((2 * Math.PI * i) / 288) + state;
  });
}

/** Raw values of a detector over a series on a grid of five minutes. */
export function rawStream(detector: SeriesDetector, values: readonly number[]): number[] {
  return values.map((value, i) => detector.step(value, i, i * STEP_MS));
}

/** Where `f(a x + b)` is not `f(x)`, up to the single precision of rings. */
export function affineViolations(
  create: () => SeriesDetector,
  values: readonly number[],
  a: number,
  b: number
): number[] {
  const plain = rawStream(create(), values);
  const moved = rawStream(
    create(),
    values.map((value) => a * value + b)
  );
  return plain.filter((raw, i) => {
    const other = moved[i] ?? NaN;
    return Number.isNaN(raw) !== Number.isNaN(other) || Math.abs(raw - other) > 2e-4 * (1 + Math.abs(raw));
  });
}

/** Raw values before `from`, of the series and of one that goes on differently. */
export function twoFutures(
  create: () => SeriesDetector,
  values: readonly number[],
  from: number
): [number[], number[]] {
  const changed = values.map((value, i) => (i < from ? value : 1000 - 3 * value));
  return [rawStream(create(), values).slice(0, from), rawStream(create(), changed).slice(0, from)];
}

/** Raw values from `at` on, of a detector and of one that was saved and loaded there. Throws when bytes are left over. */
export function afterReload(create: () => SeriesDetector, values: readonly number[], at: number): [number[], number[]] {
  const whole = rawStream(create(), values).slice(at);
  const first = create();
  rawStream(first, values.slice(0, at));
  const writer = new StateWriter();
  first.write(writer);
  const second = create();
  const reader = new StateReader(writer.finish());
  second.read(reader);
  reader.finish();
  return [whole, values.slice(at).map((value, i) => second.step(value, at + i, (at + i) * STEP_MS))];
}

/** Raw values that are neither NaN nor in 0 to 1e4. */
export function outOfBounds(create: () => SeriesDetector, values: readonly number[]): number[] {
  return rawStream(create(), values).filter((raw) => !Number.isNaN(raw) && !(raw >= 0 && raw <= 1e4));
}
