import type { DetectorId } from '#model';
import type { LstmModels } from './lstm-models.ts';

/** What a detection runtime is set to. Plain data: it is handed to another thread. */
export interface RuntimeConfig {
  /** Step of every series. */
  readonly collectSeconds: number;
  /** Step of the service models; a multiple of `collectSeconds`. */
  readonly detectSeconds: number;
  readonly ewma: { readonly lambda: number; readonly sigma: number };
  /** Share of the strangest training scores that is left out before tails are fitted. */
  readonly contamination: number;
  readonly requireCorroboration: boolean;
  /** Series judged by all detectors; the others get the light set. */
  readonly fullTierSeries: number;
  /** IANA time zone of daily profiles. */
  readonly timeZone: string;
  readonly seed: number;
  /** Detectors of every series instead of those of its tier, for backtests. */
  readonly detectors?: readonly DetectorId[];
  /** Readings that are kept of every series and service. */
  readonly keepReadings: number;
  /** Readings that are kept of every series where they are others than those of services. */
  readonly keepSeriesReadings?: number;
  /** Member of the service models whose surprisal stands for the service, for backtests. */
  readonly serviceMember?: DetectorId;
  /** Trained sequence models, where they are switched on and passed their gate. */
  readonly lstm?: LstmModels;
  /** Services are judged from here on; before it only their series are. For replays that make no model. */
  readonly servicesFromMs?: number;
  /** Rows of a service that a fit sees at most. */
  readonly maxRows: number;
}

const DEFAULTS: RuntimeConfig = {
  collectSeconds: 60,
  detectSeconds: 300,
  ewma: { lambda: 0.2, sigma: 3 },
  contamination: 0.005,
  requireCorroboration: false,
  fullTierSeries: 500,
  timeZone: 'UTC',
  seed: 42,
  keepReadings: 1440,
  maxRows: 20_000,
};

/** A configuration with defaults for what is not given. `detectSeconds` becomes a multiple of `collectSeconds`. */
export function runtimeConfig(options: Partial<RuntimeConfig> = {}): RuntimeConfig {
  const config = { ...DEFAULTS, ...options };
  const steps = Math.max(1, Math.round(config.detectSeconds / config.collectSeconds));
  return { ...config, detectSeconds: steps * config.collectSeconds };
}

/** A verdict may rest on a point that is this old, in steps. */
const MAX_AGE_STEPS = 6;

/** How old the newest point of a series may be for a verdict about now, in ms. */
export function verdictAgeMs({ collectSeconds, detectSeconds }: RuntimeConfig): number {
  return Math.max(MAX_AGE_STEPS * collectSeconds, detectSeconds) * 1000;
}
