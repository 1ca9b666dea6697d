import type { QualityCheck, QualityVerdict, SeriesQuality, ServiceAnomaly } from '#model';
import { QUALITY_LABELS } from '#ui';

/** Share of failed features above which no verdict is made. */
const BLOCKED_ABOVE = 0.3;

/** Services without a verdict because too many of their series failed the checks. */
export function findBlocked(services: readonly ServiceAnomaly[]): readonly string[] {
  return services
    .filter(({ detection }) => detection?.verdict === 'UNKNOWN' && detection.failedShare > BLOCKED_ABOVE)
    .map(({ service }) => service)
    .toSorted();
}

/** Checks that failed, most failures first. */
export function findFailedChecks(checks: readonly QualityCheck[]): readonly QualityCheck[] {
  return checks
    .filter(({ failures }) => failures > 0)
    .toSorted((a, b) => b.failures - a.failures || a.service.localeCompare(b.service) || a.name.localeCompare(b.name));
}

/** Verdicts that are said and scored: a series that never varies, or is mostly zero, is no fault. */
const HARMLESS: readonly QualityVerdict[] = ['ok', 'constant', 'sparse'];

/** Whether a verdict means that data are missing or wrong. */
export function isFault(verdict: QualityVerdict): boolean {
  return !HARMLESS.includes(verdict);
}

/** The quality of a service in a few words: `gap in 2, stale in 1 of 8 series`, or `OK`. */
export function describeQuality(quality: readonly SeriesQuality[]): string {
  if (quality.length === 0) {
    return 'not checked';
  }
  const counts = new Map<QualityVerdict, number>();
  for (const { verdict } of quality.filter((item) => isFault(item.verdict))) {
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const parts = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${QUALITY_LABELS[verdict].toLowerCase()} in ${count}`);
  return parts.length === 0 ? 'OK' : `${parts.join(', ')} of ${quality.length} series`;
}
