import type { QualityVerdict, SignalKind, Unit, UnknownReason } from '#model';
import { SortedWindow } from '../../stats/sorted-window.ts';
import type { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { isAbsurd, toDecimal } from './decimal-value.ts';
import { RunLengths } from './run-lengths.ts';
import { type UnitBounds, unitBounds } from './unit-bounds.ts';
import { ZeroShare } from './zero-share.ts';

const HELD_SLOTS = 3;
const MOST_REWARM = 12;
const LEAST_STALE = 24;
const STALE_RUNS = 4;
const CONSTANT_POINTS = 288;
const CHANGES_TO_NORMAL = 30;
const MS_PER_DAY = 86_400_000;
/** Kinds that never rest on one exact value while a service lives; percentiles of a histogram do. */
const ALWAYS_MOVING: ReadonlySet<SignalKind> = new Set(['request-rate', 'cpu', 'user-defined']);

/** What the gate needs to know about a series. */
export interface SeriesGateSettings {
  readonly stepMs: number;
  readonly unit?: Unit | undefined;
  readonly kind?: SignalKind | undefined;
  /** The values are those of a growing counter; what is judged is their rate per second. */
  readonly counter?: boolean | undefined;
  /** Whether times are floored to the step; false: every row counts, whatever its time. */
  readonly grid: boolean;
}

/** What the gate says about a point. A reused object: valid until the next point. */
export interface GateVerdict {
  quality: QualityVerdict;
  /** Why the point has no score; undefined where it may have one. */
  why: UnknownReason | undefined;
  /** Whether detectors take the value in. */
  feeds: boolean;
  /** The value to judge, in the unit of the series; NaN where there is none. */
  value: number;
  /** Number of the step. */
  slot: number;
  /** Empty steps before this point. */
  gapSlots: number;
  /** In a series that rests: whether this is the first departure (`first`), a later one (`later`), or none (`none`). */
  departure: 'first' | 'later' | 'none' | 'moving';
}

/**
 * Data-quality gate of one series: says per point whether detectors may judge it, and why not.
 *
 * Times are floored to the step; gaps are never filled. The verdicts: `invalid` (no decimal number), `out-of-order` (a
 * step or more before the last point), `duplicate` (a step that was judged already), `gap` (the first points after more
 * than three empty steps), `stale` (one value for far longer than this series ever rested), `counter-reset`,
 * `out-of-range` (outside the bounds of the unit), `constant` and `sparse` (scored on a path of their own).
 *
 * Cost O(log 288) per point. Source: table of detection 3; A2.15, A2.16. Deviations: resting at zero is legitimate, and
 * percentiles may rest because histogram buckets quantise them; a duplicate is dropped, because its step was judged.
 */
export class SeriesGate {
  private readonly settings: SeriesGateSettings;
  private readonly bounds: UnitBounds;
  private readonly canStale: boolean;
  private readonly verdict: GateVerdict = {
    quality: 'ok',
    why: undefined,
    feeds: false,
    value: NaN,
    slot: 0,
    gapSlots: 0,
    departure: 'moving',
  };
  private runs = new RunLengths();
  private readonly recent = new SortedWindow(CONSTANT_POINTS);
  private zeros = new ZeroShare();
  private offset = NaN;
  private lastSlot = NaN;
  private lastValue = NaN;
  private run = 0;
  private rewarm = 0;
  private counterValue = NaN;
  private counterMs = NaN;

  constructor(settings: SeriesGateSettings) {
    this.settings = settings;
    this.bounds = unitBounds(settings.unit, settings.kind);
    this.canStale = settings.grid && (settings.kind === undefined || ALWAYS_MOVING.has(settings.kind));
  }

  /** Judges one sample. */
  step(atMs: number, sample: unknown): GateVerdict {
    const { verdict } = this;
    verdict.value = NaN;
    verdict.gapSlots = 0;
    verdict.departure = 'moving';
    const value = toDecimal(sample);
    if (!Number.isFinite(atMs) || Number.isNaN(value)) {
      return this.refuse('invalid', 'invalid');
    }
    const place = this.place(atMs);
    if (place !== undefined) {
      return this.refuse(place, 'invalid');
    }
    return this.settings.counter === true ? this.judgeCounter(atMs, value) : this.judge(value);
  }

  /** Forgets how the series used to behave. */
  restart(): void {
    this.runs = new RunLengths();
    this.zeros = new ZeroShare();
    this.recent.clear();
  }

  /** Appends the state. */
  write(writer: StateWriter): void {
    writer.f64(this.offset).f64(this.lastSlot).f64(this.lastValue).u32(this.run).u32(this.rewarm);
    writer.f64(this.counterValue).f64(this.counterMs);
    this.runs.write(writer);
    this.recent.write(writer);
    this.zeros.write(writer);
  }

  /** Takes the state back. */
  read(reader: StateReader): void {
    this.offset = reader.f64();
    this.lastSlot = reader.f64();
    this.lastValue = reader.f64();
    this.run = reader.u32();
    this.rewarm = reader.u32();
    this.counterValue = reader.f64();
    this.counterMs = reader.f64();
    this.runs.read(reader);
    this.recent.read(reader);
    this.zeros.read(reader);
  }

  /** Finds the step of a time; the verdict of a point that has no step of its own. */
  private place(atMs: number): 'out-of-order' | 'duplicate' | undefined {
    const { verdict } = this;
    if (!this.settings.grid) {
      this.lastSlot = Number.isNaN(this.lastSlot) ? 0 : this.lastSlot + 1;
      verdict.slot = this.lastSlot;
      return undefined;
    }
    const slot = Math.floor(atMs / this.settings.stepMs);
    if (slot <= this.lastSlot) {
      return slot === this.lastSlot ? 'duplicate' : 'out-of-order';
    }
    verdict.gapSlots = Number.isNaN(this.lastSlot) ? 0 : slot - this.lastSlot - 1;
    if (verdict.gapSlots > HELD_SLOTS) {
      this.rewarm = Math.min(MOST_REWARM, verdict.gapSlots);
      this.run = 0;
      this.lastValue = NaN;
    }
    this.lastSlot = slot;
    verdict.slot = slot;
    return undefined;
  }

  private judgeCounter(atMs: number, value: number): GateVerdict {
    const [before, beforeMs] = [this.counterValue, this.counterMs];
    this.counterValue = value;
    this.counterMs = atMs;
    if (value < 0 || isAbsurd(value)) {
      this.counterValue = NaN;
      return this.refuse('out-of-range', 'out-of-range');
    }
    if (Number.isNaN(before) || !(atMs > beforeMs)) {
      return this.refuse('ok', 'warming-up');
    }
    if (value < before) {
      this.verdict.value = value / ((atMs - beforeMs) / 1000);
      return this.refuse('counter-reset', 'counter-reset');
    }
    return this.judge((value - before) / ((atMs - beforeMs) / 1000));
  }

  private judge(value: number): GateVerdict {
    const { verdict } = this;
    if (value < this.bounds.least || value >= this.bounds.below || isAbsurd(value)) {
      return this.refuse('out-of-range', 'out-of-range');
    }
    verdict.value = value;
    verdict.departure = this.departure(value);
    this.zeros.push(value === 0);
    if (this.isStale(value)) {
      verdict.quality = 'stale';
      verdict.why = 'stale';
      verdict.feeds = false;
      return verdict;
    }
    verdict.feeds = true;
    if (this.rewarm > 0) {
      this.rewarm -= 1;
      verdict.quality = 'gap';
      verdict.why = 'gap';
      return verdict;
    }
    verdict.why = undefined;
    verdict.quality = verdict.departure !== 'moving' ? 'constant' : this.zeros.isSparse ? 'sparse' : 'ok';
    return verdict;
  }

  private isStale(value: number): boolean {
    if (value === this.lastValue) {
      this.run += 1;
    } else {
      if (this.run > 0) {
        this.runs.push(this.run);
      }
      this.run = 1;
      this.lastValue = value;
    }
    if (!this.canStale || value === 0 || this.runs.size < LEAST_STALE) {
      return false;
    }
    return this.run >= Math.max(LEAST_STALE, STALE_RUNS * this.runs.quantile(0.95));
  }

  /** Where the last day's quartiles agree, the series rests: says whether this value leaves its rest. */
  private departure(value: number): GateVerdict['departure'] {
    const { recent } = this;
    if (Number.isNaN(this.offset)) {
      this.offset = value;
    }
    const x = Math.fround(value - this.offset);
    const isResting = recent.size >= CONSTANT_POINTS && recent.quantile(0.25) === recent.quantile(0.75);
    const rest = isResting ? recent.quantile(0.5) : NaN;
    const changed = isResting ? recent.size - recent.countAtMost(rest) + recent.countBelow(rest) : 0;
    recent.push(x);
    if (!isResting || changed > CHANGES_TO_NORMAL) {
      return 'moving';
    }
    if (x === rest) {
      return 'none';
    }
    return changed === 0 ? 'first' : 'later';
  }

  private refuse(quality: QualityVerdict, why: UnknownReason): GateVerdict {
    const { verdict } = this;
    verdict.quality = quality;
    verdict.why = why;
    verdict.feeds = false;
    return verdict;
  }
}

/** Whether a gap is long enough to forget the recent past (`day`) or everything (`month`). */
export function gapClass(slots: number, stepMs: number): 'none' | 'short' | 'day' | 'month' {
  const lengthMs = slots * stepMs;
  if (lengthMs > 28 * MS_PER_DAY) {
    return 'month';
  }
  if (lengthMs > MS_PER_DAY) {
    return 'day';
  }
  return slots > HELD_SLOTS ? 'short' : 'none';
}
