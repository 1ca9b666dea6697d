import type { QualityCheck, QualityVerdict } from '#model';
import type { SeriesTrack } from './series-track.ts';
import type { ServiceTrack } from './service-track.ts';

/** The named expectations on the data, each as the verdicts of the gate that break it. */
const EXPECTATIONS: readonly {
  readonly name: string;
  readonly broken: ReadonlySet<QualityVerdict>;
  readonly applies: (track: SeriesTrack) => boolean;
}[] = [
  { name: 'values are numbers and not null', broken: new Set(['invalid']), applies: () => true },
  { name: 'times increase', broken: new Set(['out-of-order']), applies: () => true },
  { name: 'times are unique', broken: new Set(['duplicate']), applies: () => true },
  { name: 'no step is missing', broken: new Set(['gap']), applies: () => true },
  { name: 'values change where they used to', broken: new Set(['stale']), applies: () => true },
  {
    name: 'latency is between 0 and 60 s',
    broken: new Set(['out-of-range']),
    applies: ({ identity }) => identity.unit === 'seconds',
  },
  {
    name: 'ratios are between 0 and 1',
    broken: new Set(['out-of-range']),
    applies: ({ identity }) => identity.unit === 'ratio',
  },
  {
    name: 'rates and amounts are not negative',
    broken: new Set(['out-of-range']),
    applies: ({ identity }) => identity.unit !== 'seconds' && identity.unit !== 'ratio',
  },
];

/**
 * Every expectation on one service over its recent readings. Expectations that no series falls under are left out; a
 * silent series breaks the one on missing steps, now.
 */
export function qualityChecks({ service, series }: ServiceTrack, toMs: number): readonly QualityCheck[] {
  const tracks = [...series.values()].map((track) => ({ track, tally: track.readings.tally(toMs) }));
  return EXPECTATIONS.flatMap(({ name, broken, applies }): readonly QualityCheck[] => {
    const own = tracks.filter(({ track }) => applies(track));
    const silent = own.filter(({ track }) => broken.has('gap') && track.isSilent(toMs)).length;
    const failed = own.flatMap(({ tally }) => [...broken].flatMap((verdict) => tally.get(verdict) ?? []));
    const lastMs = [...failed.map((verdict) => verdict.lastMs), silent > 0 ? toMs : Number.NaN].filter(Number.isFinite);
    const checked = own.flatMap(({ tally }) => [...tally.values()]).reduce((sum, { count }) => sum + count, silent);
    const failures = failed.reduce((sum, { count }) => sum + count, silent);
    const lastFailureMs = lastMs.length === 0 ? null : Math.max(...lastMs);
    return own.length === 0 ? [] : [{ name, service, checked, failures, lastFailureMs }];
  });
}
