import type { EvidenceSeries, TimeWindow } from '#model';
import { formatDuration, formatValue } from '../format.ts';
import { formatClock } from './clock.ts';
import { SERIES_TEXTS as T } from './report-texts.ts';

/** The parts that series play in a report, in the order they are shown. */
export const SERIES_ROLES: ReadonlyArray<EvidenceSeries['role']> = ['cause', 'path', 'target'];

export const ROLE_LABELS: Readonly<Record<EvidenceSeries['role'], string>> = {
  cause: 'Cause',
  path: 'On the path',
  target: 'Where it was noticed',
};

/** What a person reads off a series. */
export interface SeriesFacts {
  /** The value in the analysed window that is furthest from the usual one; missing when nothing was measured. */
  readonly worst?: number;
  /** Points of the window without a value. */
  readonly missing: number;
  readonly points: number;
}

/** Causes first, the target last; the order within a part stays. */
export function inShownOrder(series: readonly EvidenceSeries[]): readonly EvidenceSeries[] {
  return SERIES_ROLES.flatMap((role) => series.filter((item) => item.role === role));
}

export function toSeriesFacts({ timesMs, values, usual }: EvidenceSeries, { fromMs, toMs }: TimeWindow): SeriesFacts {
  const inside = values.filter((_, index) => {
    const atMs = timesMs[index] ?? Number.NaN;
    return atMs >= fromMs && atMs < toMs;
  });
  const measured = inside.filter(isMeasured);
  const [worst] = measured.toSorted((a, b) => Math.abs(b - usual.median) - Math.abs(a - usual.median));
  return {
    ...(worst === undefined ? {} : { worst }),
    missing: inside.length - measured.length,
    points: inside.length,
  };
}

/** `usual 40 ms to 62 ms`; a usual range that could not be found is said to be so. */
export function describeUsual({ usual: { low, high }, unit }: EvidenceSeries): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return T.usualNotKnown;
  }
  const [from, to] = [formatValue(low, unit), formatValue(high, unit)];
  return from === to ? T.usual(from) : T.usualBetween(from, to);
}

/** The value at an instant, or that none was measured then. */
export function describeValueAt(series: EvidenceSeries, atMs: number): string {
  const value = series.values[indexAt(series, atMs)];
  return isMeasured(value) ? formatValue(value, series.unit) : T.notMeasured;
}

/** Index of the point nearest to an instant, no further away than the points are apart; -1 when there is none. */
function indexAt({ timesMs }: EvidenceSeries, atMs: number): number {
  const distance = (index: number) => Math.abs((timesMs[index] ?? Number.NaN) - atMs);
  let nearest = -1;
  for (const index of timesMs.keys()) {
    nearest = nearest < 0 || distance(index) < distance(nearest) ? index : nearest;
  }
  return nearest >= 0 && distance(nearest) <= stepOf(timesMs) ? nearest : -1;
}

/** Usual distance of two points, in ms; 0 for fewer than two. */
export function stepOf(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1).map((atMs, index) => atMs - (timesMs[index] ?? atMs));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/**
 * Who moved when, compared with the first cause: `orders-db 10:31:15, payment at the same time, order 15 s later`. A
 * service counts by the earliest of its series; undefined when none of them has an onset.
 */
export function describeOnsets(series: readonly EvidenceSeries[]): string | undefined {
  const onsets = new Map<string, number | undefined>();
  for (const { service, onsetMs } of inShownOrder(series)) {
    const known = onsets.get(service);
    onsets.set(service, known === undefined || (onsetMs ?? Infinity) < known ? onsetMs : known);
  }
  const [first] = [...onsets].filter(([, onsetMs]) => onsetMs !== undefined);
  const startMs = first?.[1];
  if (first === undefined || startMs === undefined) {
    return undefined;
  }
  const others = [...onsets].filter(([service]) => service !== first[0]);
  return [
    `${first[0]} ${formatClock(startMs)}`,
    ...others.map(([service, onsetMs]) => `${service} ${describeOffset(onsetMs, startMs)}`),
  ].join(', ');
}

function describeOffset(onsetMs: number | undefined, startMs: number): string {
  if (onsetMs === undefined) {
    return T.neverClearly;
  }
  const offset = onsetMs - startMs;
  if (Math.abs(offset) < 1000) {
    return T.sameTime;
  }
  const duration = formatDuration(Math.abs(offset));
  return offset > 0 ? T.later(duration) : T.earlier(duration);
}

export function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
