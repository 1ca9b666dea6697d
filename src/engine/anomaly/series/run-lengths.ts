import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

const EXACT = 32;
const BUCKETS = 64;

/**
 * How long a series usually rests on one value: a histogram of the lengths of finished runs, exact up to 32, by
 * quarters of a doubling above.
 *
 * Cost O(1) per run, O(64) per quantile.
 */
export class RunLengths {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;

  /** Takes in a finished run of `length` equal values. */
  push(length: number): void {
    const bucket = length <= EXACT ? length - 1 : EXACT + Math.floor(4 * Math.log2(length / EXACT));
    const index = Math.min(BUCKETS - 1, bucket);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total += 1;
  }

  /** A length that `p` of the finished runs do not exceed; 1 before the first. */
  quantile(p: number): number {
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= p * this.total && seen > 0) {
        return bucket < EXACT ? bucket + 1 : EXACT * 2 ** ((bucket - EXACT + 1) / 4);
      }
    }
    return 1;
  }

  /** Finished runs. */
  get size(): number {
    return this.total;
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.f64(this.total).f64s(this.counts);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.total = reader.f64();
    reader.f64s(this.counts);
  }
}
