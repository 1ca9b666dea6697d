import { describe, expect, it } from 'vitest';
import { toStepTimes } from './run-steps.ts';

const BEGUN = [
  { step: 'signals', beganMs: 5, ms: 400, text: '3 reads', reads: 3 },
  { step: 'topology', beganMs: 405, text: '', reads: 1 },
] as const;

const shown = (...[begun, nowMs, ending]: Parameters<typeof toStepTimes>) =>
  toStepTimes(begun, nowMs, ending).map(({ step, state, ms }) => [step, state, ms]);

describe('toStepTimes', () => {
  it('has times of what was done and is done, and what is to come without the steps that few runs have', () => {
    expect(shown(BEGUN, 1000, undefined)).toEqual([
      ['signals', 'done', 400],
      ['topology', 'current', 595],
      ['detection', 'later', undefined],
      ['evidence', 'later', undefined],
      ['ranking', 'later', undefined],
      ['details', 'later', undefined],
      ['report', 'later', undefined],
    ]);
  });

  it.each(['failed', 'cancelled'] as const)(
    'says at which step it was %s, and nothing of steps that never came',
    (end) => {
      expect(shown(BEGUN, 1000, end)).toEqual([
        ['signals', 'done', 400],
        ['topology', end, 595],
      ]);
    }
  );

  it('adds up a step that was taken up again, and shows no negative times', () => {
    const twice = [...BEGUN, { step: 'signals', beganMs: 900, text: '', reads: 2 }] as const;
    expect(toStepTimes(twice, 1000, undefined)[0]).toMatchObject({ state: 'current', ms: 500, reads: 5 });
    expect(shown(BEGUN, 0, 'failed')[1]).toEqual(['topology', 'failed', 0]);
  });

  it('has the line and the model where they began', () => {
    const begun = [{ step: 'queue', beganMs: 0, ms: 9, text: '2 in line', reads: 0 }] as const;
    expect(shown(begun, 10, 'finished')).toEqual([['queue', 'done', 9]]);
  });
});
