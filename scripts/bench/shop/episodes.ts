import { alertEpisodes } from '#engine';
import { SCORE_THRESHOLDS, type ServiceAnomaly } from '#model';

/** Scores of the services over time, one entry per step; undefined where unknown. */
export class ScoreHistory {
  readonly #byService = new Map<string, (Reading | undefined)[]>();
  #steps = 0;

  push(services: readonly ServiceAnomaly[]): void {
    for (const { service, reading, signals } of services) {
      const column = this.#byService.get(service) ?? [];
      this.#byService.set(service, column);
      column[this.#steps] =
        reading.kind === 'scored'
          ? { surprisal: reading.surprisal, score: reading.score, signal: signals[0]?.signalId ?? '' }
          : undefined;
    }
    this.#steps += 1;
  }

  /** One line per service, in order of the names. */
  summarise(): readonly ServiceSummary[] {
    return [...this.#byService]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([service, column]) => {
        const readings = Array.from({ length: this.#steps }, (_, step) => column[step]);
        const peak = readings.reduce(
          (best, reading) => ((reading?.score ?? 0) > (best?.score ?? -1) ? reading : best),
          undefined
        );
        const surprisals = readings.map((reading) => reading?.surprisal);
        return {
          service,
          steps: this.#steps,
          unknownSteps: readings.filter((reading) => reading === undefined).length,
          yellow: alertEpisodes(surprisals, { openAt: YELLOW_SURPRISAL }).length,
          redSteps: readings.filter((reading) => (reading?.score ?? 0) >= SCORE_THRESHOLDS.critical).length,
          peakScore: peak?.score ?? 0,
          peakSignal: peak?.signal ?? '',
        };
      });
  }
}

const YELLOW_SURPRISAL = 3;

interface Reading {
  readonly surprisal: number;
  readonly score: number;
  readonly signal: string;
}

/** How loud one service was. */
export interface ServiceSummary {
  readonly service: string;
  readonly steps: number;
  readonly unknownSteps: number;
  /** Alerts at 0.70, as the hold-off counts them. */
  readonly yellow: number;
  /** Steps at or above 0.90, without any hold-off. */
  readonly redSteps: number;
  readonly peakScore: number;
  readonly peakSignal: string;
}
