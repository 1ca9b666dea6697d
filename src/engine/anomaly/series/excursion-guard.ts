import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';

/** Points that wait before they are learned from. */
export const GUARD_POINTS = 8;
const CRITICAL = 5;
const SUSPECT = 3;
const CALM = 2;

/**
 * Decides which points the reference level may learn from: points wait, and those that turn out to belong to a sustained
 * critical excursion are left out until it has lasted so long that it is the new normal.
 *
 * Lone wild points pass, so that a heavy tail is learned. Only the reference level is guarded; the calibrators of the
 * ensemble take every raw value. Cost O(8) per push. Source: rows of known incidents are left out of fits (detection
 * 6.5); the streaming form is ours, because hours of history do not absorb an incident.
 */
export class ExcursionGuard {
  private readonly acceptAfter: number;
  private readonly values = new Float64Array(GUARD_POINTS + 1);
  private readonly raws = new Float64Array(GUARD_POINTS + 1);
  private readonly surprisals = new Float64Array(GUARD_POINTS + 1);
  private readonly held = new Uint8Array(GUARD_POINTS + 1);
  private count = 0;
  private excursion = 0;
  /** Value and raw value of the point that {@link push} released. */
  readonly released = { value: NaN, raw: NaN };

  /** @param acceptAfter  points after which an excursion counts as normal */
  constructor(acceptAfter: number) {
    this.acceptAfter = acceptAfter;
  }

  /** Whether a critical excursion is on that is not accepted yet. */
  get isHolding(): boolean {
    return this.excursion > 0 && this.excursion <= this.acceptAfter;
  }

  /**
   * Adds a point: its value, raw deviation, surprisal, and the smoothed surprisal that decides.
   *
   * @returns whether {@link released} may be learned from now
   */
  push(value: number, raw: number, surprisal: number, smoothed: number): boolean {
    const at = this.count;
    this.values[at] = value;
    this.raws[at] = raw;
    this.surprisals[at] = surprisal;
    this.held[at] = 0;
    this.count += 1;
    if (this.excursion > 0) {
      this.excursion = smoothed < CALM ? 0 : this.excursion + 1;
    } else if (smoothed >= CRITICAL) {
      this.excursion = 1;
      this.holdBackwards();
    }
    if (this.isHolding) {
      this.held[at] = 1;
    }
    return this.count > GUARD_POINTS && this.release();
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.u32(this.count).u32(this.excursion).f64s(this.values).f64s(this.raws).f64s(this.surprisals).bytes(this.held);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.count = Math.min(GUARD_POINTS, reader.u32());
    this.excursion = reader.u32();
    reader.f64s(this.values);
    reader.f64s(this.raws);
    reader.f64s(this.surprisals);
    this.held.set(reader.bytes().subarray(0, this.held.length));
  }

  private release(): boolean {
    const isFree = this.held[0] === 0;
    this.released.value = this.values[0] ?? NaN;
    this.released.raw = this.raws[0] ?? NaN;
    this.values.copyWithin(0, 1);
    this.raws.copyWithin(0, 1);
    this.surprisals.copyWithin(0, 1);
    this.held.copyWithin(0, 1);
    this.count -= 1;
    return isFree;
  }

  private holdBackwards(): void {
    for (let at = this.count - 1; at >= 0 && (this.surprisals[at] ?? 0) >= SUSPECT; at -= 1) {
      this.held[at] = 1;
    }
  }
}
