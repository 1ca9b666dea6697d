import type { QualityVerdict, SeriesQuality, ServiceAnomaly } from '#model';
import type { SeriesTrack } from './series-track.ts';

/** Verdicts that a point is scored with. */
const SCORED: ReadonlySet<QualityVerdict> = new Set(['ok', 'constant', 'sparse']);
/** From bad to worse, for the summary of a series. */
const SEVERITY: readonly QualityVerdict[] = [
  'ok',
  'sparse',
  'constant',
  'duplicate',
  'out-of-order',
  'gap',
  'counter-reset',
  'stale',
  'out-of-range',
  'invalid',
];
/** Points that count as recent. */
const RECENT_POINTS = 60;
const MISSING: ReadonlySet<string> = new Set(['no-data', 'stale', 'gap', 'invalid', 'out-of-range', 'source-error']);

/** Share of a service's series whose newest point is missing or failed its checks; null when it has none. */
export function failedShare({ signals, detection }: ServiceAnomaly): number | null {
  if (signals.length === 0) {
    return null;
  }
  const failed = signals.filter(
    ({ reading, quality }) =>
      (quality !== undefined && !SCORED.has(quality)) || (reading.kind === 'unknown' && MISSING.has(reading.why))
  );
  return Math.max(failed.length / signals.length, detection?.failedShare ?? 0);
}

/** Quality of one series over its recent points up to an instant; a silent one is a gap, whatever came before. */
export function seriesQuality(track: SeriesTrack, atMs: number): SeriesQuality {
  const { identity, readings } = track;
  const end = readings.indexAt(atMs);
  const counts: Partial<Record<QualityVerdict, number>> = {};
  let verdict: QualityVerdict = 'ok';
  let lastFailureMs: number | null = null;
  for (let i = Math.max(0, end - RECENT_POINTS + 1); i <= end; i += 1) {
    const quality = readings.qualityAt(i);
    counts[quality] = (counts[quality] ?? 0) + 1;
    if (SEVERITY.indexOf(quality) > SEVERITY.indexOf(verdict)) {
      verdict = quality;
    }
    if (!SCORED.has(quality)) {
      lastFailureMs = readings.timeAt(i);
    }
  }
  const { id: signalId, service } = identity;
  return track.isSilent(atMs)
    ? { signalId, service, verdict: 'gap', counts, lastFailureMs: atMs }
    : { signalId, service, verdict, counts, lastFailureMs };
}
