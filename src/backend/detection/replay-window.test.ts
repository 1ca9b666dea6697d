import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowToJudge, windowToRead } from './replay-window.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const fleet = { historyMs: 14 * DAY, baseSeconds: 60, series: 1600 };

describe('the window of a replay', () => {
  it.each([
    ['an hour of 1,600 series', { ...fleet, rangeMs: HOUR }, 60, 10.4 * HOUR],
    ['a day of 1,600 series', { ...fleet, rangeMs: DAY }, 300, 1.4 * DAY],
    ['a week of 1,600 series', { ...fleet, rangeMs: 7 * DAY }, 1800, 7.3 * DAY],
    ['an instant of 500 series', { ...fleet, rangeMs: 0, series: 500 }, 60, 36.7 * HOUR],
    ['an hour of 20,000 series', { ...fleet, rangeMs: HOUR, series: 20_000 }, 60, 4 * HOUR],
    ['no more history than wanted', { ...fleet, rangeMs: HOUR, historyMs: 2 * HOUR }, 60, 2 * HOUR],
  ])('to judge %s', (_title, size, stepSeconds, historyMs) => {
    const window = windowToJudge(size);
    expect(window.stepSeconds).toBe(stepSeconds);
    expect(window.historyMs / historyMs).toBeCloseTo(1, 1);
  });

  it('to judge one of 3,400 series keeps the history', () => {
    expect(windowToRead({ ...fleet, rangeMs: HOUR, series: 3400 })).toEqual({ stepSeconds: 720, historyMs: 14 * DAY });
  });

  it('never holds many more points than it may, and half of them or 650 before the range', () => {
    const size = fc.record({
      rangeMs: fc.integer({ min: 0, max: 30 * DAY }),
      historyMs: fc.integer({ min: HOUR, max: 30 * DAY }),
      baseSeconds: fc.constantFrom(5, 15, 60, 600),
      series: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(size, (wanted) => {
        const { stepSeconds, historyMs } = windowToJudge(wanted);
        const stepMs = stepSeconds * 1000;
        const points = Math.min(4000, Math.max(300, Math.floor(1_100_000 / Math.max(1, wanted.series))));
        expect(stepSeconds % wanted.baseSeconds).toBe(0);
        expect((historyMs + wanted.rangeMs) / stepMs).toBeLessThanOrEqual(points);
        expect(historyMs / stepMs).toBeGreaterThanOrEqual(
          Math.min(wanted.historyMs / stepMs, Math.min(650, points / 2) - 1)
        );
        const read = windowToRead(wanted);
        expect(read.historyMs).toBe(wanted.historyMs);
        expect(((wanted.rangeMs + read.historyMs) * wanted.series) / (read.stepSeconds * 1000)).toBeLessThanOrEqual(
          6_000_000
        );
      })
    );
  });
});
