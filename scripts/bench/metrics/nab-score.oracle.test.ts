import { describe, expect, it } from 'vitest';
import { NAB_PROFILES, nabBest, nabScoreAt, sweepNab } from './nab-score.ts';
import { mixedStream } from './testing.ts';

// Expected values: class Sweeper of the public NAB runner (numenta/NAB, nab/sweeper.py) on the same rows, normalised
// with its null score and a perfect total of one true positive per window. The first window of the third file begins in
// probation.
const FILES = [
  {
    windows: [
      [60, 79],
      [120, 131],
    ] as const,
    stream: mixedStream(200, 0),
  },
  { windows: [], stream: mixedStream(90, 1) },
  {
    windows: [
      [30, 70],
      [300, 320],
    ] as const,
    stream: mixedStream(400, 2),
  },
];

describe('the NAB score', () => {
  it.each([
    ['standard', 9.97, 28.608329755079602, 20.616681120132906, -4.432228381369696],
    ['rewardLowFp', 9.97, 22.80110137370991, -49.57048010548597, -8.864456762739392],
    ['rewardLowFn', 9.06, 49.7575595559378, 47.07778741342194, -2.9548189209131306],
  ] as const)('%s equals the public runner', (profile, threshold, best, atNine, atTen) => {
    const sweep = sweepNab(FILES, NAB_PROFILES[profile]);
    expect(nabBest(sweep).threshold).toBe(threshold);
    expect(nabBest(sweep).score).toBeCloseTo(best, 4);
    expect(nabScoreAt(sweep, 9)).toBeCloseTo(atNine, 4);
    expect(nabScoreAt(sweep, 10)).toBeCloseTo(atTen, 4);
  });
});
