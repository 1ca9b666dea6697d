import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

const WINDOW = 2000;

/**
 * Spread of the last 2,000 values by quartiles and by the 5 % and 95 % quantiles.
 *
 * Cost O(log W) per push, O(1) per answer.
 */
export class SpreadWindow {
  private readonly window = new SortedWindow(WINDOW);
  private offset = NaN;

  /** Takes in a finite value. */
  push(value: number): void {
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    this.window.push(value - this.offset);
  }

  /** `.7413 IQR`; 0 while empty. */
  get quartileScale(): number {
    return this.window.size === 0 ? 0 : 0.7413 * (this.window.quantile(0.75) - this.window.quantile(0.25));
  }

  /** `(q.95 - q.05) / 3.29`; 0 while empty. */
  get wideScale(): number {
    return this.window.size === 0 ? 0 : (this.window.quantile(0.95) - this.window.quantile(0.05)) / 3.29;
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.f64(this.offset);
    this.window.write(writer);
  }

  /** Takes the state back. Throws RangeError when it does not fit. */
  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.window.read(reader);
  }
}
