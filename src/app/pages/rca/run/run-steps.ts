import { RUN_STEPS, type RunStep } from '#contracts';
import type { BegunStep } from './run-view.ts';

/** How a run that is over ended. */
export type RunEnding = 'finished' | 'failed' | 'cancelled';

/** A step as it is shown. `ms` is missing for one that has not begun. */
export interface StepTime {
  readonly step: RunStep;
  readonly state: 'done' | 'current' | 'later' | 'failed' | 'cancelled';
  readonly ms?: number;
  readonly text: string;
  readonly reads: number;
}

/** Steps that not every run has: shown where they began. */
const SELDOM: readonly RunStep[] = ['queue', 'model'];

/**
 * Every step with its time. One that did not end is under way, or where the run ended; one that never began is to come,
 * or left out when the run is over.
 * @param nowMs real milliseconds since the run began; the time of its end when it is over
 */
export function toStepTimes(
  begun: readonly BegunStep[],
  nowMs: number,
  ending: RunEnding | undefined
): readonly StepTime[] {
  return RUN_STEPS.flatMap((step): readonly StepTime[] => {
    const parts = begun.filter((item) => item.step === step);
    if (parts.length === 0) {
      return ending !== undefined || SELDOM.includes(step) ? [] : [{ step, state: 'later', text: '', reads: 0 }];
    }
    const open = parts.some(({ ms }) => ms === undefined);
    return [
      {
        step,
        state: open ? stateOfOpen(ending) : 'done',
        ms: parts.reduce((sum, { ms, beganMs }) => sum + (ms ?? Math.max(0, nowMs - beganMs)), 0),
        text: parts.at(-1)?.text ?? '',
        reads: parts.reduce((sum, { reads }) => sum + reads, 0),
      },
    ];
  });
}

function stateOfOpen(ending: RunEnding | undefined): StepTime['state'] {
  return ending === undefined ? 'current' : ending === 'finished' ? 'done' : ending;
}
