import type { AnomalyLabelRecord } from '#contracts';
import type { EpochMs, TimeWindow } from '#model';
import type { Exclusion } from '../detection/signal-points.ts';

/** Rates still cover the trouble for this long after it is over. */
const TAIL_MS = 60_000;
/** A trouble shows a little before its first strange sample. */
const LEAD_MS = 60_000;
const MAX_WINDOWS = 200;
const MAX_LABELS = 500;

/** What persons may say about a time that makes it no example of what is normal. */
const EXCLUDING: ReadonlySet<AnomalyLabelRecord['label']> = new Set(['incident', 'maintenance', 'expected'] as const);

/** Times that are known to be no example of what is normal: incidents that are over, and what persons labelled. */
export class KnownTimes {
  private windows: readonly TimeWindow[] = [];
  private labelled: readonly AnomalyLabelRecord[] = [];

  /** Notes an incident that is over. Times on the datasource's clock. */
  add(onsetMs: EpochMs, resolvedMs: EpochMs): void {
    const window = { fromMs: onsetMs - LEAD_MS, toMs: resolvedMs + TAIL_MS };
    if (window.fromMs < window.toMs && !this.windows.some((known) => known.fromMs === window.fromMs)) {
      this.windows = [...this.windows, window].toSorted((a, b) => a.fromMs - b.fromMs).slice(-MAX_WINDOWS);
    }
  }

  /** Replaces what persons said. */
  setLabels(labels: readonly AnomalyLabelRecord[]): void {
    this.labelled = labels.toSorted((a, b) => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1)).slice(-MAX_LABELS);
  }

  get labels(): readonly AnomalyLabelRecord[] {
    return this.labelled;
  }

  /** Incidents that lie completely before an instant. The newest trouble is kept until fresh points follow it. */
  before(atMs: EpochMs): readonly TimeWindow[] {
    return this.windows.filter((window) => window.toMs <= atMs);
  }

  /** Incidents that are over and lie, at least in part, in a window. */
  during({ fromMs, toMs }: TimeWindow): readonly TimeWindow[] {
    return this.windows.filter((window) => window.fromMs < toMs && window.toMs > fromMs);
  }

  /** What detectors do not learn from: incidents that are over, and labelled times, also those that last. */
  exclusions(atMs: EpochMs): readonly Exclusion[] {
    const labels = this.labelled
      .filter(({ label, fromMs }) => EXCLUDING.has(label) && fromMs <= atMs)
      .map(({ fromMs, toMs, service }): Exclusion => ({ fromMs, toMs, service }));
    return [...this.before(atMs), ...labels];
  }
}
