import type { EpochMs, TimeWindow } from '#model';

/** Rates still cover the trouble for this long after it is over. */
const TAIL_MS = 60_000;
/** A trouble shows a little before its first strange sample. */
const LEAD_MS = 60_000;
const MAX_WINDOWS = 200;

/** When there were incidents: times that are no example of what is normal. */
export class PastIncidents {
  private windows: readonly TimeWindow[] = [];

  /** Notes an incident that is over. Times on the datasource's clock. */
  add(onsetMs: EpochMs, resolvedMs: EpochMs): void {
    const window = { fromMs: onsetMs - LEAD_MS, toMs: resolvedMs + TAIL_MS };
    if (window.fromMs < window.toMs && !this.windows.some((known) => known.fromMs === window.fromMs)) {
      this.windows = [...this.windows, window].slice(-MAX_WINDOWS);
    }
  }

  /** Windows that lie completely before an instant. The newest trouble is kept until fresh points follow it. */
  before(atMs: EpochMs): readonly TimeWindow[] {
    return this.windows.filter((window) => window.toMs <= atMs);
  }
}
