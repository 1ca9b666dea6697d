import type { EventCounts } from './precision-recall.ts';
import { segmentsOf } from './segments.ts';

/** Rows of silence after an alert: one hour at five minutes. */
const SILENT_ROWS = 12;
const ROWS_BEFORE = 1;
const ROWS_AFTER = 2;

/**
 * Alerts of one entity: one fires at the first row at or above the threshold, then nothing for twelve rows, then the
 * next may fire. True if it fires from one row before to two rows after a labelled segment; where two such ranges
 * overlap the later segment wins. Neighbouring alerts are never merged, or a detector that always alarms would score.
 */
export function countEvents(labels: ArrayLike<number>, stream: ArrayLike<number>, threshold: number): EventCounts {
  const segments = segmentsOf(labels);
  const owner = new Int32Array(labels.length).fill(-1);
  segments.forEach(([first, last], index) =>
    owner.fill(index, Math.max(0, first - ROWS_BEFORE), last + ROWS_AFTER + 1)
  );
  const hit = new Set<number>();
  let alerts = 0;
  let trueAlerts = 0;
  let nextRow = 0;
  for (let row = 0; row < stream.length; row += 1) {
    if (row >= nextRow && (stream[row] ?? 0) >= threshold) {
      nextRow = row + SILENT_ROWS;
      alerts += 1;
      const segment = owner[row] ?? -1;
      if (segment >= 0) {
        trueAlerts += 1;
        hit.add(segment);
      }
    }
  }
  return { trueAlerts, alerts, hit: hit.size, incidents: segments.length };
}
