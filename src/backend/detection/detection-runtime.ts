import type { SettlingWindow } from '#engine';
import type { DetectionTier, EpochMs, ScoredSignal, ServiceAnomaly } from '#model';
import type { DetectionEngine } from './detection-engine.ts';
import { createDetectionEngine } from './product-engine.ts';
import { groupByService } from './group-services.ts';
import { isolateFailures } from './isolated-engine.ts';
import type { FitRecord } from './model-slot.ts';
import { runtimeConfig, type RuntimeConfig } from './runtime-config.ts';
import { beginsMs, MAX_SERIES, ServiceTrack, type SavedService } from './service-track.ts';
import { type Exclusion, isImportant, type SignalPoints } from './signal-points.ts';

/** The whole state as it is handed to another thread: plain data and typed arrays. */
export interface SavedRuntime {
  readonly config: RuntimeConfig;
  readonly judgedMs: EpochMs | undefined;
  readonly fullSeries: number;
  readonly services: readonly SavedService[];
}

/** Services at most; what comes later is not judged. */
const MAX_SERVICES = 2000;
/** Readings of a signal that the incident finder looks back on. */
const SCORED_POINTS = 80;

/**
 * Judges the series and services of one installation, step by step and without input, output or a clock: what it says
 * is a function of the points it was given, the fits it was told to make and the excluded times.
 *
 * `advance` with all points at once, or point by point, or in two processes with `save` between, gives the same
 * verdicts.
 */
export class DetectionRuntime {
  readonly config: RuntimeConfig;
  private readonly engine: DetectionEngine;
  private readonly tracks = new Map<string, ServiceTrack>();
  private fullSeries: number;
  private judged: EpochMs | undefined;

  constructor(
    config: Partial<RuntimeConfig> = {},
    saved?: SavedRuntime,
    engine: (config: RuntimeConfig) => DetectionEngine = createDetectionEngine
  ) {
    this.config = runtimeConfig(saved?.config ?? config);
    this.engine = isolateFailures(engine(this.config));
    this.fullSeries = saved?.fullSeries ?? 0;
    this.judged = saved?.judgedMs;
    for (const service of saved?.services ?? []) {
      this.tracks.set(service.service, new ServiceTrack(this.engine, this.config, service.service, service));
    }
  }

  /** The newest step that was judged; undefined before the first. */
  get judgedMs(): EpochMs | undefined {
    return this.judged;
  }

  /** From when on no reading was forgotten, and whether any was. */
  get coverage(): { readonly oldestMs: EpochMs; readonly hasForgotten: boolean } {
    let oldestMs = -Infinity;
    for (const track of this.tracks.values()) {
      for (const { readings } of track.series.values()) {
        oldestMs = readings.isFull ? Math.max(oldestMs, readings.oldestMs ?? -Infinity) : oldestMs;
      }
    }
    return { oldestMs, hasForgotten: oldestMs > -Infinity };
  }

  /** By name. */
  get services(): readonly ServiceTrack[] {
    return [...this.tracks.values()].toSorted((left, right) => (left.service < right.service ? -1 : 1));
  }

  service(name: string): ServiceTrack | undefined {
    return this.tracks.get(name);
  }

  /**
   * Takes over a service as it was rebuilt elsewhere, in place of what is known about it, and judges what came since.
   * @param signals  recent points; those of other services are ignored
   */
  adopt(
    saved: SavedService,
    signals: readonly SignalPoints[],
    exclusions: readonly Exclusion[] = [],
    settling: readonly SettlingWindow[] = []
  ): void {
    const { service } = saved;
    this.tracks.set(service, new ServiceTrack(this.engine, this.config, service, saved));
    const own = signals.filter((points) => points.service === service);
    const tiers = this.admit(own, this.judged ?? -Infinity);
    if (this.judged !== undefined) {
      this.tracks.get(service)?.advance(own.toSorted(byId), this.judged, { exclusions, settling }, tiers);
    }
  }

  /** Forgets every service but these. */
  retain(services: readonly string[]): void {
    const kept = new Set(services);
    for (const name of this.tracks.keys()) {
      if (!kept.has(name)) {
        this.tracks.delete(name);
      }
    }
  }

  /**
   * Judges every step after the newest judged one, up to and including `toMs`. Points at or before the newest judged
   * step are ignored: they came too late.
   * @param exclusions  times that have scores but teach nothing
   * @param settling  times in which rollouts may disturb services
   */
  advance(
    signals: readonly SignalPoints[],
    toMs: EpochMs,
    exclusions: readonly Exclusion[] = [],
    settling: readonly SettlingWindow[] = []
  ): void {
    const stepMs = this.config.collectSeconds * 1000;
    const endMs = Math.floor(toMs / stepMs) * stepMs;
    const tiers = this.admit(signals, endMs);
    const byService = groupByService(signals);
    for (const [name, track] of this.tracks) {
      track.advance((byService.get(name) ?? []).toSorted(byId), endMs, { exclusions, settling }, tiers);
    }
    this.judged = Math.max(this.judged ?? endMs, endMs);
  }

  /**
   * Fits the model of every service on its rows up to the newest judged step.
   * @param reason  why, for each service or for all
   */
  fit(reason: string | ((service: string) => string)): void {
    for (const [name, track] of this.tracks) {
      track.fit(this.judged ?? 0, typeof reason === 'string' ? reason : reason(name));
    }
  }

  /** Every service at an instant that the readings cover, by name. */
  judge(atMs: EpochMs, explained = false): readonly ServiceAnomaly[] {
    return this.services.map((track) => track.judge(atMs, explained));
  }

  /** The newest readings of the series that stand for services, as the incident finder takes them. */
  scored(atMs: EpochMs, points = SCORED_POINTS): readonly ScoredSignal[] {
    return this.services.flatMap((track) => track.ownSeries().map((series) => series.toScored(atMs, points)));
  }

  /** The newest fit of every service that has one. */
  fits(): ReadonlyMap<string, FitRecord> {
    return new Map(
      [...this.tracks].flatMap(([name, { fits }]) => {
        const newest = fits.at(-1);
        return newest ? [[name, newest] as const] : [];
      })
    );
  }

  save(): SavedRuntime {
    return {
      config: this.config,
      judgedMs: this.judged,
      fullSeries: this.fullSeries,
      services: this.services.map((track) => track.save()),
    };
  }

  /**
   * Takes in the series that begin up to an instant, in the order of their first points, as long as there is room: what
   * is taken in, and how thoroughly it is judged, does not depend on how the points are split into calls.
   */
  private admit(signals: readonly SignalPoints[], endMs: EpochMs): ReadonlyMap<string, DetectionTier> {
    const stepMs = this.config.collectSeconds * 1000;
    const begin = signals
      .filter(({ service, id }) => !this.tracks.get(service)?.series.has(id))
      .map((points) => ({
        points,
        atMs: Math.ceil(beginsMs(points, this.tracks.get(points.service)?.judgedMs) / stepMs) * stepMs,
      }))
      .filter(({ atMs }) => atMs <= endMs)
      .toSorted((left, right) => left.atMs - right.atMs || (left.points.id < right.points.id ? -1 : 1));
    const tiers = new Map<string, DetectionTier>();
    const room = new Map<string, number>();
    for (const { points } of begin) {
      const { service, id } = points;
      const left = room.get(service) ?? MAX_SERIES - (this.track(service)?.series.size ?? MAX_SERIES);
      if (left > 0 && !tiers.has(id)) {
        tiers.set(id, this.tierOf(points));
        room.set(service, left - 1);
      }
    }
    return tiers;
  }

  /** The track of a service, made when there is none and room for one. */
  private track(service: string): ServiceTrack | undefined {
    const known = this.tracks.get(service);
    if (known || this.tracks.size >= MAX_SERVICES) {
      return known;
    }
    const track = new ServiceTrack(this.engine, this.config, service);
    this.tracks.set(service, track);
    return track;
  }

  private tierOf(signal: SignalPoints): DetectionTier {
    if (signal.tier !== undefined) {
      return signal.tier;
    }
    if (!isImportant(signal) || this.fullSeries >= this.config.fullTierSeries) {
      return 'light';
    }
    this.fullSeries += 1;
    return 'full';
  }
}

function byId(left: SignalPoints, right: SignalPoints): number {
  return left.id < right.id ? -1 : 1;
}
