import type { EpochMs, LogAnomaly } from '#model';

const KEPT_MS = 24 * 3_600_000;
const MAX_KEPT = 500;
/** The same thing within this time is one anomaly that lasts. */
const MERGE_MS = 30 * 60_000;

/** Log anomalies of the last day; one that lasts over several bins is one, with its largest score and newest reason. */
export class RecentAnomalies {
  private kept: { readonly anomaly: LogAnomaly; readonly lastMs: EpochMs }[] = [];

  /** @param nowMs  anomalies that ended a day before are dropped */
  add(anomalies: readonly LogAnomaly[], nowMs: EpochMs): void {
    for (const anomaly of anomalies) {
      const at = this.kept.findLastIndex(
        (known) => isSame(known.anomaly, anomaly) && anomaly.atMs - known.lastMs <= MERGE_MS
      );
      const known = this.kept[at];
      if (known) {
        const larger = known.anomaly.surprisal >= anomaly.surprisal ? known.anomaly : anomaly;
        this.kept[at] = { anomaly: { ...larger, atMs: known.anomaly.atMs }, lastMs: anomaly.atMs };
      } else {
        this.kept.push({ anomaly, lastMs: anomaly.atMs });
      }
    }
    this.kept = this.kept.filter(({ lastMs }) => lastMs > nowMs - KEPT_MS).slice(-MAX_KEPT);
  }

  /** In order of time; `current` ones are shown, and not kept. */
  list(current: readonly LogAnomaly[]): readonly LogAnomaly[] {
    const fresh = current.filter(
      (anomaly) => !this.kept.some((known) => isSame(known.anomaly, anomaly) && anomaly.atMs - known.lastMs <= MERGE_MS)
    );
    return [...this.kept.map(({ anomaly }) => anomaly), ...fresh].sort((a, b) => a.atMs - b.atMs);
  }
}

function isSame(a: LogAnomaly, b: LogAnomaly): boolean {
  return a.service === b.service && a.kind === b.kind && a.patternId === b.patternId;
}
