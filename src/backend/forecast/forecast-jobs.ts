import {
  calibrateForecast,
  dayThreeSigma,
  exhaustion,
  type ExhaustionVerdict,
  type ForecastCalibration,
  type ForecastProblem,
  forecastSeries,
  saturation,
  type SaturationVerdict,
  type SeasonalForecaster,
  type SeriesBand,
  type SeriesForecast,
  weeklyBand,
} from '#engine';
import type { EpochMs } from '#model';
import { loadAugursForecaster } from './augurs-forecaster.ts';

/** Points of one series as typed arrays, which are cheap to hand to another thread. */
export interface PackedPoints {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

interface When {
  readonly stepSeconds: number;
  readonly atMs: EpochMs;
}

/** Input of every job. */
export interface ForecastJobInputs {
  readonly forecast: When & { readonly points: PackedPoints; readonly calibration: ForecastCalibration | undefined };
  readonly calibrate: When & { readonly points: PackedPoints };
  readonly limits: When & {
    readonly items: readonly {
      readonly points: PackedPoints;
      readonly limit: number;
      readonly disturbedAtMs: EpochMs | undefined;
    }[];
  };
  readonly band: {
    readonly band: 'day-three-sigma' | 'weekly';
    readonly points: PackedPoints;
    readonly stepSeconds: number;
    readonly fromMs: EpochMs;
    readonly toMs: EpochMs;
  };
}

/** Output of every job. */
export interface ForecastJobOutputs {
  readonly forecast: SeriesForecast;
  readonly calibrate: ForecastCalibration | ForecastProblem;
  readonly limits: readonly { readonly saturation: SaturationVerdict; readonly exhaustion: ExhaustionVerdict }[];
  readonly band: SeriesBand;
}

/** Names of the jobs. */
export type ForecastJobName = keyof ForecastJobInputs;

/** Runs jobs on the thread of the caller; the seasonal model is loaded by the first job that wants it. */
export class ForecastJobs {
  private readonly load: () => Promise<SeasonalForecaster>;
  private readonly onMissing: (error: unknown) => void;
  private seasonal: Promise<SeasonalForecaster | undefined> | undefined;

  /**
   * @param onMissing told once when the seasonal model cannot be loaded; forecasts go on without it
   * @param load replaced in tests
   */
  constructor(onMissing: (error: unknown) => void, load: () => Promise<SeasonalForecaster> = loadAugursForecaster) {
    this.onMissing = onMissing;
    this.load = load;
  }

  async run<Name extends ForecastJobName>(
    name: Name,
    input: ForecastJobInputs[Name]
  ): Promise<ForecastJobOutputs[Name]> {
    const jobs: { readonly [Job in ForecastJobName]: (given: ForecastJobInputs[Job]) => Promise<unknown> } = {
      forecast: async ({ points, calibration, ...when }) =>
        forecastSeries(points, { ...when, seasonal: await this.seasonalModel() }, calibration),
      calibrate: async ({ points, ...when }) =>
        calibrateForecast(points, { ...when, seasonal: await this.seasonalModel() }),
      limits: async ({ items, ...when }) =>
        items.map(({ points, limit, disturbedAtMs }) => ({
          saturation: saturation(points, { ...when, limit, disturbedAtMs }),
          exhaustion: exhaustion(points, { ...when, limit }),
        })),
      band: async ({ band, points, ...stretch }) =>
        band === 'weekly' ? weeklyBand(points, stretch) : dayThreeSigma(points, stretch),
    };
    return (await jobs[name](input)) as ForecastJobOutputs[Name];
  }

  private seasonalModel(): Promise<SeasonalForecaster | undefined> {
    this.seasonal ??= this.load().catch((error: unknown) => {
      this.onMissing(error);
      return undefined;
    });
    return this.seasonal;
  }
}
