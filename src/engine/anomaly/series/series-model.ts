import type { ExpectedBand, QualityVerdict, SeriesExplanation, UnknownReason } from '#model';
import { normalTailSurprisal } from '../../stats/normal-tail.ts';
import { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { MAX_SURPRISAL } from '../score-map.ts';
import { Ensemble, type MemberReading } from './ensemble.ts';
import { explainSeries, type SeriesFacts } from './explain-series.ts';
import { LEVEL_POINTS, LevelReference } from './level-reference.ts';
import { type QualityReport, QualityTally } from './quality-tally.ts';
import { pointsPerDay, type SeriesConfig } from './series-config.ts';
import { gapClass, type GateVerdict, SeriesGate } from './series-gate.ts';
import { seasonalStrength } from './seasonality.ts';
import { CALIBRATION_NEED } from './tail-calibrator.ts';
import { loadCeiling } from './load-ceiling.ts';

/** What a {@link SeriesModel} says about one point. A reused object: valid until the next point. */
export interface SeriesStep {
  readonly quality: QualityVerdict;
  /** Why there is no score; undefined where there is one. */
  readonly why?: UnknownReason | undefined;
  /** 0 to 12; NaN = unknown. */
  readonly surprisal: number;
  readonly direction: 'above' | 'below';
  /** The value that was judged (the rate of a counter); NaN where there was none. */
  readonly value: number;
  readonly have?: number | undefined;
  readonly need?: number | undefined;
  /** The score was kept below the warning level because there is too little history. */
  readonly shortHistory: boolean;
  readonly members: readonly MemberReading[];
}

const MAGIC = 0x53455243;
const VERSION = 1;
const REFERENCE_STEP_SECONDS = 300;
const LEAST_CONFIDENCE = 0.3;
/** Surprisal of score 0.69. */
const SHORT_HISTORY_CAP = 2.957;
const CONSTANT_DEPARTURE = 4;
const HARMLESS_CAP = 2.9;
const IMMATERIAL_CAP = 3.9;
const SEASONAL_FROM = 0.7;
/** Surprisal of a union over two opinions. */
const UNION_COST = Math.log10(2);
const EWMA_POINTS = 32 + CALIBRATION_NEED;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Streaming anomaly detection for one series.
 *
 * Gate, detectors, a tail calibrator each, mean of the members, mean of three points, null table: a surprisal
 * `U = -log10 p` per point, with expected rates of 1e-3, 1e-4 and 1e-5 at 3, 4 and 5. On steps finer than five minutes U
 * is lowered by `log10(300 / step)`, so that levels keep their rate per day. With a `harm` in the configuration only
 * harmful and material deviations alarm, and a sustained excursion stays up until it is accepted. Unknown is a state: no
 * number is ever made from a missing point.
 *
 * The same points give the same numbers, in one go or with `save` and `load` between any two; nothing depends on later
 * points. Cost about 1 us (light) or 15 us (full) per point. Source: detection 2 to 5; A3.3, A3.12, A10.4.
 */
export class SeriesModel {
  private readonly config: SeriesConfig;
  private readonly perDay: number;
  private readonly trialCost: number;
  private readonly gate: SeriesGate;
  private ensemble: Ensemble;
  private level: LevelReference;
  private readonly tally = new QualityTally();
  private count = 0;
  private untilSeasonTest: number;
  private isHarmless = false;
  private isDeparture = false;
  private readonly current: Mutable<SeriesStep>;

  /** @throws RangeError when the step is not positive or a detector does not judge single series */
  constructor(config: SeriesConfig) {
    if (!(config.stepSeconds > 0 && Number.isFinite(config.stepSeconds))) {
      throw new RangeError('SeriesModel needs a positive step');
    }
    this.config = config;
    this.perDay = pointsPerDay(config.stepSeconds);
    this.trialCost = Math.max(0, Math.log10(REFERENCE_STEP_SECONDS / config.stepSeconds));
    this.gate = createGate(config);
    this.ensemble = new Ensemble(config);
    this.level = createLevel(config);
    this.untilSeasonTest = this.seasonTestFrom();
    this.current = {
      quality: 'ok',
      why: 'no-data',
      surprisal: NaN,
      direction: 'above',
      value: NaN,
      have: undefined,
      need: undefined,
      shortHistory: false,
      members: this.ensemble.readings,
    };
  }

  /**
   * Judges one sample and takes it in.
   *
   * @param atMs  time of the sample
   * @param value  a number or a decimal string; everything else is `invalid`
   * @returns the verdict; the object is used again for the next point
   */
  step(atMs: number, value: unknown): SeriesStep {
    const verdict = this.gate.step(atMs, value);
    const { current } = this;
    this.tally.push(verdict.quality, atMs);
    current.quality = verdict.quality;
    current.value = verdict.value;
    current.why = verdict.why;
    current.surprisal = NaN;
    current.have = undefined;
    current.need = undefined;
    current.shortHistory = false;
    this.isHarmless = false;
    this.isDeparture = false;
    if (verdict.gapSlots > 0) {
      this.passGap(verdict.gapSlots);
    }
    if (verdict.feeds) {
      this.judge(atMs, verdict);
    } else {
      this.silence();
    }
    return current;
  }

  /** The band that was expected at the last point; undefined while warming up. */
  expected(): ExpectedBand | undefined {
    return this.level.band();
  }

  /** The EWMA flag of A3.3: more than sigma on at least 2 of the last 3 scored points. */
  get ewmaFlag(): boolean {
    return this.ensemble.ewma?.flag ?? false;
  }

  /** How much history stands behind the score, 0 to 1. */
  get confidence(): number {
    return Math.min(1, this.count / Math.min(2016, Math.max(200, 7 * this.perDay)));
  }

  /** Why the last point got its score; undefined where it has none. */
  explain(): SeriesExplanation | undefined {
    const { current } = this;
    if (Number.isNaN(current.surprisal)) {
      return undefined;
    }
    return explainSeries({
      value: current.value,
      unit: this.config.unit,
      direction: current.direction,
      expected: this.level.band()?.centre ?? NaN,
      surprisal: current.surprisal,
      members: current.members,
      days: this.count / this.perDay,
      compared: this.comparedSeconds(),
      confidence: this.confidence,
      shortHistory: current.shortHistory,
      isDeparture: this.isDeparture,
      isHarmless: this.isHarmless,
    });
  }

  /** How often each quality verdict was given, and the worst of the last twelve points. */
  quality(): QualityReport {
    return this.tally.report();
  }

  /** Drift was accepted: all-time extremes restart. */
  acceptDrift(): void {
    this.ensemble.range?.restartExtremes();
  }

  /** The whole state, little-endian, versioned. */
  save(): Uint8Array {
    const writer = new StateWriter().u32(MAGIC).u32(VERSION);
    writer.u32(this.count).f64(this.untilSeasonTest);
    this.gate.write(writer);
    this.tally.write(writer);
    this.level.write(writer);
    this.ensemble.write(writer);
    return writer.finish();
  }

  /**
   * A model that goes on exactly where the saved one stood.
   *
   * @param config  the same as that of the saved model
   * @throws RangeError when the bytes are no state of this configuration and version
   */
  static load(config: SeriesConfig, bytes: Uint8Array): SeriesModel {
    const model = new SeriesModel(config);
    const reader = new StateReader(bytes);
    if (reader.u32() !== MAGIC || reader.u32() !== VERSION) {
      throw new RangeError('not the state of a series model, or of another version');
    }
    model.count = reader.u32();
    model.untilSeasonTest = reader.f64();
    model.gate.read(reader);
    model.tally.read(reader);
    model.level.read(reader);
    model.ensemble.read(reader);
    reader.finish();
    return model;
  }

  private judge(atMs: number, verdict: GateVerdict): void {
    const { current, ensemble, level } = this;
    const { value } = verdict;
    const isRewarming = verdict.why !== undefined;
    this.count += 1;
    const ewmaLevel = ensemble.ewma?.level ?? NaN;
    const own = level.step(value, atMs, ensemble.profile);
    const joint = ensemble.step(value, verdict.slot, atMs, !isRewarming, !level.isHolding);
    const centre = level.band()?.centre ?? ewmaLevel;
    current.direction = value < centre ? 'below' : 'above';
    this.testSeason();
    if (isRewarming) {
      return;
    }
    const surprisal = this.combine(joint, own, verdict.departure);
    if (surprisal === surprisal) {
      current.surprisal = surprisal;
      return;
    }
    const need = this.config.harm === undefined ? EWMA_POINTS + 1 : Math.min(LEVEL_POINTS, EWMA_POINTS + 1);
    current.why = 'warming-up';
    current.have = this.count;
    current.need = Math.max(need, this.count + 1);
  }

  /** From the surprisals of ensemble and level to that of the series. */
  private combine(joint: number, own: number, departure: GateVerdict['departure']): number {
    const { current, config } = this;
    let surprisal = Math.max(0, joint - this.trialCost);
    const isShort = this.confidence < LEAST_CONFIDENCE || this.ensemble.voices < Math.min(2, this.ensemble.asked);
    if (isShort && surprisal > SHORT_HISTORY_CAP) {
      surprisal = SHORT_HISTORY_CAP;
      current.shortHistory = true;
    }
    if (departure === 'none') {
      surprisal = 0;
    } else if (departure === 'first') {
      surprisal = CONSTANT_DEPARTURE;
      this.isDeparture = true;
    } else if (departure === 'later') {
      surprisal = Math.min(surprisal, CONSTANT_DEPARTURE);
    }
    return config.harm === undefined ? surprisal : this.applyPolicy(surprisal, own);
  }

  /** Only harmful deviations may warn, only material ones may alert, and some kinds never do more than warn. */
  private applyPolicy(statistical: number, own: number): number {
    const { harmful } = this.level;
    let surprisal = statistical;
    if (harmful === harmful && surprisal > HARMLESS_CAP) {
      const cap = harmful > 0 ? Math.max(IMMATERIAL_CAP, normalTailSurprisal(harmful)) : HARMLESS_CAP;
      this.isHarmless = surprisal > cap;
      surprisal = Math.min(surprisal, cap);
    }
    if (own === own) {
      const larger = surprisal > own ? surprisal : own;
      surprisal = surprisal === surprisal ? Math.max(0, larger - UNION_COST) : own;
    }
    return Math.min(surprisal, loadCeiling(this.config.kind) ?? MAX_SURPRISAL);
  }

  private comparedSeconds(): SeriesFacts['compared'] {
    const compared = this.ensemble.ksDrift?.compared;
    const { stepSeconds } = this.config;
    return compared && { recentSeconds: compared.recent * stepSeconds, beforeSeconds: compared.before * stepSeconds };
  }

  private passGap(slots: number): void {
    const size = gapClass(slots, 1000 * this.config.stepSeconds);
    if (size === 'none') {
      return;
    }
    this.level.gap();
    this.ensemble.gap(slots, size !== 'short');
    if (size === 'month') {
      this.gate.restart();
      this.ensemble = new Ensemble(this.config);
      this.level = createLevel(this.config);
      this.count = 0;
      this.untilSeasonTest = this.seasonTestFrom();
      this.current.members = this.ensemble.readings;
    }
  }

  private silence(): void {
    for (const member of this.current.members) {
      member.raw = NaN;
      member.surprisal = NaN;
      member.counts = false;
    }
  }

  private seasonTestFrom(): number {
    const isTestable = this.perDay >= 24 && 2.5 * this.perDay <= 4000 && this.config.detectors === undefined;
    return isTestable ? Math.ceil(4 * this.perDay) : Infinity;
  }

  /** Once a day: is the daily season strong enough for its residual to count? */
  private testSeason(): void {
    this.untilSeasonTest -= 1;
    const { range } = this.ensemble;
    if (this.untilSeasonTest > 0 || range === undefined) {
      return;
    }
    this.untilSeasonTest = this.perDay;
    const history = new Float64Array(Math.min(4000, 14 * this.perDay));
    const count = range.copyHistory(history);
    const found = seasonalStrength(history.subarray(0, count), this.perDay, range.quartiles);
    this.ensemble.seasonalCounts = found?.accepted === true && found.strength > SEASONAL_FROM;
  }
}

function createGate(config: SeriesConfig): SeriesGate {
  return new SeriesGate({
    stepMs: 1000 * config.stepSeconds,
    unit: config.unit,
    kind: config.kind,
    counter: config.counter,
    grid: config.grid ?? true,
  });
}

function createLevel(config: SeriesConfig): LevelReference {
  return new LevelReference({
    unit: config.unit,
    kind: config.kind,
    harm: config.harm ?? 'both',
    guarded: config.harm !== undefined,
    acceptAfter: config.acceptAfter,
  });
}
