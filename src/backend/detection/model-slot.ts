import type { EpochMs, QualityVerdict, UnknownReason } from '#model';
import type { DetectionEngine, FeatureTable, FitOutcome, ServiceJudge, ServiceVerdict } from './detection-engine.ts';
import { AlertCount, mayReplace, type SavedTrial } from './shadow.ts';

/** One fit: on what, why, and what became of it. */
export interface FitRecord {
  readonly atMs: EpochMs;
  readonly reason: string;
  readonly rows: number;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly contamination: number;
  readonly seed: number;
  readonly version: string;
  /** `fitted`, or why there is no model. */
  readonly outcome: 'fitted' | UnknownReason;
  /** Why there is no model, in words; empty when there is one. */
  readonly problem: string;
}

/** Models and their trial as they are handed to another thread. */
export interface SavedSlot {
  readonly active?: Uint8Array;
  readonly aside?: Uint8Array;
  readonly candidate?: Uint8Array;
  readonly activeAlerts: SavedTrial;
  readonly candidateAlerts: SavedTrial;
  readonly fits: readonly FitRecord[];
}

const MAX_FITS = 10;

/**
 * The model of a service and the newer one that runs beside it for one day. The newer one replaces it at the next fit,
 * unless its yellow alerts more than doubled. A model of a short history is replaced at once.
 */
export class ModelSlot {
  active: ServiceJudge | undefined;
  candidate: ServiceJudge | undefined;
  fits: readonly FitRecord[];
  private readonly engine: DetectionEngine;
  private aside: ServiceJudge | undefined;
  private activeAlerts: AlertCount;
  private candidateAlerts: AlertCount;
  private row = new Float64Array(0);

  constructor(engine: DetectionEngine, saved?: SavedSlot) {
    this.engine = engine;
    this.active = this.load(saved?.active);
    this.aside = this.load(saved?.aside);
    this.candidate = this.load(saved?.candidate);
    this.activeAlerts = new AlertCount(saved?.activeAlerts);
    this.candidateAlerts = new AlertCount(saved?.candidateAlerts);
    this.fits = saved?.fits ?? [];
  }

  fit(table: FeatureTable, atMs: EpochMs, reason: string): void {
    if (this.candidate && mayReplace(this.candidateAlerts.alerts, this.activeAlerts.alerts)) {
      this.active = this.candidate;
    }
    const outcome = this.engine.fitService(table);
    this.fits = [...this.fits, toRecord(outcome, table, atMs, reason, this.engine.seed)].slice(-MAX_FITS);
    this.candidate = undefined;
    this.aside = undefined;
    if (outcome.kind === 'fitted') {
      if (this.active && !this.active.info.shortHistory) {
        this.candidate = outcome.model;
      } else {
        this.active = outcome.model;
      }
    }
    this.activeAlerts = new AlertCount();
    this.candidateAlerts = new AlertCount();
  }

  /** The verdict of the active model on one row. Rows of excluded times are judged by a copy that is thrown away. */
  step(
    atMs: EpochMs,
    values: ReadonlyMap<string, number>,
    qualities: ReadonlyMap<string, QualityVerdict>,
    excluded: boolean
  ): ServiceVerdict | undefined {
    if (!this.active) {
      return undefined;
    }
    if (!excluded) {
      this.aside = undefined;
    }
    try {
      const model = excluded ? (this.aside ??= this.engine.loadService(this.active.save())) : this.active;
      const verdict = this.run(model, atMs, values, qualities);
      if (!excluded) {
        this.activeAlerts.push(verdict.surprisal);
        this.tryCandidate(atMs, values, qualities);
      }
      return verdict;
    } catch {
      // A model that threw is not asked again; the series go on standing for the service.
      this.active = undefined;
      return undefined;
    }
  }

  save(): SavedSlot {
    return {
      ...(this.active ? { active: this.active.save() } : {}),
      ...(this.aside ? { aside: this.aside.save() } : {}),
      ...(this.candidate ? { candidate: this.candidate.save() } : {}),
      activeAlerts: this.activeAlerts.save(),
      candidateAlerts: this.candidateAlerts.save(),
      fits: this.fits,
    };
  }

  private tryCandidate(
    atMs: EpochMs,
    values: ReadonlyMap<string, number>,
    qualities: ReadonlyMap<string, QualityVerdict>
  ): void {
    try {
      if (this.candidate) {
        this.candidateAlerts.push(this.run(this.candidate, atMs, values, qualities).surprisal);
      }
    } catch {
      this.candidate = undefined;
    }
  }

  /** No model where its state cannot be read. */
  private load(state: Uint8Array | undefined): ServiceJudge | undefined {
    try {
      return state && this.engine.loadService(state);
    } catch {
      return undefined;
    }
  }

  private run(
    model: ServiceJudge,
    atMs: EpochMs,
    values: ReadonlyMap<string, number>,
    qualities: ReadonlyMap<string, QualityVerdict>
  ): ServiceVerdict {
    const { features } = model;
    if (this.row.length !== features.length) {
      this.row = new Float64Array(features.length);
    }
    features.forEach((id, i) => {
      this.row[i] = values.get(id) ?? Number.NaN;
    });
    return model.step(
      atMs,
      this.row,
      features.map((id) => qualities.get(id) ?? 'gap')
    );
  }
}

function toRecord(outcome: FitOutcome, table: FeatureTable, atMs: EpochMs, reason: string, seed: number): FitRecord {
  const span = { fromMs: table.timesMs[0] ?? atMs, toMs: table.timesMs.at(-1) ?? atMs };
  if (outcome.kind === 'unknown') {
    const { why, reason: problem, have } = outcome;
    return { atMs, reason, rows: have, ...span, contamination: 0, seed, version: '', outcome: why, problem };
  }
  const { rows, fromMs, toMs, contamination, version } = outcome.model.info;
  return { atMs, reason, rows, fromMs, toMs, contamination, seed, version, outcome: 'fitted', problem: '' };
}
