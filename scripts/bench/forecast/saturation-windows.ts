import { RandomStream } from '../synthetic/random-stream.ts';

/** What happens in a window: the limit is reached, a ramp stops below it, or nothing. */
export type WindowKind = 'ramp' | 'stopping' | 'flat';
export type Difficulty = 'easy' | 'hard';

/** One simulated resource. Ticks run from `FIRST_TICK` to before `end`. */
export interface SaturationWindow {
  readonly values: Float64Array;
  /** Row at which the ramp begins. */
  readonly start: number;
  /** Row at which the limit is reached first; -1 in healthy windows. */
  readonly crossing: number;
  readonly end: number;
}

/** Limit of every resource. */
export const LIMIT = 90;
/** Rows of history before the first look at a window. */
export const FIRST_TICK = 2016;

const PERIOD = 288;
const WINDOW_POINTS = 120;
const ROWS = FIRST_TICK + 130;
const START = FIRST_TICK + 10;
const MEMORY = 0.85;
const SHARE_WITH_SEASON = 0.7;
/** Points before the first look in which the limit must not be reached either. */
const QUIET_BEFORE = 20;
const STREAMS_PER_WINDOW = 10_000;

/**
 * One window of a set. Base, daily amplitude, noise and length of the ramp are drawn; draws whose noise alone reaches
 * the limit (before the ramp, or anywhere in a healthy window) are drawn again, because nothing healthy reaches its limit.
 */
export function generateWindow(
  seed: number,
  difficulty: Difficulty,
  kind: WindowKind,
  index: number
): SaturationWindow {
  const set = ['easy', 'hard'].indexOf(difficulty) * 3 + ['ramp', 'stopping', 'flat'].indexOf(kind);
  for (let attempt = 0; attempt < STREAMS_PER_WINDOW; attempt += 1) {
    const random = new RandomStream(seed + set * 7919 + attempt * 104_729, index);
    const window = draw(random, difficulty, kind);
    if (window) {
      return window;
    }
  }
  throw new Error(`no ${kind} window could be drawn`);
}

function draw(random: RandomStream, difficulty: Difficulty, kind: WindowKind): SaturationWindow | undefined {
  const { values, length, stop } = drawResource(random, difficulty);
  const atLimit = firstAtLimit(values, FIRST_TICK - QUIET_BEFORE);
  const end = FIRST_TICK + WINDOW_POINTS;
  if (atLimit >= 0 && atLimit < (kind === 'flat' ? end : START + 1)) {
    return undefined;
  }
  if (kind === 'flat') {
    return { values, start: START, crossing: -1, end };
  }
  const rise = (kind === 'ramp' ? LIMIT : stop) - (values[START] ?? 0);
  for (let i = START; i < ROWS; i += 1) {
    const steps = (i - START) / length;
    values[i] = (values[i] ?? 0) + rise * (kind === 'ramp' ? steps : Math.min(1, steps));
  }
  const crossing = firstAtLimit(values, START);
  if (kind === 'ramp') {
    return crossing < 0 ? undefined : { values, start: START, crossing, end: crossing };
  }
  const isHealthy = rise > 0 && (crossing < 0 || crossing >= end);
  return isHealthy ? { values, start: START, crossing: -1, end } : undefined;
}

/** A resource while nothing happens, and the length and end of the ramp that may come. */
function drawResource(
  random: RandomStream,
  difficulty: Difficulty
): { readonly values: Float64Array; readonly length: number; readonly stop: number } {
  const hard = difficulty === 'hard';
  const base = hard ? between(random, 60, 85) : between(random, 35, 50);
  const quiet = !hard && random.uniform() >= SHARE_WITH_SEASON;
  const amplitude = hard ? between(random, 0, 8) : between(random, 2, 12);
  const innovation = hard ? between(random, 0.5, 3) : between(random, 0.25, 1);
  const phase = between(random, 0, 2 * Math.PI);
  const length = hard ? random.integer(6, 36) : random.integer(6, 66);
  const stop = between(random, 85, 89);
  let noise = 0;
  const values = Float64Array.from({ length: ROWS }, (_, i) => {
    noise = MEMORY * noise + random.normal(innovation);
    return base + (quiet ? 0 : amplitude) * Math.sin((2 * Math.PI * i) / PERIOD + phase) + noise;
  });
  return { values, length, stop };
}

function firstAtLimit(values: Float64Array, from: number): number {
  return values.findIndex((value, i) => i >= from && value >= LIMIT);
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
