import type { IncidentRecord } from '#contracts';
import type { EpochMs, TimeWindow } from '#model';

/** Starts the run of an incident; `again` where it had one before. */
export type StartIncidentRun = (incident: IncidentRecord, window: TimeWindow, again: boolean) => void;

/** Between two runs of one incident, domain time. */
const INTERVAL_MS = 120_000;

/** What is to be explained anew. */
interface Change {
  readonly incident: IncidentRecord;
  readonly window: TimeWindow;
}

/**
 * Decides when an incident gets a run: at once when it was opened or what is known of it changed, but not more often than every
 * two minutes. Of the changes in between the last one has its run when the time is over, or the incident is.
 */
export class IncidentRuns {
  private readonly start: StartIncidentRun;
  private readonly begun = new Map<string, EpochMs>();
  private readonly waiting = new Map<string, Change>();

  constructor(start: StartIncidentRun) {
    this.start = start;
  }

  opened(incident: IncidentRecord, window: TimeWindow, atMs: EpochMs): void {
    this.begin({ incident, window }, atMs, false);
  }

  changed(incident: IncidentRecord, window: TimeWindow, atMs: EpochMs): void {
    if (this.isDue(incident.id, atMs)) {
      this.begin({ incident, window }, atMs, true);
    } else {
      this.waiting.set(incident.id, { incident, window });
    }
  }

  /** Starts what waited long enough, and what waited for an incident that is over. Follows the incidents that are open. */
  flush(open: readonly Pick<IncidentRecord, 'id'>[], atMs: EpochMs): void {
    const ids = new Set(open.map(({ id }) => id));
    for (const change of this.waiting.values()) {
      const { id } = change.incident;
      if (!ids.has(id) || this.isDue(id, atMs)) {
        this.begin(change, atMs, true);
      }
    }
    [...this.begun.keys()].filter((id) => !ids.has(id)).forEach((id) => this.begun.delete(id));
  }

  /** A clock that went back starts a new count. */
  private isDue(id: string, atMs: EpochMs): boolean {
    const lastMs = this.begun.get(id);
    return lastMs === undefined || Math.abs(atMs - lastMs) >= INTERVAL_MS;
  }

  private begin({ incident, window }: Change, atMs: EpochMs, again: boolean): void {
    this.waiting.delete(incident.id);
    this.begun.set(incident.id, atMs);
    this.start(incident, window, again);
  }
}
