import { describe, expect, it } from 'vitest';
import { toStageTimes } from './stage-times.ts';

const BEGUN = [
  { stage: 'signals', atMs: 5 },
  { stage: 'topology', atMs: 405 },
] as const;

const shown = (...[begun, nowMs, end]: Parameters<typeof toStageTimes>) =>
  toStageTimes(begun, nowMs, end).map(({ stage, state, tookMs }) => [stage, state, tookMs]);

describe('toStageTimes', () => {
  it('counts a stage as done when the next one begins, and leaves out the wording that has not been asked for', () => {
    expect(shown(BEGUN, 1000)).toEqual([
      ['signals', 'done', 400],
      ['topology', 'current', 595],
      ['detection', 'later', undefined],
      ['evidence', 'later', undefined],
      ['ranking', 'later', undefined],
      ['details', 'later', undefined],
      ['report', 'later', undefined],
    ]);
  });

  it.each(['failed', 'cancelled'] as const)('says at which stage it was %s', (end) => {
    expect(shown(BEGUN, 1000, end)[1]).toEqual(['topology', end, 595]);
  });

  it('has the wording where it began', () => {
    expect(shown([{ stage: 'narrative', atMs: 10 }], 30, 'done').at(-1)).toEqual(['narrative', 'done', 20]);
  });

  it('shows no negative times and nothing under way before the first stage', () => {
    expect(shown(BEGUN, 0)[1]).toEqual(['topology', 'current', 0]);
    expect(shown([], 100).every(([, state]) => state === 'later')).toBe(true);
  });
});
