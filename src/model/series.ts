import type { EpochMs } from './units.ts';

/** Prometheus-style labels; `__name__` included where the source gave it. */
export type Labels = Readonly<Record<string, string>>;

/**
 * One time series. `timesMs` ascends strictly and has the length of `values`.
 * A missing sample is absent from both arrays; NaN in `values` is a NaN that the source reported.
 */
export interface TimeSeries {
  readonly labels: Labels;
  readonly timesMs: readonly EpochMs[];
  readonly values: readonly number[];
}

/** One value per series at one instant. */
export interface InstantSample {
  readonly labels: Labels;
  readonly atMs: EpochMs;
  readonly value: number;
}
