import type { Harm, Signal, SignalKind } from '#model';
import { toSignal } from './synthetic-system.ts';
import { gaussian, xorshift32 } from './xorshift.ts';

/** Healthy values: a level, multiplicative noise, and memory of a one-minute rate. */
export function healthySeries(length: number, level: number, noise: number, seed: number, memory = 4): number[] {
  const random = xorshift32(seed);
  const raw = Array.from({ length: length + memory - 1 }, () => level * (1 + noise * gaussian(random)));
  return Array.from({ length }, (_, i) =>
    Math.max(0, raw.slice(i, i + memory).reduce((sum, value) => sum + value, 0) / memory)
  );
}

/** A signal of the given values with its own harm. */
export function signalOf(kind: SignalKind, values: readonly number[], harm: Harm = 'up', service = 's'): Signal {
  return { ...toSignal(service, kind, values), harm };
}

/** The same signal without the points of some indices: missing samples, not NaN. */
export function withoutPoints(signal: Signal, from: number, to: number): Signal {
  const keep = (_: number, i: number): boolean => i < from || i >= to;
  const { timesMs, values, labels } = signal.series;
  return { ...signal, series: { labels, timesMs: timesMs.filter(keep), values: values.filter(keep) } };
}
