import type { UnknownReason } from './anomaly.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs, Ratio, Seconds, Unit } from './units.ts';

/** One step of a forecast with its 95 % band, in the unit of the series. Bands never narrow with the horizon. */
export interface ForecastPoint {
  readonly atMs: EpochMs;
  readonly value: number;
  /** Absent while no error quantiles are known. */
  readonly lower?: number;
  readonly upper?: number;
}

/** A resource that will reach, or has reached, its limit. */
export interface SaturationWarning {
  readonly level: 'warning' | 'critical';
  /** Time to the limit and its interval; 0 when it is reached. `etaHighSeconds` is null beyond the horizon. */
  readonly etaSeconds: Seconds;
  readonly etaLowSeconds: Seconds;
  readonly etaHighSeconds: Seconds | null;
}

/** A slow exhaustion (disk, memory leak) over days. */
export interface ExhaustionEstimate {
  readonly etaSeconds: Seconds;
  readonly etaLowSeconds: Seconds;
  readonly etaHighSeconds: Seconds | null;
}

/** Forecast of one signal, or why there is none. */
export type SignalForecast = {
  readonly signalId: string;
  readonly service: ServiceName;
  readonly unit: Unit;
  readonly limit?: number;
} & (
  | {
      readonly kind: 'forecast';
      readonly points: readonly ForecastPoint[];
      /** Models that took part, of how many: `3 of 3`. */
      readonly models: readonly string[];
      readonly modelsWanted: number;
      /** Points of the history that were missing and taken from the day before. */
      readonly filledPoints: number;
      /** Coverage the bands are made for. */
      readonly coverage: Ratio;
      readonly saturation: SaturationWarning | null;
      readonly exhaustion: ExhaustionEstimate | null;
      /** Why saturation cannot be judged, in words; empty when it can. */
      readonly limitProblem: string;
    }
  | { readonly kind: 'unknown'; readonly why: UnknownReason; readonly reason: string }
);
