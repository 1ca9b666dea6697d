import type { Signal, TimeWindow } from '#model';

/** A signal whose numbers are typed arrays, which are cheap to hand to another thread. */
export type PackedSignal = Omit<Signal, 'series'> & {
  readonly labels: Signal['series']['labels'];
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
};

/** Packs the points of a signal with `fromMs <= t < toMs` that lie in none of the excluded windows. */
export function packSignal(
  signal: Signal,
  fromMs: number,
  toMs: number,
  excluded: readonly TimeWindow[] = []
): PackedSignal {
  const { series, ...rest } = signal;
  const times = new Float64Array(series.timesMs.length);
  const values = new Float64Array(series.timesMs.length);
  let count = 0;
  series.timesMs.forEach((time, i) => {
    const isExcluded = excluded.some((window) => time >= window.fromMs && time < window.toMs);
    if (time >= fromMs && time < toMs && !isExcluded) {
      times[count] = time;
      values[count] = series.values[i] ?? NaN;
      count += 1;
    }
  });
  return { ...rest, labels: series.labels, timesMs: times.slice(0, count), values: values.slice(0, count) };
}

/** The signal that was packed. */
export function unpackSignal({ labels, timesMs, values, ...rest }: PackedSignal): Signal {
  return { ...rest, series: { labels, timesMs: Array.from(timesMs), values: Array.from(values) } };
}
