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

/** The quality of a service in a few words: `Gap in 2, stale in 1 of 8 series`, or that all are well. */
export function describeQuality(quality: readonly SeriesQuality[]): string {
  if (quality.length === 0) {
    return 'not checked';
  }
  const counts = new Map<QualityVerdict, number>();
  for (const { verdict } of quality) {
    if (verdict !== 'ok') {
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
  }
  if (counts.size === 0) {
    return quality.length === 1 ? 'OK' : `all ${quality.length} series OK`;
  }
  const parts = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${QUALITY_LABELS[verdict].toLowerCase()} in ${count}`);
  return `${parts.join(', ')} of ${quality.length} series`;
}
