import type { SourceProblem, WatchAnswer } from '#contracts';
import type { EpochMs, ServiceAnomaly } from '#model';

/** Everything the watch shows of itself. Changed by the watch only. */
export class WatchState {
  readonly enabled: boolean;
  lastTickMs: EpochMs | null = null;
  lastTickDurationMs: number | null = null;
  ticks = 0;
  /** Ticks that were left out because the one before took too long. */
  skipped = 0;
  failures = 0;
  incidentsOpened = 0;
  plansProposed = 0;
  openIncidentId: string | null = null;
  problems: readonly SourceProblem[] = [];
  services: readonly ServiceAnomaly[] = [];

  constructor(enabled: boolean) {
    this.enabled = enabled;
  }

  /** The answer of `GET watch`. */
  toAnswer(): WatchAnswer {
    return {
      enabled: this.enabled,
      lastTickMs: this.lastTickMs,
      lastTickDurationMs: this.lastTickDurationMs,
      ticks: this.ticks,
      openIncidentId: this.openIncidentId,
      problems: this.problems,
    };
  }
}
