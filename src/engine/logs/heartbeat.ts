import { normalTailSurprisal } from '../stats/normal-tail.ts';
import type { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { readCount } from './text-bytes.ts';

/** Gaps remembered per template. */
const GAPS = 32;
const GAPS_NEEDED = 20;
const MAX_VARIATION = 0.5;
const MIN_MEDIAN_MS = 5000;
const MAX_MEDIAN_MS = 6 * 3_600_000;
/** A heartbeat that has been gone for so long was switched off. */
const FORGET_GAPS = 30;
const FORGET_MS = 2 * 3_600_000;

/** A heartbeat that is overdue. */
export interface MissedBeat {
  readonly slot: number;
  /** 3 to 6, or less where such a pause is not rare. */
  readonly surprisal: number;
  readonly silentMs: number;
  readonly medianGapMs: number;
}

interface Beat {
  lastMs: number;
  readonly gaps: Float64Array<ArrayBuffer>;
  seen: number;
}

/**
 * Templates that come at regular intervals, and which of them are overdue.
 *
 * A template is a heartbeat when its last gaps (at least 20 of up to 32) have a coefficient of variation below 0.5 and a
 * median between 5 s and 6 h. Missing for more than 3 median gaps, and for 1.5 times the longest gap known: surprisal 3, one more for
 * every further 3 gaps, at most 6, and never more than a gamma distribution with the mean and variance of the gaps grants,
 * for as many trials as beats fall into a bin. Time that nobody watched does not count as silence: see {@link pause}. After
 * 30 gaps and two hours the heartbeat counts as switched off; should it come back, it must show its rhythm anew.
 *
 * Cost O(1) per line, O(slots x 32) per check, 280 B per template that came twice. Ref: detection 11 (c); the gamma bound is an
 * addition (with CV 0.5 a gap of 3 medians has probability 5e-3, not 1e-3); its tail by Wilson & Hilferty 1931.
 */
export class Heartbeats {
  private readonly beats = new Map<number, Beat>();

  /** A line of a template; times may be equal, and earlier than the last one (then it is ignored). */
  beat(slot: number, atMs: number): void {
    let beat = this.beats.get(slot);
    if (!beat) {
      beat = { lastMs: atMs, gaps: new Float64Array(GAPS), seen: 0 };
      this.beats.set(slot, beat);
      return;
    }
    const gap = atMs - beat.lastMs;
    if (gap > 0) {
      beat.seen = isForgotten(beat, gap) ? 0 : beat.seen;
      beat.gaps[beat.seen % GAPS] = gap;
      beat.seen += 1;
      beat.lastMs = atMs;
    }
  }

  /** Time that nobody watched, or only in part: silence in it says nothing. */
  pause(durationMs: number): void {
    for (const beat of this.beats.values()) {
      beat.lastMs += durationMs;
    }
  }

  /** The slot belongs to another template from now on. */
  forget(slot: number): void {
    this.beats.delete(slot);
  }

  /** Whether the lines of a template come at regular intervals. */
  isHeartbeat(slot: number): boolean {
    const beat = this.beats.get(slot);
    return beat !== undefined && rhythmOf(beat) !== undefined;
  }

  /**
   * Heartbeats that are overdue at an instant, in order of slot.
   * @param binMs  distance of two checks
   */
  missed(atMs: number, binMs: number): MissedBeat[] {
    const missed: MissedBeat[] = [];
    for (const [slot, beat] of this.beats) {
      const silentMs = atMs - beat.lastMs;
      const rhythm = silentMs > 3 * MIN_MEDIAN_MS ? rhythmOf(beat) : undefined;
      if (!rhythm || silentMs <= Math.max(3 * rhythm.medianMs, 1.5 * rhythm.longestMs)) {
        continue;
      }
      const gaps = silentMs / rhythm.medianMs;
      if (gaps > FORGET_GAPS && silentMs > FORGET_MS) {
        continue;
      }
      const trials = Math.max(1, binMs / rhythm.medianMs);
      const rare = gammaTailSurprisal(silentMs, rhythm.meanMs, rhythm.variation) - Math.log10(trials);
      const surprisal = Math.max(0, Math.min(6, 3 + Math.floor((gaps - 3) / 3), rare));
      missed.push({ slot, surprisal, silentMs, medianGapMs: rhythm.medianMs });
    }
    return missed.sort((a, b) => a.slot - b.slot);
  }

  write(writer: StateWriter): void {
    writer.u32(this.beats.size);
    for (const [slot, beat] of this.beats) {
      writer.u32(slot).f64(beat.lastMs).f64(beat.seen).f64s(beat.gaps);
    }
  }

  /** @throws RangeError when the bytes are no such state */
  read(reader: StateReader, maxSlots: number): void {
    this.beats.clear();
    const count = readCount(reader, maxSlots);
    for (let i = 0; i < count; i += 1) {
      const slot = readCount(reader, maxSlots - 1);
      const beat: Beat = { lastMs: reader.f64(), seen: reader.f64(), gaps: new Float64Array(GAPS) };
      reader.f64s(beat.gaps);
      this.beats.set(slot, beat);
    }
  }
}

/** A heartbeat that was switched off long ago. */
function isForgotten(beat: Beat, gap: number): boolean {
  const rhythm = gap > FORGET_MS ? rhythmOf(beat) : undefined;
  return rhythm !== undefined && gap > FORGET_GAPS * rhythm.medianMs;
}

interface Rhythm {
  readonly medianMs: number;
  readonly meanMs: number;
  readonly variation: number;
  readonly longestMs: number;
}

function rhythmOf({ gaps, seen }: Beat): Rhythm | undefined {
  const n = Math.min(seen, GAPS);
  if (n < GAPS_NEEDED) {
    return undefined;
  }
  const sorted = gaps.slice(0, n).sort();
  const medianMs = ((sorted[(n - 1) >> 1] ?? 0) + (sorted[n >> 1] ?? 0)) / 2;
  const meanMs = sorted.reduce((sum, gap) => sum + gap, 0) / n;
  const variance = sorted.reduce((sum, gap) => sum + (gap - meanMs) ** 2, 0) / n;
  const variation = Math.sqrt(variance) / meanMs;
  const regular = variation < MAX_VARIATION && medianMs >= MIN_MEDIAN_MS && medianMs <= MAX_MEDIAN_MS;
  return regular ? { medianMs, meanMs, variation, longestMs: sorted[n - 1] ?? 0 } : undefined;
}

/** `-log10 P(X > x)` of a gamma variable, by the cube root's normal approximation. */
function gammaTailSurprisal(x: number, mean: number, variation: number): number {
  const shape = 1 / Math.max(variation, 0.05) ** 2;
  const z = 3 * Math.sqrt(shape) * (Math.cbrt(x / mean) - 1 + 1 / (9 * shape));
  return normalTailSurprisal(z);
}
