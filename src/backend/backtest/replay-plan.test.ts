import { describe, expect, it } from 'vitest';
import { runtimeConfig } from '../detection/runtime-config.ts';
import { chooseSteps, replayConfig, replayFits } from './replay-plan.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const base = { collectSeconds: 60, detectSeconds: 300 };

describe('the steps of a replay', () => {
  it.each([
    ['those of the product', 100, 1_000_000, [60, 300]],
    ['of services for all where the finer ones are too many points', 100, 300_000, [300, 300]],
    ['multiples of it where these are too many as well', 100, 100_000, [600, 600]],
    ['those of the product where there is nothing to judge', 0, 1000, [60, 300]],
  ])('are %s', (_, series, maxPoints, [collectSeconds, detectSeconds]) => {
    const work = { rangeMs: DAY, spanMs: 5 * DAY, series, maxPoints };
    expect(chooseSteps(base, work)).toEqual({ collectSeconds, detectSeconds });
  });

  it.each([
    ['for too short a range', 40 * 60_000, 1, /longer range/],
    ['for too many series', 2 * HOUR, 100_000, /one service/],
  ])('are refused %s', (_, rangeMs, series, remedy) => {
    expect(() => chooseSteps(base, { rangeMs, spanMs: DAY, series, maxPoints: 1_000_000 })).toThrow(
      expect.objectContaining({ code: 'CAUSEWAY_RANGE_INVALID', remedy: expect.stringMatching(remedy) })
    );
  });
});

describe('the fits of a replay', () => {
  const start = Math.floor(1_700_000_000_000 / DAY) * DAY;
  const history = { historyMs: 7 * DAY, dataFromMs: start - 5 * DAY, detectSeconds: 60, fitHour: 3, offset: () => 0 };

  it('are daily at the hour of the settings, and none lies after the range', () => {
    const fits = replayFits({ fromMs: start, toMs: start + 2 * DAY }, history);
    expect(fits.map((atMs) => (atMs - start) / HOUR)).toEqual([-69, -45, -21, 3, 27]);
  });

  it('come often while the history is short', () => {
    const range = { fromMs: start, toMs: start + 5 * HOUR };
    const fits = replayFits(range, { ...history, dataFromMs: start - 10 * HOUR });
    expect(fits.map((atMs) => (atMs - start) / HOUR)).toEqual([0, 1, 2, 3, 4]);
    expect(replayFits(range, { ...history, dataFromMs: start - HOUR })).toEqual([]);
  });

  it('see about as many rows as the history has', () => {
    const config = replayConfig(runtimeConfig(), { collectSeconds: 300, detectSeconds: 300 }, 2 * DAY);
    expect(config).toMatchObject({ collectSeconds: 300, detectSeconds: 300 });
    expect(config.maxRows * (7 / 8)).toBeGreaterThanOrEqual(577);
    expect(config.maxRows).toBeLessThan(700);
  });
});
