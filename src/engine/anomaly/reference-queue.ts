import type { EpochMs } from '#model';

/** One judged point that waits to be learned from. */
export interface JudgedPoint {
  readonly atMs: EpochMs;
  readonly value: number;
  readonly raw: { readonly jump: number | undefined; readonly level: number | undefined };
  /** Unsmoothed surprisal. */
  readonly surprisal: number;
}

const CRITICAL = 5;
const SUSPECT = 3;
const CALM = 2;

/**
 * Decides which points a detector may learn from: points wait two minutes, and those that turn out to belong to a
 * sustained excursion are left out until it has lasted so long that it is the new normal.
 *
 * Lone wild points pass, so that a heavy tail is learned. Cost O(guard) per push. Source: the mandatory guard of the
 * baseline ("two steps or 120 s"); keeping excursions out is ours, because three hours of history do not absorb an
 * incident.
 */
export class ReferenceQueue {
  /** Points that wait. */
  readonly guard = 8;
  private readonly acceptAfter: number;
  private waiting: { readonly point: JudgedPoint; held: boolean }[] = [];
  private excursion = 0;

  /** @param acceptAfter  points after which an excursion counts as normal */
  constructor(acceptAfter: number) {
    this.acceptAfter = acceptAfter;
  }

  /**
   * Adds a point with its smoothed surprisal (0 where unknown).
   *
   * @returns the points that may be learned from now, oldest first
   */
  push(point: JudgedPoint, smoothed: number): JudgedPoint[] {
    const entry = { point, held: false };
    this.waiting.push(entry);
    if (this.excursion > 0) {
      this.excursion = smoothed < CALM ? 0 : this.excursion + 1;
    } else if (smoothed >= CRITICAL) {
      this.excursion = 1;
      this.holdBackwards();
    }
    entry.held = this.excursion > 0 && this.excursion <= this.acceptAfter;
    const leaving = this.waiting.splice(0, Math.max(0, this.waiting.length - this.guard));
    return leaving.filter((item) => !item.held).map((item) => item.point);
  }

  private holdBackwards(): void {
    for (const item of this.waiting.toReversed()) {
      if (item.point.surprisal < SUSPECT) {
        return;
      }
      item.held = true;
    }
  }
}
