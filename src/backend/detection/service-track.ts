import type {
  AnomalyReading,
  ChangeEvent,
  DetectionTier,
  DetectorId,
  EpochMs,
  QualityVerdict,
  ScoredSignal,
  ServiceAnomaly,
  ServiceDetection,
} from '#model';
import { firstAfter, scoreService, type SettlingWindow, toScore } from '#engine';
import type { DetectionEngine, ServiceJudge } from './detection-engine.ts';
import { FeatureRows, type SavedRows } from './feature-rows.ts';
import { type FitRecord, ModelSlot, type SavedSlot } from './model-slot.ts';
import { type RuntimeConfig, verdictAgeMs } from './runtime-config.ts';
import { SeriesTrack, type SavedSeries, type SignalIdentity } from './series-track.ts';
import { ServiceReadings, type SavedServiceReadings } from './service-readings.ts';
import { type Exclusion, isExcluded, type SignalPoints } from './signal-points.ts';

/** One service as it is handed to another thread. */
export interface SavedService {
  readonly service: string;
  readonly judgedMs: number | undefined;
  readonly series: readonly SavedSeries[];
  readonly rows: SavedRows;
  readonly slot: SavedSlot;
  readonly readings: SavedServiceReadings;
  readonly detection: ServiceDetection | undefined;
  readonly modelSurprisal: number;
}

/** Series of one service at most; what comes later is not judged. */
export const MAX_SERIES = 2000;
/** Two ways to be strange, the model and the worst series: a union bound. */
const UNION_COST = Math.log10(2);
/** A model of less history has not seen two days alike: it explains, and alone it does not warn. */
const MIN_MODEL_SPAN_MS = 2 * 86_400_000;
/** Surprisal of score 0.69. */
const BELOW_WARNING = 2.957;
/** Share of features of bad quality above which nothing is concluded. */
const MAX_FAILED_SHARE = 0.3;

/** What is known about times. */
export interface KnownWindows {
  /** They have scores but teach nothing. */
  readonly exclusions: readonly Exclusion[];
  /** Rollouts may disturb services. */
  readonly settling: readonly SettlingWindow[];
}

interface Feed {
  /** Undefined before the first point. */
  track: SeriesTrack | undefined;
  readonly points: SignalPoints;
  next: number;
}

/** All that is known about one service: its series, its feature rows, its model and its newest verdicts. */
export class ServiceTrack {
  readonly service: string;
  readonly series = new Map<string, SeriesTrack>();
  readonly readings: ServiceReadings;
  private readonly engine: DetectionEngine;
  private readonly config: RuntimeConfig;
  private readonly rows: FeatureRows;
  private readonly slot: ModelSlot;
  private detection: ServiceDetection | undefined;
  private modelSurprisal = Number.NaN;
  private judged: EpochMs | undefined;
  /** Of this service, as known at the newest step. */
  private settling: readonly SettlingWindow[] = [];

  constructor(engine: DetectionEngine, config: RuntimeConfig, service: string, saved?: SavedService) {
    this.service = service;
    this.engine = engine;
    this.config = config;
    this.rows = new FeatureRows(config.maxRows, saved?.rows);
    this.slot = new ModelSlot(engine, saved?.slot);
    this.readings = new ServiceReadings(config.keepReadings, saved?.readings);
    this.detection = saved?.detection;
    this.modelSurprisal = saved?.modelSurprisal ?? Number.NaN;
    this.judged = saved?.judgedMs;
    for (const series of saved?.series ?? []) {
      this.series.set(series.identity.id, this.makeTrack(series.identity, series.tier, series));
    }
  }

  get judgedMs(): EpochMs | undefined {
    return this.judged;
  }

  get fits(): readonly FitRecord[] {
    return this.slot.fits;
  }

  get model(): ServiceJudge | undefined {
    return this.slot.active;
  }

  /** Whether a newer model runs beside the active one. */
  get hasShadow(): boolean {
    return this.slot.candidate !== undefined;
  }

  /**
   * Judges every step after the newest judged one, up to and including `toMs`. A series is known from its first point on.
   * @param tiers  how thoroughly series are judged that begin now; others that are unknown are ignored
   */
  advance(
    signals: readonly SignalPoints[],
    toMs: EpochMs,
    { exclusions, settling }: KnownWindows,
    tiers: ReadonlyMap<string, DetectionTier>
  ): void {
    const stepMs = this.config.collectSeconds * 1000;
    const detectMs = this.config.detectSeconds * 1000;
    const { servicesFromMs = -Infinity } = this.config;
    const feeds = signals
      .map((points) => this.toFeed(points))
      .filter(({ track, points }) => track !== undefined || tiers.has(points.id));
    const first = Math.min(...feeds.map(({ points }) => beginsMs(points, this.judged)));
    const fromMs = this.judged === undefined ? Math.ceil(first / stepMs) * stepMs : this.judged + stepMs;
    if (!Number.isFinite(fromMs)) {
      return;
    }
    this.settling = settling.filter(({ service }) => service === this.service);
    const own = exclusions.filter(({ service }) => service === undefined || service === this.service);
    for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
      const excluded = own.length > 0 && isExcluded(own, this.service, atMs);
      for (const feed of feeds) {
        this.feed(feed, atMs, excluded, tiers);
      }
      if (atMs % detectMs === 0 && atMs >= servicesFromMs) {
        this.judgeStep(atMs, excluded);
      }
      this.judged = atMs;
    }
  }

  /** Fits a model on the rows up to an instant. */
  fit(atMs: EpochMs, reason: string): void {
    this.slot.fit(this.rows.table(atMs), atMs, reason);
  }

  /** The state at an instant that the readings cover. Explanations exist for the newest one only. */
  judge(atMs: EpochMs, explained = false): ServiceAnomaly {
    const minis = this.ownSeries().map((track) => track.toScored(atMs, 1, explained));
    const base = scoreService(this.service, minis, atMs, { maxAgeMs: verdictAgeMs(this.config) });
    const isNewest = this.judged === undefined || atMs >= this.lastDetectMs();
    const detection = isNewest ? this.detection : undefined;
    const reading = this.combine(base.reading, atMs, isNewest);
    const rollout = this.rolloutAt(atMs);
    return {
      ...base,
      reading,
      signals: withDetails(base.signals, minis, this.series, atMs),
      ...(detection ? { detection } : {}),
      ...(rollout ? { settling: rollout } : {}),
    };
  }

  /**
   * The series that stand for the service: those of the signal catalogue, and of the features only what the catalogue
   * does not measure. A feature is often a slower form of the same signal.
   */
  ownSeries(): readonly SeriesTrack[] {
    const all = [...this.series.values()];
    const measured = new Set(all.filter((track) => !track.isFeature).map(({ identity }) => identity.kind));
    return all.filter((track) => !track.isFeature || !measured.has(track.identity.kind));
  }

  save(): SavedService {
    return {
      service: this.service,
      judgedMs: this.judged,
      series: [...this.series.values()].map((track) => track.save()),
      rows: this.rows.save(),
      slot: this.slot.save(),
      readings: this.readings.save(),
      detection: this.detection,
      modelSurprisal: this.modelSurprisal,
    };
  }

  private lastDetectMs(): number {
    const detectMs = this.config.detectSeconds * 1000;
    return Math.floor((this.judged ?? 0) / detectMs) * detectMs;
  }

  private makeTrack(identity: SignalIdentity, tier: SeriesTrack['tier'], saved?: SavedSeries): SeriesTrack {
    const { collectSeconds: stepSeconds, keepReadings, keepSeriesReadings: keep = keepReadings } = this.config;
    const maxAgeMs = verdictAgeMs(this.config);
    return new SeriesTrack(this.engine, { identity, tier, stepSeconds, keep, maxAgeMs }, saved);
  }

  private toFeed(points: SignalPoints): Feed {
    const next = this.judged === undefined ? 0 : firstAfter(points.timesMs, this.judged);
    return { track: this.series.get(points.id), points, next };
  }

  private feed(feed: Feed, atMs: EpochMs, excluded: boolean, tiers: ReadonlyMap<string, DetectionTier>): void {
    const { timesMs, values } = feed.points;
    for (; feed.next < timesMs.length; feed.next += 1) {
      const time = timesMs[feed.next] ?? Number.NaN;
      if (time > atMs) {
        return;
      }
      // A time that is none, or that goes back before what is judged, came too late.
      if (Number.isFinite(time) && time > (this.judged ?? -Infinity)) {
        feed.track ??= this.begin(feed.points, tiers.get(feed.points.id) ?? 'light');
        feed.track.step(time, values[feed.next] ?? Number.NaN, excluded);
      }
    }
  }

  private begin(points: SignalPoints, tier: DetectionTier): SeriesTrack {
    const { id, service, kind, unit, harm, query, peer, counter } = points;
    const traits = { ...(peer === undefined ? {} : { peer }), ...(counter ? { counter } : {}) };
    const identity = { id, service, kind, unit, harm, query, ...traits };
    const track = this.series.get(id) ?? this.makeTrack(identity, tier);
    this.series.set(id, track);
    return track;
  }

  private judgeStep(atMs: EpochMs, excluded: boolean): void {
    const means = new Map<string, number>();
    const qualities = new Map<string, QualityVerdict>();
    for (const [id, track] of this.series) {
      const mean = track.takeMean();
      if (track.isFeature) {
        means.set(id, mean);
        qualities.set(id, track.qualityAt(atMs));
      }
    }
    if (!excluded) {
      this.pushRow(atMs, means);
    }
    const verdict = this.slot.step(atMs, means, qualities, excluded);
    this.detection = verdict?.detection;
    this.modelSurprisal = verdict?.surprisal ?? Number.NaN;
    const { reading } = this.judge(atMs);
    const surprisal = reading.kind === 'scored' ? reading.surprisal : Number.NaN;
    const member = this.config.serviceMember && memberSurprisal(verdict?.detection, this.config.serviceMember);
    this.readings.push(atMs, member ?? surprisal, verdict?.detection.verdict ?? 'UNKNOWN');
  }

  private pushRow(atMs: EpochMs, means: ReadonlyMap<string, number>): void {
    if (means.size === 0) {
      return;
    }
    this.rows.begin(atMs);
    for (const [id, mean] of means) {
      const identity = this.series.get(id)?.identity;
      if (identity) {
        this.rows.set(this.rows.columnOf({ signalId: id, unit: identity.unit, harm: identity.harm }), mean);
      }
    }
  }

  private combine(base: AnomalyReading, atMs: EpochMs, isNewest: boolean): AnomalyReading {
    if (!isNewest) {
      return this.remembered(base, atMs);
    }
    if (this.detection && this.detection.failedShare > MAX_FAILED_SHARE) {
      return { kind: 'unknown', why: base.kind === 'unknown' ? base.why : 'invalid' };
    }
    if (base.kind === 'unknown') {
      return base;
    }
    const limit = this.rolloutAt(atMs) ? BELOW_WARNING : Infinity;
    if (Number.isNaN(this.modelSurprisal)) {
      return withSurprisal(base, Math.min(base.surprisal, limit));
    }
    const model = this.hasShortModel() ? Math.min(this.modelSurprisal, BELOW_WARNING) : this.modelSurprisal;
    return withSurprisal(base, Math.min(Math.max(0, Math.max(base.surprisal, model) - UNION_COST), limit));
  }

  /** The rollout that may disturb the service at an instant. */
  private rolloutAt(atMs: EpochMs): ChangeEvent | undefined {
    return this.settling.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.rollout;
  }

  private hasShortModel(): boolean {
    const info = this.slot.active?.info;
    return info !== undefined && info.toMs - info.fromMs < MIN_MODEL_SPAN_MS;
  }

  /** What was said at an earlier instant; what was unknown then stays unknown. */
  private remembered(base: AnomalyReading, atMs: EpochMs): AnomalyReading {
    const index = this.readings.indexAt(atMs);
    if (base.kind === 'unknown' || index < 0) {
      return base;
    }
    const surprisal = this.readings.surprisalAt(index);
    return Number.isNaN(surprisal) ? { kind: 'unknown', why: 'invalid' } : withSurprisal(base, surprisal);
  }
}

function withSurprisal<Reading extends AnomalyReading>(reading: Reading, surprisal: number): Reading {
  return { ...reading, surprisal, score: toScore(surprisal) };
}

function memberSurprisal(detection: ServiceDetection | undefined, id: DetectorId): number {
  return detection?.members.find(({ detector }) => detector === id)?.surprisal ?? Number.NaN;
}

function withDetails(
  signals: ServiceAnomaly['signals'],
  minis: readonly ScoredSignal[],
  series: ReadonlyMap<string, SeriesTrack>,
  atMs: EpochMs
): ServiceAnomaly['signals'] {
  const scored = new Map(minis.map((mini) => [mini.signalId, mini]));
  return signals.map((signal) => {
    const quality = series.get(signal.signalId)?.qualityAt(atMs);
    const explanation = scored.get(signal.signalId)?.explanation;
    return { ...signal, ...(quality ? { quality } : {}), ...(explanation ? { explanation } : {}) };
  });
}

/** Time of the first point after the newest judged step; Infinity when there is none. */
export function beginsMs({ timesMs }: SignalPoints, judgedMs: EpochMs | undefined): number {
  for (let i = judgedMs === undefined ? 0 : firstAfter(timesMs, judgedMs); i < timesMs.length; i += 1) {
    const time = timesMs[i] ?? Number.NaN;
    if (Number.isFinite(time) && time > (judgedMs ?? -Infinity)) {
      return time;
    }
  }
  return Infinity;
}
