import type { DatasourceSettings, SourceProblem, WatchAnswer } from '#contracts';
import type { EpochMs, LogAnomaly, ServiceAnomaly } from '#model';

/** Everything the watch shows of itself. Changed by the watch only. */
export class WatchState {
  readonly enabled: boolean;
  readonly collectSeconds: number;
  readonly detectSeconds: number;
  leader: boolean | null = null;
  leaderName = '';
  lastFitMs: EpochMs | null = null;
  nextFitMs: EpochMs | null = null;
  lastTickMs: EpochMs | null = null;
  lastTickDurationMs: number | null = null;
  ticks = 0;
  /** Reads of new points, judged or not. */
  collects = 0;
  lastCollectMs: EpochMs | null = null;
  leaderToken: number | null = null;
  /** Ticks that were left out because the one before took too long. */
  skipped = 0;
  failures = 0;
  incidentsOpened = 0;
  plansProposed = 0;
  openIncidentId: string | null = null;
  problems: readonly SourceProblem[] = [];
  services: readonly ServiceAnomaly[] = [];
  logAnomalies: readonly LogAnomaly[] = [];

  constructor(settings: DatasourceSettings['watch']) {
    this.enabled = settings.enabled;
    this.collectSeconds = settings.collectSeconds;
    this.detectSeconds = settings.detectSeconds;
  }

  /** The answer of `GET watch`. */
  toAnswer(): WatchAnswer {
    return {
      enabled: this.enabled,
      leader: this.leader,
      leaderName: this.leaderName,
      collectSeconds: this.collectSeconds,
      detectSeconds: this.detectSeconds,
      lastFitMs: this.lastFitMs,
      nextFitMs: this.nextFitMs,
      lastTickMs: this.lastTickMs,
      lastTickDurationMs: this.lastTickDurationMs,
      ticks: this.ticks,
      openIncidentId: this.openIncidentId,
      problems: this.problems,
    };
  }
}
