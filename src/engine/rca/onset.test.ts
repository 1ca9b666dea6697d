import { describe, expect, it } from 'vitest';
import { healthySeries, signalOf } from '../testing/series.ts';
import { START_MS, STEP_MS } from '../testing/synthetic-system.ts';
import { findTrouble } from './onset.ts';

const PER_MINUTE = 60_000 / STEP_MS;
const BEFORE = 300;
const WINDOW_MINUTES = 60;
const calm = healthySeries(BEFORE + WINDOW_MINUTES * PER_MINUTE, 0.05, 0.05, 3);
const windowMs = START_MS + BEFORE * STEP_MS;
const window = { fromMs: windowMs, toMs: windowMs + WINDOW_MINUTES * 60_000 };

/** Latency that is slow in the given minutes of the window, and error ratios that are zero. */
function slowIn(...times: readonly (readonly [fromMinute: number, toMinute: number])[]) {
  const values = calm.map((value, at) => {
    const minute = (at - BEFORE) / PER_MINUTE;
    return times.some(([from, to]) => minute >= from && minute < to) ? 3 : value;
  });
  return [signalOf('latency', values)];
}

const minuteOf = (atMs: number): number => (atMs - windowMs) / 60_000;

describe('the trouble that a window is about', () => {
  it.each<[string, (readonly [number, number])[], [onset: number, end: number]]>([
    ['lasts', [[40, 60]], [40, 60]],
    [
      'lasts, whatever was before',
      [
        [5, 9],
        [56, 60],
      ],
      [56, 60],
    ],
    [
      'lasts, however large what was before',
      [
        [5, 30],
        [57, 60],
      ],
      [57, 60],
    ],
    ['is over', [[20, 26]], [20, 27]],
    [
      'is the larger one of two that are over',
      [
        [5, 8],
        [30, 45],
      ],
      [30, 46],
    ],
    [
      'is one with short calm in it',
      [
        [40, 44],
        [50, 60],
      ],
      [40, 60],
    ],
  ])('%s', (_, slow, [onset, end]) => {
    const found = findTrouble(slowIn(...slow), 's', window);
    expect(minuteOf(found?.onsetMs ?? 0)).toBeCloseTo(onset, 5);
    // The last critical point lies a step or two before the end of the trouble, or behind it by what smoothing holds.
    expect(Math.abs(minuteOf(found?.endMs ?? 0) - end)).toBeLessThanOrEqual(1.5);
  });

  it('is none where nothing is critical, and none of another service', () => {
    expect(findTrouble(slowIn(), 's', window)).toBeUndefined();
    expect(findTrouble(slowIn([40, 60]), 'another', window)).toBeUndefined();
  });
});
