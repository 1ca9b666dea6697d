import type { EpochMs } from '#model';
import type { Exclusion } from './signal-points.ts';
import { lastHourOfDay, nextHourOfDay } from './time-zone.ts';

/** When a runtime begins, and when its models are fitted. */
export interface FitPlan {
  /** History before is not looked at. */
  readonly fromMs: EpochMs;
  /** Instants of the fits, in order; the last one is the newest. Empty while no fit could have enough rows. */
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
  readonly detectSeconds: number;
  readonly fitHour: number;
  readonly offset: (atMs: number) => number;
}

/** Rows without which no model of a service is fitted. */
export const MIN_FIT_ROWS = 576;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A daily model has seen two days alike. */
const DAILY_FROM_MS = 2 * DAY_MS;
/** Periods of the fits while there is less; each is a multiple of the one before. */
const PERIODS_MS = [HOUR_MS / 4, HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS];
const GRID_MS = HOUR_MS / 4;
/** A model of a growing history is at most this share of it behind. */
const BEHIND_SHARE = 1 / 6;
/** A short history that is as long as it gets only moves on: this far behind is near enough. */
const FULL_BEHIND_MS = 1.25 * HOUR_MS;
const FULL_BEHIND_SHARE = 1 / 2;
/** A fit takes a while; it is in force only after this, so that it does not matter how long it took. */
const MAX_DELAY_MS = HOUR_MS / 4;
const TRIAL_DAYS = 2;

/**
 * The plan in force at an instant. It is a function of the instant and of how far the telemetry goes back, and of
 * nothing that a process remembers: after a restart the same plan is made, and with it the same scores.
 *
 * Once a daily fit rests on two days: fits of the last three days at the configured hour, so that the newer model has
 * run beside the older one for a day. Until then: one fit, again after about a sixth of the history; hourly where that is as
 * long as it gets. No fit is planned that cannot have enough rows.
 */
export function planFits(input: FitPlanInput): FitPlan {
  const { nowMs, historyMs, dataFromMs = -Infinity, fitHour, offset } = input;
  const needMs = MIN_FIT_ROWS * input.detectSeconds * 1000;
  // A history that never holds enough rows is still begun anew at times.
  const usableMs = historyMs < needMs ? -Infinity : dataFromMs + needMs;
  const dailyMs = historyMs < DAILY_FROM_MS ? Infinity : Math.max(usableMs, dataFromMs + DAILY_FROM_MS);
  const daily = lastHourOfDay(nowMs - MAX_DELAY_MS, fitHour, offset);
  const planOf = (fits: readonly EpochMs[], newest: EpochMs, nextMs: EpochMs): FitPlan => {
    const fromMs = Math.max(newest - historyMs, dataFromMs);
    return { fromMs, fits: fits.filter((atMs) => atMs - fromMs >= needMs), nextMs };
  };
  if (daily >= dailyMs) {
    const fits = [daily];
    for (let i = 0; i < TRIAL_DAYS; i += 1) {
      fits.unshift(lastHourOfDay((fits[0] ?? daily) - HOUR_MS, fitHour, offset));
    }
    return planOf(fits, daily, nextHourOfDay(daily, fitHour, offset) + MAX_DELAY_MS);
  }
  const rungs: Rungs = { periodAt: (atMs) => periodAfter(atMs - dataFromMs, historyMs), usableMs };
  const newest = newestRung(rungs, nowMs);
  const next = nextRung(rungs, newest ?? usableMs - 1);
  let nextDaily = nextHourOfDay(daily, fitHour, offset);
  while (nextDaily < dailyMs && nextDaily < next) {
    nextDaily = nextHourOfDay(nextDaily, fitHour, offset);
  }
  const nextMs = Math.min(
    next + delayOf(rungs.periodAt(next)),
    nextDaily >= dailyMs ? nextDaily + MAX_DELAY_MS : Infinity
  );
  return planOf(newest === undefined ? [] : [newest], newest ?? dataFromMs, nextMs);
}

/** A plan with a fit that a person asked for, as long as no planned one is newer and there are enough rows for it. */
export function withFit(plan: FitPlan, atMs: EpochMs | undefined, detectSeconds: number): FitPlan {
  if (atMs === undefined || atMs <= (plan.fits.at(-1) ?? -Infinity)) {
    return plan;
  }
  const needMs = MIN_FIT_ROWS * detectSeconds * 1000;
  return atMs - plan.fromMs >= needMs ? { ...plan, fits: [...plan.fits, atMs] } : plan;
}

/** The instants at which a growing history is fitted. */
interface Rungs {
  readonly periodAt: (atMs: EpochMs) => number;
  /** Before, a fit cannot have enough rows. */
  readonly usableMs: EpochMs;
}

/** The longest period with which a model is not too far behind its history, when it is in force. */
function periodAfter(ageMs: number, historyMs: number): number {
  const fullMs = ageMs < historyMs ? 0 : Math.min(FULL_BEHIND_MS, historyMs * FULL_BEHIND_SHARE);
  const limitMs = Math.max(fullMs, Math.min(ageMs, historyMs) * BEHIND_SHARE);
  const fits = (periodMs: number): boolean => periodMs + delayOf(periodMs) <= limitMs;
  return PERIODS_MS.findLast(fits) ?? GRID_MS;
}

function delayOf(periodMs: number): number {
  return Math.min(MAX_DELAY_MS, periodMs / 4);
}

function newestRung({ periodAt, usableMs }: Rungs, nowMs: EpochMs): EpochMs | undefined {
  const oldest = Math.max(usableMs, nowMs - DAY_MS);
  for (let atMs = Math.floor(nowMs / GRID_MS) * GRID_MS; atMs >= oldest; atMs -= GRID_MS) {
    const periodMs = periodAt(atMs);
    if (atMs % periodMs === 0 && atMs + delayOf(periodMs) <= nowMs) {
      return atMs;
    }
  }
  return undefined;
}

function nextRung({ periodAt }: Rungs, afterMs: EpochMs): EpochMs {
  let atMs = (Math.floor(afterMs / GRID_MS) + 1) * GRID_MS;
  while (atMs % periodAt(atMs) !== 0) {
    atMs += GRID_MS;
  }
  return atMs;
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
