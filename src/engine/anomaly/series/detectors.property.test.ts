import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affineViolations,
  afterReload,
  busySeries,
  outOfBounds,
  rawStream,
  twoFutures,
} from '../../testing/detection-laws.ts';
import { Ewma, EwmaShort } from './ewma.ts';
import { HourNovelty } from './hour-novelty.ts';
import { KsDrift, ksDistance } from './ks-drift.ts';
import { LeftDiscord } from './left-discord.ts';
import { RangeNovelty } from './range-novelty.ts';
import { RobustZ } from './robust-z.ts';
import { NO_FLOOR } from './scale-floor.ts';
import { SeasonalProfile } from './seasonal-profile.ts';
import type { SeriesDetector } from './series-detector.ts';
import { SortedWindow } from '../../stats/sorted-window.ts';
import { WindowForest } from './window-forest.ts';

const PER_DAY = 288;
const DETECTORS: readonly (readonly [string, () => SeriesDetector])[] = [
  ['ewma', () => new Ewma({ pointsPerDay: PER_DAY, floor: NO_FLOOR })],
  ['ewmaShort', () => new EwmaShort({ pointsPerDay: PER_DAY, floor: NO_FLOOR })],
  ['range', () => new RangeNovelty(NO_FLOOR)],
  ['discord', () => new LeftDiscord(NO_FLOOR)],
  ['ksDrift', () => new KsDrift(PER_DAY)],
  ['robustZ', () => new RobustZ(PER_DAY, NO_FLOOR)],
  ['slowRange', () => new HourNovelty('slowRange', PER_DAY, NO_FLOOR)],
  ['roughness', () => new HourNovelty('roughness', PER_DAY, NO_FLOOR)],
  ['seasonal', () => new SeasonalProfile({ stepMs: 300_000, floor: NO_FLOOR })],
];
const FOREST = ['windowForest', () => new WindowForest({ pointsPerDay: PER_DAY, warmUpPoints: 120 })] as const;

const hostile = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, 1e30, -1e30, 1e-300, 5e-324) }
  ),
  { maxLength: 200 }
);

describe.each([...DETECTORS, FOREST])('%s', (_, create) => {
  it('goes on exactly after save and load, wherever that happens', () => {
    const values = busySeries(700, 3);
    for (const at of [0, 1, 40, 333, 699]) {
      const [whole, reloaded] = afterReload(create, values, at);
      expect(reloaded).toEqual(whole);
    }
  });

  it('does not look ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 399 }), (seed, from) => {
        const [one, other] = twoFutures(create, busySeries(400, seed), from);
        expect(other).toEqual(one);
      }),
      { numRuns: 10 }
    );
  });

  it('stays in bounds, whatever the values', () => {
    fc.assert(
      fc.property(hostile, (values) => {
        expect(outOfBounds(create, values)).toEqual([]);
      }),
      { numRuns: 60 }
    );
  });

  it('has nothing to say about an empty history, and nothing alarming about a constant', () => {
    expect(create().step(5, 0, 0)).toBeNaN();
    const raws = rawStream(create(), new Array<number>(400).fill(7)).filter((raw) => !Number.isNaN(raw));
    expect(new Set(raws).size).toBeLessThanOrEqual(1);
  });
});

describe.each(DETECTORS)('%s', (_, create) => {
  it('does not depend on unit and offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(0.001, 0.5, 3, 1024),
        fc.integer({ min: -1000, max: 1000 }),
        (seed, a, b) => {
          expect(affineViolations(create, busySeries(300, seed), a, b)).toEqual([]);
        }
      ),
      { numRuns: 10 }
    );
  });
});

it('the window forest does not depend on unit and offset', () => {
  expect(affineViolations(FOREST[1], busySeries(500, 8), 1024, 0)).toEqual([]);
});

describe('left discord', () => {
  it('equals the search over all earlier pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 60 }), (values) => {
        const raws = rawStream(new LeftDiscord({ relative: 0, absolute: 1e6 }), values);
        const brute = values.map((x, i) => {
          const pairs = values.slice(1, Math.max(1, i - 1)).map((y, k) => {
            const before = values[k] ?? NaN;
            return (x - y) ** 2 + ((values[i - 1] ?? NaN) - before) ** 2;
          });
          return i < 6 ? NaN : Math.sqrt(Math.min(...pairs) / 2) / 1e6;
        });
        expect(raws.slice(0, 6)).toEqual(new Array(6).fill(NaN));
        raws.slice(6).forEach((raw, i) => expect(raw).toBeCloseTo(brute[i + 6] ?? NaN, 10));
      })
    );
  });

  it('does not compare pairs across a gap', () => {
    const detector = new LeftDiscord({ relative: 0, absolute: 1 });
    [0, 5, 0, 5, 0, 5, 0, 5, 0, 5].forEach((value) => detector.step(value));
    detector.gap();
    expect(detector.step(5)).toBeNaN();
    expect(detector.step(0)).toBe(0);
  });
});

describe('hour novelty', () => {
  const last = (id: 'slowRange' | 'roughness', tail: (value: number, i: number) => number): number => {
    const values = busySeries(900, 4);
    const hour = busySeries(14, 5).map((_, i) => tail(values[i] ?? 0, i));
    return rawStream(new HourNovelty(id, PER_DAY, NO_FLOOR), [...values, ...hour]).at(-1) ?? NaN;
  };

  it('sees a small shift that lasts, whose points are all in range', () => {
    expect(last('slowRange', (value) => value)).toBe(0);
    expect(last('slowRange', (value) => 57 + 0.2 * (value - 50))).toBeGreaterThan(0);
  });

  it('sees a series that stops to fluctuate, or starts to', () => {
    expect(last('roughness', (value) => value)).toBeLessThan(0.05);
    expect(last('roughness', () => 50)).toBeGreaterThan(0.2);
    expect(last('roughness', (_, i) => (i % 2 === 0 ? 45 : 55))).toBeGreaterThan(1);
  });
});

describe('KS distance', () => {
  const windowOf = (values: readonly number[]): SortedWindow => {
    const window = new SortedWindow(values.length);
    values.forEach((value) => window.push(value));
    return window;
  };
  const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 40 });

  it('is the largest difference of the two distribution functions, symmetric, 0 to 1', () => {
    fc.assert(
      fc.property(sample, sample, (left, right) => {
        const share = (values: readonly number[], at: number): number =>
          values.filter((value) => value <= at).length / values.length;
        const expected = Math.max(...[0, 1, 2, 3, 4, 5, 6].map((at) => Math.abs(share(left, at) - share(right, at))));
        const found = ksDistance(windowOf(left), windowOf(right));
        expect(found).toBeCloseTo(expected, 12);
        expect(ksDistance(windowOf(right), windowOf(left))).toBeCloseTo(found, 12);
        expect(found).toBeLessThanOrEqual(1);
      })
    );
  });
});

describe('seasonal profile', () => {
  const day = 86_400_000;
  const daily = (atMs: number): number => 100 + 50 * Math.sin((2 * Math.PI * atMs) / day);
  const learn = (toMs: number, stepMs = 60_000): SeasonalProfile => {
    const profile = new SeasonalProfile({ stepMs, floor: NO_FLOOR });
    for (let t = 0; t < toMs; t += stepMs) {
      profile.learn(daily(t), t);
    }
    return profile;
  };

  it('is ready after two days and then knows the time of day', () => {
    expect(learn(2 * day).ready).toBe(false);
    const profile = learn(4 * day);
    expect(profile.ready).toBe(true);
    expect(profile.expect(4 * day + day / 4)).toBeGreaterThan(140);
    expect(profile.expect(4 * day + (3 * day) / 4)).toBeLessThan(60);
  });

  it('is not taught by one outage', () => {
    const profile = learn(2.5 * day);
    for (let t = 2.5 * day; t < 2.5 * day + 600_000; t += 60_000) {
      profile.learn(1e6, t);
    }
    expect(profile.expect(3.5 * day)).toBeLessThan(200);
  });

  it('knows weekends after three weeks', () => {
    const profile = new SeasonalProfile({ stepMs: 3_600_000, floor: NO_FLOOR });
    const isWeekend = (t: number): boolean => [0, 6].includes(new Date(t).getUTCDay());
    for (let t = 0; t < 50 * day; t += 3_600_000) {
      profile.learn(isWeekend(t) ? 10 : 30, t);
    }
    // 1970-02-21 was a Saturday, 1970-02-24 a Tuesday.
    expect(profile.expect(Date.UTC(1970, 1, 21, 12))).toBeLessThan(13);
    expect(profile.expect(Date.UTC(1970, 1, 24, 12))).toBeGreaterThan(28);
  });

  it('follows local time over a change of the clock', () => {
    const change = 10 * day;
    const utcOffsetSeconds = (atMs: number): number => (atMs < change ? 3600 : 7200);
    const local = (atMs: number): number => daily(atMs + 1000 * utcOffsetSeconds(atMs));
    const profile = new SeasonalProfile({ stepMs: 300_000, floor: NO_FLOOR, utcOffsetSeconds });
    let worst = 0;
    for (let t = 0; t < 12 * day; t += 300_000) {
      const raw = profile.step(local(t), t, t);
      worst = t > 4 * day ? Math.max(worst, raw) : 0;
    }
    expect(worst).toBeLessThan(3);
  });

  it('refuses a step that is not positive', () => {
    expect(() => new SeasonalProfile({ stepMs: 0, floor: NO_FLOOR })).toThrow(RangeError);
  });
});

describe('ewma', () => {
  // SimpleExpSmoothing(y, initialization_method='known', initial_level=10).fit(smoothing_level=.2, optimized=False).level
  // of statsmodels 0.15.0
  it('has the level of statsmodels SimpleExpSmoothing', () => {
    const expected = [10, 10.4, 10.52, 11.416, 10.9328, 11.54624, 11.936992, 13.5495936];
    const ewma = new Ewma({ pointsPerDay: 288, floor: NO_FLOOR });
    [10, 12, 11, 15, 9, 14, 13.5, 20].forEach((value, i) => {
      ewma.step(value);
      expect(ewma.level).toBeCloseTo(expected[i] ?? NaN, 10);
    });
  });

  it('scores from the 33rd value, fires at a jump and is quiet again about ten points later', () => {
    const ewma = new Ewma({ pointsPerDay: 288, floor: NO_FLOOR });
    const before = busySeries(200, 2).map((value) => ewma.step(value));
    expect(before.findIndex((raw) => !Number.isNaN(raw))).toBe(32);
    const after = new Array<number>(25).fill(90).map((value) => ewma.step(value));
    expect(after[0]).toBeGreaterThan(10);
    expect(after[22]).toBeLessThan(3);
  });

  it('flags 2 of 3 points, in either direction, and no lone spike', () => {
    const ewma = new Ewma({ pointsPerDay: 288, floor: NO_FLOOR });
    busySeries(300, 5).forEach((value) => ewma.step(value));
    const flags = (values: readonly number[]): boolean[] =>
      values.map((value) => {
        ewma.step(value);
        return ewma.flag;
      });
    const { level } = ewma;
    expect(flags([level + 8, level, level])).toEqual([false, false, false]);
    busySeries(100, 6).forEach((value) => ewma.step(value));
    expect(flags([200, -200])).toEqual([false, true]);
  });
});
