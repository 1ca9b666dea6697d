import type { Accuracy } from './figures.ts';
import { wilsonInterval } from './wilson.ts';

/** Cells of one row: incidents, top-1, top-3, mean. */
export function accuracyCells({ cases, top1, top3, avg5 }: Accuracy): readonly string[] {
  return [`${cases}`, shareCell(top1, cases), shareCell(top3, cases), avg5.toFixed(3)];
}

/** A share with its interval. */
export function shareCell(share: number, cases: number): string {
  const [low, high] = wilsonInterval(Math.round(share * cases), cases);
  return `${share.toFixed(3)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
