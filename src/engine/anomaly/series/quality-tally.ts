import type { EpochMs, QualityVerdict, SeriesQuality } from '#model';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

/** All verdicts, from harmless to worst. */
const VERDICTS: readonly QualityVerdict[] = [
  'ok',
  'constant',
  'sparse',
  'duplicate',
  'gap',
  'out-of-order',
  'counter-reset',
  'stale',
  'out-of-range',
  'invalid',
];
const RECENT = 12;

/** Quality of one series, with the newest time of each verdict. */
export type QualityReport = Omit<SeriesQuality, 'signalId' | 'service'> & {
  /** Points that were looked at. */
  readonly checked: number;
  readonly lastMs: Readonly<Partial<Record<QualityVerdict, EpochMs>>>;
};

/**
 * Counts the verdicts of a series and remembers the worst of the last twelve points.
 *
 * Cost O(1) per point.
 */
export class QualityTally {
  private readonly counts = new Float64Array(VERDICTS.length);
  private readonly times = new Float64Array(VERDICTS.length).fill(NaN);
  private readonly recent = new Uint8Array(RECENT);
  private total = 0;

  /** Takes in the verdict on one point. */
  push(verdict: QualityVerdict, atMs: number): void {
    const index = VERDICTS.indexOf(verdict);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.times[index] = Number.isFinite(atMs) ? atMs : (this.times[index] ?? NaN);
    this.recent[this.total % RECENT] = index;
    this.total += 1;
  }

  /** The state of the series, as plain data. */
  report(): QualityReport {
    const counts: Partial<Record<QualityVerdict, number>> = {};
    const lastMs: Partial<Record<QualityVerdict, number>> = {};
    VERDICTS.forEach((verdict, i) => {
      const count = this.counts[i] ?? 0;
      const time = this.times[i] ?? NaN;
      if (count > 0) {
        counts[verdict] = count;
      }
      if (Number.isFinite(time)) {
        lastMs[verdict] = time;
      }
    });
    const failures = [...this.times.subarray(1)].filter(Number.isFinite);
    const worst = this.recent.reduce((most, index) => Math.max(most, index), 0);
    return {
      verdict: VERDICTS[worst] ?? 'ok',
      counts,
      lastFailureMs: failures.length === 0 ? null : Math.max(...failures),
      checked: this.total,
      lastMs,
    };
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.u32(this.total).f64s(this.counts).f64s(this.times).bytes(this.recent);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.total = reader.u32();
    reader.f64s(this.counts);
    reader.f64s(this.times);
    this.recent.set(
      reader
        .bytes()
        .subarray(0, RECENT)
        .map((index) => Math.min(index, VERDICTS.length - 1))
    );
  }
}
