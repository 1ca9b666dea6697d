import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../stats/state-bytes.ts';
import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import { TailCalibrator } from './tail-calibrator.ts';

const POINTS = 100_000;
type Source = (random: () => number) => () => number;
const STREAMS: readonly (readonly [string, Source])[] = [
  ['half-normal', (random) => () => Math.abs(gaussian(random))],
  ['exponential', (random) => () => -Math.log(1 - random())],
  [
    't with 3 degrees of freedom',
    (random) => () => {
      const chi = gaussian(random) ** 2 + gaussian(random) ** 2 + gaussian(random) ** 2;
      return Math.abs(gaussian(random) / Math.sqrt(chi / 3));
    },
  ],
  ['lognormal', (random) => () => Math.exp(gaussian(random))],
  [
    'AR(.9)',
    (random) => {
      let state = 0;
      return () => {
        state = 0.9 * state + gaussian(random);
        return Math.abs(state);
      };
    },
  ],
];

const feed = (tail: TailCalibrator, values: readonly number[]): number[] =>
  values.map((value) => {
    const surprisal = tail.surprisal(value);
    tail.push(value);
    return surprisal;
  });

describe('a streaming calibrator', () => {
  it.each(STREAMS)('keeps the nominal rates on %s values', (_, source) => {
    const next = source(xorshift32(42));
    const tail = new TailCalibrator(8064);
    feed(tail, Array.from({ length: 8064 }, next));
    const surprisals = feed(tail, Array.from({ length: POINTS }, next));
    const rate = (threshold: number): number => surprisals.filter((u) => u >= threshold).length / POINTS;
    expect(rate(3)).toBeGreaterThanOrEqual(0.3e-3);
    expect(rate(3)).toBeLessThanOrEqual(2e-3);
    expect(rate(5)).toBeLessThanOrEqual(1e-4);
  });

  it('is silent below 60 values', () => {
    const tail = new TailCalibrator();
    const surprisals = feed(
      tail,
      Array.from({ length: 61 }, (_, i) => i % 7)
    );
    expect(surprisals.slice(0, 60)).toEqual(new Array(60).fill(NaN));
    expect(tail.surprisal(100)).toBeGreaterThan(3);
    expect(new TailCalibrator().rawAt(3)).toBeNaN();
  });

  it('takes raw values in as they are: an outlier is not cut, and what comes often is no news', () => {
    const tail = new TailCalibrator(100);
    feed(tail, [...new Array<number>(70).fill(1), 5000, 1, 1]);
    expect(tail.values()).toContain(5000);
    expect(tail.values()).toHaveLength(73);
    const wild = feed(
      new TailCalibrator(),
      Array.from({ length: 2000 }, (_, i) => (i % 20 === 0 ? 40 : 1))
    );
    expect(Math.max(...wild.slice(1000))).toBeLessThan(2);
  });

  it('knows ties: the tied value is no news, the first other one is', () => {
    const tail = new TailCalibrator();
    feed(tail, new Array<number>(100).fill(0));
    expect(tail.surprisal(0)).toBeLessThan(0.01);
    expect(tail.surprisal(1e9)).toBe(12);
  });

  it('ignores NaN', () => {
    const tail = new TailCalibrator();
    feed(tail, new Array<number>(70).fill(NaN));
    expect(tail.size).toBe(0);
    expect(tail.surprisal(NaN)).toBeNaN();
  });

  it('inverts itself in the tail', () => {
    const tail = new TailCalibrator();
    const random = xorshift32(5);
    feed(
      tail,
      Array.from({ length: 500 }, () => Math.abs(gaussian(random)))
    );
    for (const u of [2.5, 3, 4, 6]) {
      expect(tail.surprisal(tail.rawAt(u))).toBeCloseTo(u, 3);
    }
  });

  it('never holds more than its capacity, and the newest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 140 }), fc.integer({ min: 0, max: 400 }), (capacity, length) => {
        const tail = new TailCalibrator(capacity);
        const values = Array.from({ length }, (_, i) => (i * 7919) % 1000);
        feed(tail, values);
        expect(tail.size).toBe(Math.min(capacity, length));
        expect(tail.values()).toEqual(values.slice(-capacity));
      })
    );
  });

  it('goes on exactly after save and load, wherever that happens', () => {
    const random = xorshift32(9);
    const values = Array.from({ length: 400 }, () => Math.floor(20 * Math.abs(gaussian(random))));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (at) => {
        const first = new TailCalibrator(130);
        const before = feed(first, values.slice(0, at));
        const writer = new StateWriter();
        first.write(writer);
        const second = new TailCalibrator(130);
        const reader = new StateReader(writer.finish());
        second.read(reader);
        reader.finish();
        const after = feed(second, values.slice(at));
        expect([...before, ...after]).toEqual(feed(new TailCalibrator(130), values));
      }),
      { numRuns: 40 }
    );
  });

  it('refuses a capacity that is too small or too large', () => {
    expect(() => new TailCalibrator(59)).toThrow(RangeError);
    expect(() => new TailCalibrator(1e6)).toThrow(RangeError);
  });
});
