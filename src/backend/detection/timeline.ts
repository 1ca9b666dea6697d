import { toScore } from '#engine';
import type { EpochMs, SignalKind } from '#model';
import type { ReadingRing } from './reading-ring.ts';
import type { SeriesTrack } from './series-track.ts';
import type { ServiceTrack } from './service-track.ts';

/** Score of one service over time. NaN where unknown. */
export interface ScoreTimeline {
  readonly service: string;
  readonly timesMs: Float64Array;
  readonly scores: Float64Array;
}

/** Value and expected band of one signal over time. NaN where unknown. */
export interface BandTimeline {
  readonly service: string;
  readonly signalId: string;
  readonly unit: string;
  readonly query: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Which part of the readings, and how fine. */
export interface TimelineRequest {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly stepSeconds: number;
  /** At most this many points per series; peaks of the score survive. */
  readonly maxPoints: number;
  /** Restricts the score to one kind and adds its bands. */
  readonly kind?: SignalKind;
  readonly service?: string;
}

/** Scores, and bands where a kind was asked for. */
export interface Timeline {
  readonly scores: readonly ScoreTimeline[];
  readonly bands: readonly BandTimeline[];
}

/** A reading stands for the grid times after it up to this many steps. */
const HELD_STEPS = 2;

/**
 * Readings of services over time on the grid of the step, restricted to the asked range. Where there are more points than
 * wanted, each bucket keeps its highest score, so that no peak is lost.
 */
export function toTimeline(services: readonly ServiceTrack[], request: TimelineRequest): Timeline {
  const { kind, service } = request;
  const grid = toGrid(request);
  const wanted = services
    .filter((track) => (service === undefined || track.service === service) && ofKind(track, kind).length > 0)
    .toSorted((left, right) => (left.service < right.service ? -1 : 1));
  return {
    scores: wanted.map((track) => ({
      service: track.service,
      ...downsample(grid, kind === undefined ? serviceScores(track, grid) : kindScores(ofKind(track, kind), grid)),
    })),
    bands:
      kind === undefined ? [] : wanted.flatMap((track) => ofKind(track, kind).map((series) => toBand(series, grid))),
  };
}

interface Grid {
  readonly timesMs: readonly number[];
  readonly stepMs: number;
  /** Grid times of one output point. */
  readonly bucket: number;
}

function toGrid({ fromMs, toMs, stepSeconds, maxPoints }: TimelineRequest): Grid {
  const stepMs = stepSeconds * 1000;
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  const length = Math.max(0, Math.floor((toMs - startMs) / stepMs) + 1);
  return {
    timesMs: Array.from({ length }, (_, i) => startMs + i * stepMs),
    stepMs,
    bucket: Math.max(1, Math.ceil(length / Math.max(1, maxPoints))),
  };
}

function ofKind(track: ServiceTrack, kind: SignalKind | undefined): readonly SeriesTrack[] {
  return [...track.series.values()].filter(({ identity }) => kind === undefined || identity.kind === kind);
}

function serviceScores({ readings }: ServiceTrack, { timesMs, stepMs }: Grid): readonly number[] {
  return timesMs.map((atMs) => {
    const index = readings.indexAt(atMs);
    const isFresh = atMs - readings.timeAt(index) <= HELD_STEPS * Math.max(stepMs, readings.stepMs);
    return isFresh ? toScoreOrNaN(readings.surprisalAt(index)) : Number.NaN;
  });
}

function kindScores(series: readonly SeriesTrack[], { timesMs, stepMs }: Grid): readonly number[] {
  return timesMs.map((atMs) => {
    const known = series
      .map(({ readings }) => readings.surprisalAt(freshIndex(readings, atMs, stepMs)))
      .filter((surprisal) => !Number.isNaN(surprisal));
    return known.length === 0 ? Number.NaN : toScoreOrNaN(Math.max(0, Math.max(...known) - Math.log10(known.length)));
  });
}

/** -1, which no reading has, when the newest reading at or before an instant is too old. */
function freshIndex(readings: ReadingRing, atMs: EpochMs, stepMs: number): number {
  const index = readings.indexAt(atMs);
  return index >= 0 && atMs - readings.timeAt(index) <= HELD_STEPS * stepMs ? index : -1;
}

function toScoreOrNaN(surprisal: number): number {
  return Number.isNaN(surprisal) ? Number.NaN : toScore(surprisal);
}

function downsample(
  grid: Grid,
  values: readonly number[],
  choose: (bucket: readonly number[]) => number = highest
): { readonly timesMs: Float64Array; readonly scores: Float64Array } {
  const starts = grid.timesMs.map((_, i) => i).filter((i) => i % grid.bucket === 0);
  return {
    timesMs: Float64Array.from(starts, (i) => grid.timesMs[i] ?? 0),
    scores: Float64Array.from(starts, (i) => choose(values.slice(i, i + grid.bucket))),
  };
}

/** NaN only when all are. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value) => (best >= value || Number.isNaN(value) ? best : value), Number.NaN);
}

/** The newest known value. */
function newest(values: readonly number[]): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
}

function toBand({ identity, readings }: SeriesTrack, grid: Grid): BandTimeline {
  const pick = (read: (index: number) => number | undefined): Float64Array =>
    downsample(
      grid,
      grid.timesMs.map((atMs) => {
        const index = readings.indexAt(atMs);
        return index >= 0 && readings.timeAt(index) > atMs - grid.stepMs ? (read(index) ?? Number.NaN) : Number.NaN;
      }),
      newest
    ).scores;
  return {
    service: identity.service,
    signalId: identity.id,
    unit: identity.unit,
    query: identity.query,
    timesMs: downsample(grid, grid.timesMs, newest).timesMs,
    values: pick((i) => readings.valueAt(i)),
    lower: pick((i) => readings.bandAt(i)?.lower),
    upper: pick((i) => readings.bandAt(i)?.upper),
  };
}
