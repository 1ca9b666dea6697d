import { extractFeatures, type RankingCase, type RankingSeries } from '#engine';
import type { RandomDraws } from './random-draws.ts';

/** Windows that are cut out of the baseline of one incident. */
const WINDOWS = 2;
/** Rows before a window that belong to nothing, as before an incident. */
const GUARD_ROWS = 2;
/** A baseline spares at most this share of its rows. */
const MOST = 0.25;

/**
 * Features of stretches of a case's baseline, as incidents that did not happen: they show how large scores get when nothing is
 * wrong.
 *
 * @param random  draws where the stretches lie
 * @returns for each of two stretches one row of features per candidate
 * Cost as two analyses of the case.
 */
export function quietWindows(input: RankingCase, random: RandomDraws): readonly (readonly Float64Array[])[] {
  return Array.from({ length: WINDOWS }, () => extractFeatures(toQuietCase(input, random.uniform(0, 1))).x);
}

/**
 * A stretch of the baseline in place of the incident. Counts of operations and templates exist for whole windows only and are
 * left out.
 *
 * @param place  0 to 1: where in the baseline the stretch lies
 * Cost O(values).
 */
export function toQuietCase(input: RankingCase, place: number): RankingCase {
  const { events: _, ...rest } = input;
  return {
    ...rest,
    series: input.series.map((series) => carve(series, place)),
    incidentRows: lengthIn(input.baselineRows, input.incidentRows),
  };
}

function lengthIn(baselineRows: number, incidentRows: number): number {
  return Math.min(incidentRows, Math.floor(MOST * baselineRows));
}

function carve(series: RankingSeries, place: number): RankingSeries {
  const { baseline } = series;
  const length = lengthIn(baseline.length, series.incident.length);
  const from = GUARD_ROWS + Math.floor(place * Math.max(0, baseline.length - length - GUARD_ROWS));
  return {
    ...series,
    baseline: baseline.filter((_, row) => row < from - GUARD_ROWS || row >= from + length),
    incident: baseline.slice(from, from + length),
  };
}
