/**
 * Units as types. A flavour lets plain numbers in, but keeps two different units from being mixed by accident.
 * Prometheus base units are used everywhere inside the product: seconds, bytes, ratio 0 to 1.
 */
type Flavour<Base, Name extends string> = Base & { readonly __unit?: Name };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Flavour<number, 'epoch-ms'>;

/** A length of time in seconds. */
export type Seconds = Flavour<number, 'seconds'>;

/** A dimensionless share, 0 to 1. */
export type Ratio = Flavour<number, 'ratio'>;

/** Units a signal can carry; shown beside every number a person reads. */
export type Unit = 'seconds' | 'bytes' | 'ratio' | 'per-second' | 'count' | 'cores' | 'dimensionless';

/** A half-open stretch of time, `fromMs <= t < toMs`. */
export interface TimeWindow {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}
