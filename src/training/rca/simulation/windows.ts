import type { RandomDraws } from '../random-draws.ts';

/** The two windows of a case and the load in them. */
export interface SimulatedWindows {
  readonly baselineRows: number;
  readonly incidentRows: number;
  /** Load of every row relative to the usual one, baseline first. */
  readonly load: Float64Array;
}

/** How a series scatters when nothing is wrong. */
export interface SeriesNoise {
  /** Standard deviation of the logarithm, or a share of the level. */
  readonly spread: number;
  /** How much of a row's deviation the next one keeps. */
  readonly memory: number;
  readonly heavyTails: boolean;
  /** Exponent of the load. */
  readonly loadPower: number;
  /** Share of rows that are missing. */
  readonly missing: number;
  /** Share of rows that a stray slow request dominates. */
  readonly spikes: number;
}

/**
 * Draws windows of the lengths that real cases have, with load that follows the time of day.
 * Cost O(rows).
 */
export function drawWindows(random: RandomDraws): SimulatedWindows {
  const baselineRows = random.pick([30, 45, 60, 60, 60, 90, 180]);
  const incidentRows = random.pick([1, 2, 3, 3, 4, 4, 5, 5, 8, 15]);
  const rows = baselineRows + incidentRows;
  const swing = random.uniform(0, 0.3);
  const period = random.pick([90, 288, 1440]);
  const phase = random.uniform(0, 2 * Math.PI);
  const noise = correlated(random, rows, { memory: 0.7, heavyTails: false });
  const scatter = random.uniform(0.01, 0.1);
  const shift = random.chance(0.5) ? 0.08 * random.normal() : 0;
  return {
    baselineRows,
    incidentRows,
    load: Float64Array.from({ length: rows }, (_, row) =>
      Math.exp(
        swing * Math.sin((2 * Math.PI * row) / period + phase) +
          scatter * (noise[row] ?? 0) +
          (row >= baselineRows ? shift : 0)
      )
    ),
  };
}

/** Noise of unit variance; successive rows are alike as far as `memory` says. */
export function correlated(
  random: RandomDraws,
  rows: number,
  { memory, heavyTails }: Pick<SeriesNoise, 'memory' | 'heavyTails'>
): Float64Array {
  const fresh = Math.sqrt(1 - memory * memory);
  let last = random.normal();
  return Float64Array.from({ length: rows }, () => {
    last = memory * last + fresh * (heavyTails ? 0.6 * random.studentT3() : random.normal());
    return last;
  });
}

/**
 * Rows of a series: the level of its window, the load, noise, gaps.
 *
 * @param level  of the series before and during the incident, in its unit
 * @returns baseline and incident rows; NaN where a row is missing
 * Cost O(rows).
 */
export function drawRows(
  random: RandomDraws,
  windows: SimulatedWindows,
  noise: SeriesNoise,
  level: readonly [before: number, during: number]
): { readonly baseline: Float64Array; readonly incident: Float64Array } {
  const { baselineRows, load } = windows;
  const scatter = correlated(random, load.length, noise);
  const rows = scatter.map((deviation, row) => {
    const usual = row < baselineRows ? level[0] : level[1];
    const stray = random.chance(noise.spikes) ? 2.5 * Math.abs(random.normal()) : 0;
    const value = usual * (load[row] ?? 1) ** noise.loadPower * Math.exp(noise.spread * deviation + stray);
    return random.chance(noise.missing) ? Number.NaN : value;
  });
  return { baseline: rows.slice(0, baselineRows), incident: rows.slice(baselineRows) };
}
