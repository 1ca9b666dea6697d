import { SCORE_THRESHOLDS } from '#model';
import type { AnomalyLevel, AnomalyReading } from '#model';

/**
 * Traffic light of a reading. Unknown is a state of its own, never `normal`.
 *
 * @param reading  verdict on one point
 * @returns the level whose threshold the score reaches
 * Cost O(1).
 */
export function anomalyLevel(reading: AnomalyReading): AnomalyLevel {
  if (reading.kind === 'unknown') {
    return 'unknown';
  }
  if (reading.score >= SCORE_THRESHOLDS.critical) {
    return 'critical';
  }
  if (reading.score >= SCORE_THRESHOLDS.alert) {
    return 'alert';
  }
  return reading.score >= SCORE_THRESHOLDS.warning ? 'warning' : 'normal';
}
