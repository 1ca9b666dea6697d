import type { EpochMs } from '#model';
import type { Exclusion } from './signal-points.ts';
import { lastHourOfDay } from './time-zone.ts';

/** When a runtime begins, and when its models are fitted. */
export interface FitPlan {
  /** History before is not looked at. */
  readonly fromMs: EpochMs;
  /** Instants of the fits, in order; the last one is the newest. */
  readonly fits: readonly EpochMs[];
  /** When the next plan comes into force. */
  readonly nextMs: EpochMs;
}

/** What a plan depends on. */
export interface FitPlanInput {
  readonly nowMs: EpochMs;
  readonly historyMs: number;
  /** First sample of the telemetry, where it is known. */
  readonly dataFromMs: EpochMs | undefined;
  readonly fitHour: number;
  readonly offset: (atMs: number) => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** With less history models are fitted often, and replaced at once. */
const SHORT_HISTORY_MS = 2 * DAY_MS;
const MIN_PERIOD_MS = HOUR_MS / 4;
/** A fit takes a while; it is in force only after this, so that it does not matter how long it took. */
const MAX_DELAY_MS = HOUR_MS / 4;
const TRIAL_DAYS = 2;

/**
 * The plan in force at an instant. It is a function of the instant and of how far the telemetry goes back, and of
 * nothing that a process remembers: after a restart the same plan is made, and with it the same scores.
 *
 * With two days of history or more: fits of the last three days at the configured hour, so that the newer model has run
 * beside the older one for a day. With less: one fit, again after a sixth of the history, at most an hour.
 */
export function planFits(input: FitPlanInput): FitPlan {
  const { nowMs, historyMs, dataFromMs = nowMs - historyMs, fitHour, offset } = input;
  const isShort = Math.min(historyMs, nowMs - dataFromMs) < SHORT_HISTORY_MS;
  if (isShort) {
    const periodMs = Math.min(
      HOUR_MS,
      Math.max(MIN_PERIOD_MS, Math.floor(historyMs / 6 / MIN_PERIOD_MS) * MIN_PERIOD_MS)
    );
    const delayMs = periodMs / 4;
    const newest = Math.floor((nowMs - delayMs) / periodMs) * periodMs;
    return { fromMs: newest - historyMs, fits: [newest], nextMs: newest + periodMs + delayMs };
  }
  const newest = lastHourOfDay(nowMs - MAX_DELAY_MS, fitHour, offset);
  const fits = [newest];
  for (let i = 0; i < TRIAL_DAYS; i += 1) {
    fits.unshift(lastHourOfDay((fits[0] ?? newest) - HOUR_MS, fitHour, offset));
  }
  const fromMs = newest - historyMs;
  const nextMs = lastHourOfDay(newest + DAY_MS + 2 * HOUR_MS, fitHour, offset) + MAX_DELAY_MS;
  return { fromMs, fits: fits.filter((atMs) => atMs > Math.max(fromMs, dataFromMs)), nextMs };
}

/** Two plans with the same key and the same excluded times lead to the same state. */
export function planKey({ fromMs, fits }: FitPlan, exclusions: readonly Exclusion[], requests: number): string {
  const windows = exclusions.filter((window) => window.toMs > fromMs);
  return JSON.stringify([
    fromMs,
    fits,
    windows.map(({ fromMs: from, toMs, service }) => [from, toMs, service]),
    requests,
  ]);
}
