import { probationRows } from '../packs/nab-pack.ts';
import { type NabStream, nabGeometry } from './nab-score.ts';
import type { EventCounts } from './precision-recall.ts';

/**
 * Alerts of one NAB file: one fires at the first row at or above the threshold after probation, then silence for 1 % of
 * the file (at least three rows), then the next may fire. True if it fires inside a window.
 */
export function countNabAlerts({ windows, stream }: NabStream, threshold: number): EventCounts {
  const { window } = nabGeometry(windows, stream.length);
  const silent = Math.max(3, Math.floor(0.01 * stream.length));
  const live = new Set<number>();
  const hit = new Set<number>();
  let alerts = 0;
  let trueAlerts = 0;
  let nextRow = 0;
  for (let row = probationRows(stream.length); row < stream.length; row += 1) {
    const inside = window[row] ?? -1;
    if (inside >= 0) {
      live.add(inside);
    }
    if (row >= nextRow && (stream[row] ?? 0) >= threshold) {
      nextRow = row + silent;
      alerts += 1;
      if (inside >= 0) {
        trueAlerts += 1;
        hit.add(inside);
      }
    }
  }
  return { trueAlerts, alerts, hit: hit.size, incidents: live.size };
}
