import type { AnomalyReading, DetectionTier, DetectorId, ExpectedBand, QualityVerdict, ScoredSignal } from '#model';
import type { DetectionEngine, SeriesJudge, SeriesTraits } from './detection-engine.ts';
import { ReadingRing, type SavedReadings } from './reading-ring.ts';
import { isFeature, type SignalPoints } from './signal-points.ts';

/** What a signal is, without its points. */
export type SignalIdentity = Omit<SignalPoints, 'timesMs' | 'values' | 'tier'>;

/** One series as it is handed to another thread. */
export interface SavedSeries {
  readonly identity: SignalIdentity;
  readonly tier: DetectionTier;
  readonly judge: Uint8Array;
  /** The judge of an excluded time that has not ended yet. */
  readonly aside?: Uint8Array;
  readonly readings: SavedReadings;
  readonly sum: number;
  readonly points: number;
  readonly progress?: Progress;
  readonly pointsSeen: number;
}

/** How far the newest reading is from a verdict. */
interface Progress {
  readonly have: number;
  readonly need: number;
}

/** What a track needs to know. */
export interface SeriesTrackOptions {
  readonly identity: SignalIdentity;
  readonly tier: DetectionTier;
  readonly stepSeconds: number;
  /** Readings that are kept. */
  readonly keep: number;
  /** A series without a point for longer is silent. */
  readonly maxAgeMs: number;
}

/** Points whose verdict a value of a feature row may be made of. */
const USABLE: ReadonlySet<string> = new Set(['ok', 'constant', 'sparse']);

/**
 * One series: its judge and its newest readings. Points of an excluded time are judged by a copy that is thrown away
 * afterwards, so that they have scores and teach nothing.
 */
export class SeriesTrack {
  readonly identity: SignalIdentity;
  readonly tier: DetectionTier;
  readonly readings: ReadingRing;
  readonly isFeature: boolean;
  private readonly engine: DetectionEngine;
  private readonly traits: SeriesTraits;
  private readonly maxAgeMs: number;
  private readonly judge: SeriesJudge;
  private aside: SeriesJudge | undefined;
  private sum: number;
  private points: number;
  private progress: Progress | undefined;
  private seen: number;

  constructor(engine: DetectionEngine, options: SeriesTrackOptions, saved?: SavedSeries) {
    const { identity, tier, stepSeconds, keep, maxAgeMs } = options;
    this.maxAgeMs = maxAgeMs;
    this.engine = engine;
    this.identity = identity;
    this.tier = tier;
    this.isFeature = isFeature(identity);
    const { unit, kind, harm, counter } = identity;
    this.traits = { stepSeconds, tier, unit, kind, harm, ...(counter ? { counter } : {}) };
    this.judge = saved ? engine.loadSeries(this.traits, saved.judge) : engine.createSeries(this.traits);
    this.aside = saved?.aside && engine.loadSeries(this.traits, saved.aside);
    this.readings = new ReadingRing(keep, saved?.readings);
    this.sum = saved?.sum ?? 0;
    this.points = saved?.points ?? 0;
    this.progress = saved?.progress;
    this.seen = saved?.pointsSeen ?? 0;
  }

  step(atMs: number, point: number, excluded: boolean): void {
    const judge = this.judgeFor(excluded);
    const verdict = judge.step(atMs, point);
    const value = this.identity.counter ? (verdict.value ?? Number.NaN) : point;
    const band = judge.expected();
    if (USABLE.has(verdict.quality) && Number.isFinite(value)) {
      this.sum += value;
      this.points += 1;
    }
    const { have, need } = verdict;
    this.progress = have === undefined || need === undefined ? undefined : { have, need };
    this.seen += Number(!excluded);
    // Readings are looked up by time: one that goes back stands where it came.
    this.readings.push(Math.max(atMs, this.readings.newestMs ?? atMs), value, verdict, band);
  }

  /** Mean of the usable points since the last call; NaN when there was none. */
  takeMean(): number {
    const mean = this.points === 0 ? Number.NaN : this.sum / this.points;
    this.sum = 0;
    this.points = 0;
    return mean;
  }

  /** Points that the series was learned from. */
  get pointsSeen(): number {
    return this.seen;
  }

  /** The band of the next point; undefined while there is none. */
  expected(): ExpectedBand | undefined {
    return (this.aside ?? this.judge).expected();
  }

  /** Detectors that judge the series. */
  get detectors(): readonly DetectorId[] {
    return this.engine.detectorsOf(this.tier);
  }

  /** Quality of the newest point at or before an instant; `gap` where that is too old to stand for it. */
  qualityAt(atMs: number): QualityVerdict {
    return this.isSilent(atMs) ? 'gap' : this.readings.qualityAt(this.readings.indexAt(atMs));
  }

  /** Whether there is no point that stands for an instant. */
  isSilent(atMs: number): boolean {
    const index = this.readings.indexAt(atMs);
    return index < 0 || atMs - this.readings.timeAt(index) > this.maxAgeMs;
  }

  /** The newest readings at or before an instant, at most so many, as the engine's stages take them. */
  toScored(atMs: number, points: number, explained = false): ScoredSignal {
    const { id: signalId, service, kind } = this.identity;
    const end = this.readings.indexAt(atMs);
    const from = Math.max(0, end - points + 1);
    const indices = Array.from({ length: end - from + 1 }, (_, i) => from + i);
    const isNewest = end >= 0 && end === this.readings.length - 1;
    const explanation = isNewest && explained ? (this.aside ?? this.judge).explain() : undefined;
    return {
      signalId,
      service,
      kind,
      timesMs: indices.map((i) => this.readings.timeAt(i)),
      values: indices.map((i) => this.readings.valueAt(i)),
      readings: indices.map((i) => this.readingAt(i, isNewest && i === end)),
      tier: this.tier,
      ...(explanation ? { explanation } : {}),
    };
  }

  save(): SavedSeries {
    return {
      identity: this.identity,
      tier: this.tier,
      judge: this.judge.save(),
      ...(this.aside ? { aside: this.aside.save() } : {}),
      readings: this.readings.save(),
      sum: this.sum,
      points: this.points,
      pointsSeen: this.seen,
      ...(this.progress ? { progress: this.progress } : {}),
    };
  }

  private judgeFor(excluded: boolean): SeriesJudge {
    if (!excluded) {
      this.aside = undefined;
      return this.judge;
    }
    this.aside ??= this.engine.loadSeries(this.traits, this.judge.save());
    return this.aside;
  }

  private readingAt(index: number, isNewest: boolean): AnomalyReading {
    const reading = this.readings.readingAt(index);
    return reading.kind === 'unknown' && isNewest && this.progress ? { ...reading, ...this.progress } : reading;
  }
}
