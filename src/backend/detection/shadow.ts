/** Surprisal of the yellow level. */
const YELLOW = 3;
const CLOSE_BELOW = 2;
const CLOSE_AFTER = 3;
/** A new model may always raise this many yellow alerts in its trial. */
const FREE_ALERTS = 2;

/** Counts of one trial, as they are handed to another thread. */
export interface SavedTrial {
  readonly alerts: number;
  readonly isOpen: boolean;
  readonly low: number;
}

/** Counts the yellow alerts of one model while two models run side by side. */
export class AlertCount {
  alerts: number;
  private isOpen: boolean;
  private low: number;

  constructor(saved?: SavedTrial) {
    this.alerts = saved?.alerts ?? 0;
    this.isOpen = saved?.isOpen ?? false;
    this.low = saved?.low ?? 0;
  }

  /** Unknown neither opens nor closes an alert. */
  push(surprisal: number): void {
    if (Number.isNaN(surprisal)) {
      return;
    }
    this.low = surprisal < CLOSE_BELOW ? this.low + 1 : 0;
    if (!this.isOpen && surprisal >= YELLOW) {
      this.isOpen = true;
      this.alerts += 1;
    } else if (this.isOpen && this.low >= CLOSE_AFTER) {
      this.isOpen = false;
    }
  }

  save(): SavedTrial {
    return { alerts: this.alerts, isOpen: this.isOpen, low: this.low };
  }
}

/** Whether a model may replace the one it ran beside: its yellow alerts did not more than double. */
export function mayReplace(candidateAlerts: number, activeAlerts: number): boolean {
  return candidateAlerts <= Math.max(2 * activeAlerts, FREE_ALERTS);
}
