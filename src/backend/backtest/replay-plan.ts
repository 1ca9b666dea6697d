import type { EpochMs, TimeWindow } from '#model';
import { planFits } from '../detection/fit-plan.ts';
import type { RuntimeConfig } from '../detection/runtime-config.ts';
import { BackendError } from '../errors.ts';
import type { SignalRead } from '../signals/read-signals.ts';

/** What the telemetry of a range and of the history before it looks like from afar. */
export interface Survey {
  /** Series of the services that were asked for. */
  readonly series: number;
  /** At most one step of the survey before the first point, or before the end of the range where there is none. */
  readonly dataFromMs: EpochMs;
}

/** Steps of a replay. */
export interface ReplaySteps {
  readonly collectSeconds: number;
  readonly detectSeconds: number;
}

/** Points of one series that a survey reads at most. */
const SURVEY_POINTS = 500;
/** Steps of services in a range that are worth a replay. */
const MIN_STEPS = 10;
const MAX_FITS = 2000;

/**
 * Looks at a stretch with a coarse step.
 * @throws TelemetryError when Prometheus cannot be read
 */
export async function surveyRange(
  window: TimeWindow,
  service: string | undefined,
  read: (window: TimeWindow, stepSeconds: number) => Promise<SignalRead>
): Promise<Survey> {
  const stepSeconds = Math.max(60, Math.ceil((window.toMs - window.fromMs) / 1000 / SURVEY_POINTS / 60) * 60);
  const stepMs = stepSeconds * 1000;
  const fromMs = Math.floor(window.fromMs / stepMs) * stepMs;
  const { signals } = await read({ fromMs, toMs: window.toMs }, stepSeconds);
  const wanted = signals.filter((signal) => service === undefined || signal.service === service);
  const dataFromMs = wanted.reduce((first, { series }) => Math.min(first, series.timesMs[0] ?? first), window.toMs);
  return { series: wanted.length, dataFromMs: Math.max(window.fromMs, dataFromMs - stepMs) };
}

/**
 * The steps of the product, or coarser ones that keep the work within its bound.
 * @param spanMs  range and history
 * @throws BackendError when the range has too few steps left
 */
export function chooseSteps(
  { collectSeconds, detectSeconds }: ReplaySteps,
  work: {
    readonly rangeMs: number;
    readonly spanMs: number;
    readonly series: number;
    readonly maxPoints: number;
  }
): ReplaySteps {
  const pointsAt = (seconds: number): number => (work.series * work.spanMs) / 1000 / seconds;
  const factor = Math.max(1, Math.ceil(pointsAt(detectSeconds) / work.maxPoints));
  const detect = factor * detectSeconds;
  if (work.rangeMs < MIN_STEPS * detect * 1000) {
    throw new BackendError('CAUSEWAY_RANGE_INVALID', `The range is shorter than ${MIN_STEPS} steps of ${detect} s.`, {
      remedy: factor > 1 ? 'Choose one service, or a longer range.' : 'Choose a longer range.',
    });
  }
  const isFine = factor === 1 && pointsAt(collectSeconds) <= work.maxPoints;
  return { collectSeconds: isFine ? collectSeconds : detect, detectSeconds: detect };
}

/** When the product would have fitted the models of a range: before it, and inside it each time a fit was due. */
export function replayFits(
  range: TimeWindow,
  history: {
    readonly historyMs: number;
    readonly dataFromMs: EpochMs;
    readonly detectSeconds: number;
    readonly fitHour: number;
    readonly offset: (atMs: number) => number;
  }
): readonly EpochMs[] {
  let plan = planFits({ nowMs: range.fromMs, ...history });
  const fits = [...plan.fits];
  while (plan.nextMs < range.toMs && fits.length < MAX_FITS) {
    plan = planFits({ nowMs: plan.nextMs, ...history });
    const newest = plan.fits.at(-1);
    if (newest !== undefined && newest > (fits.at(-1) ?? -Infinity)) {
      fits.push(newest);
    }
  }
  return fits;
}

/**
 * A configuration with the steps of a replay, whose fits see about as much history as those of the product: rows are
 * forgotten an eighth at a time, and what is left covers the history.
 */
export function replayConfig(base: RuntimeConfig, steps: ReplaySteps, historyMs: number): RuntimeConfig {
  const rows = Math.ceil(historyMs / (steps.detectSeconds * 1000)) + 1;
  const maxRows = Math.min(base.maxRows, Math.ceil((rows * 8) / 7) + 1);
  return { ...base, ...steps, maxRows };
}
