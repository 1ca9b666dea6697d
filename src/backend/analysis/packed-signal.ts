import type { Signal } from '#model';

/** A signal whose numbers are typed arrays, which are cheap to hand to another thread. */
export type PackedSignal = Omit<Signal, 'series'> & {
  readonly labels: Signal['series']['labels'];
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
};

/** Packs the points of a signal with `fromMs <= t < toMs`. */
export function packSignal(signal: Signal, fromMs: number, toMs: number): PackedSignal {
  const { series, ...rest } = signal;
  const from = series.timesMs.findIndex((time) => time >= fromMs);
  const after = series.timesMs.findLastIndex((time) => time < toMs) + 1;
  const [start, end] = from === -1 ? [0, 0] : [from, Math.max(from, after)];
  return {
    ...rest,
    labels: series.labels,
    timesMs: Float64Array.from(series.timesMs.slice(start, end)),
    values: Float64Array.from(series.values.slice(start, end)),
  };
}

/** The signal that was packed. */
export function unpackSignal({ labels, timesMs, values, ...rest }: PackedSignal): Signal {
  return { ...rest, series: { labels, timesMs: Array.from(timesMs), values: Array.from(values) } };
}
