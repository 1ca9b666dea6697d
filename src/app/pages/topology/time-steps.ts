import type { AnomaliesAnswer } from '#contracts';
import type { AnomalyLevel, ServiceAnomaly } from '#model';

/** One step of the time slider: an instant with how the services were. */
export interface TimeStep {
  /** End of the stretch: the graph is shown as it was then. */
  readonly atMs: number;
  readonly level: AnomalyLevel;
  readonly counts: Readonly<Record<AnomalyLevel, number>>;
}

/** How many steps the slider has. */
export const STEPS = 60;

const WORST_FIRST: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'normal', 'unknown'];

/** The steps of a range. A step is unknown only where nothing at all could be judged. */
export function toTimeSteps({ rows, cellSeconds, toMs }: AnomaliesAnswer): readonly TimeStep[] {
  const [first] = rows;
  return (first?.cells ?? []).map(({ atMs }, column) => {
    const counts = { normal: 0, warning: 0, alert: 0, critical: 0, unknown: 0 };
    for (const { cells } of rows) {
      const cell = cells[column];
      counts[cell === undefined || cell.score === null ? 'unknown' : cell.level] += 1;
    }
    return {
      atMs: Math.min(toMs, atMs + cellSeconds * 1000),
      level: WORST_FIRST.find((level) => counts[level] > 0) ?? 'unknown',
      counts,
    };
  });
}

/** The states of a step, from the highest score of each stretch: shown until the states of the very instant are read. */
export function toStepStates({ rows }: AnomaliesAnswer, column: number, atMs: number): readonly ServiceAnomaly[] {
  return rows.map(({ service, cells }) => {
    const score = cells[column]?.score ?? null;
    const expected = { lower: Number.NaN, centre: Number.NaN, upper: Number.NaN };
    return {
      service,
      atMs,
      signals: [],
      reading:
        score === null
          ? { kind: 'unknown', why: 'no-data' }
          : { kind: 'scored', score, surprisal: Number.NaN, expected, direction: 'above' },
    };
  });
}

/** The step nearest to an instant; the last one when there is no instant. -1 without steps. */
export function toStepIndex(steps: readonly TimeStep[], atMs: number | undefined): number {
  if (atMs === undefined) {
    return steps.length - 1;
  }
  let nearest = -1;
  let least = Infinity;
  steps.forEach((step, index) => {
    const away = Math.abs(step.atMs - atMs);
    if (away < least) {
      least = away;
      nearest = index;
    }
  });
  return nearest;
}

/** A step in words: `17:05, 2 critical, 1 alert`; what is normal is counted only when all is. */
export function describeStep(step: TimeStep, time: string): string {
  const strange = (['critical', 'alert', 'warning', 'unknown'] as const)
    .filter((level) => step.counts[level] > 0)
    .map((level) => `${step.counts[level]} ${level}`);
  return [time, ...(strange.length === 0 ? ['all normal'] : strange)].join(', ');
}
