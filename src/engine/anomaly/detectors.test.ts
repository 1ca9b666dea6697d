import { describe, expect, it } from 'vitest';
import { healthySeries } from '../testing/series.ts';
import { EwmaDetector, ewmaFlags } from './ewma.ts';
import { EnsembleMember, harmfulDeviation } from './member.ts';
import { RobustZ } from './robust-z.ts';
import { SeasonalProfile } from './seasonal-profile.ts';
import { TailCalibrator } from './tail-calibrator.ts';
import { scaleFloor } from './unit-floor.ts';

const floor = (): number => 1e-6;

describe('EwmaDetector', () => {
  it('scores from the 31st value on', () => {
    const detector = new EwmaDetector({ floor });
    const zs = healthySeries(40, 10, 0.1, 1).map((value) => detector.step(value));
    expect(zs.slice(0, 31).every((z) => z === undefined)).toBe(true);
    expect(zs.slice(31).every((z) => z !== undefined)).toBe(true);
  });

  it('fires at a jump and is quiet again about ten points later', () => {
    const detector = new EwmaDetector({ floor });
    healthySeries(200, 10, 0.05, 2).forEach((value) => detector.step(value));
    const zs = new Array<number>(25).fill(20).map((value) => detector.step(value) ?? 0);
    expect(zs[0]).toBeGreaterThan(10);
    expect(Math.abs(zs[20] ?? 99)).toBeLessThan(3);
  });

  it('tells the direction', () => {
    const detector = new EwmaDetector({ floor });
    healthySeries(100, 10, 0.05, 3).forEach((value) => detector.step(value));
    expect(detector.step(1)).toBeLessThan(-3);
  });

  it('flags 2 of 3 points, in either direction, and no lone spike', () => {
    expect(ewmaFlags([0, 9, 0, 0])).toEqual([false, false, false, false]);
    expect(ewmaFlags([0, 9, 0, -9, 0, undefined, 9])).toEqual([false, false, false, true, false, false, false]);
  });
});

describe('TailCalibrator', () => {
  it('is silent below 60 values', () => {
    const tail = new TailCalibrator();
    for (let i = 0; i < 59; i += 1) {
      tail.push(i % 7);
    }
    expect(tail.surprisal(100)).toBeUndefined();
    expect(tail.rawAt(3)).toBeUndefined();
    tail.push(1);
    expect(tail.surprisal(100)).toBeGreaterThan(3);
  });

  it('gives about one in a hundred a surprisal of 2', () => {
    const tail = new TailCalibrator();
    const values = healthySeries(4000, 0, 1, 4).map((_, i) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1);
    values.slice(0, 3000).forEach((value) => tail.push(value));
    const share = values.slice(3000).filter((value) => (tail.surprisal(value) ?? 0) >= 2).length / 1000;
    expect(share).toBeGreaterThan(0.002);
    expect(share).toBeLessThan(0.03);
  });

  it('reaches the maximum and stays there', () => {
    const tail = new TailCalibrator();
    new Array<number>(100).fill(0).forEach((value) => tail.push(value));
    expect(tail.surprisal(1e9)).toBe(12);
    expect(tail.surprisal(0)).toBeLessThan(0.01);
  });

  it('inverts itself', () => {
    const tail = new TailCalibrator();
    healthySeries(500, 3, 0.4, 5).forEach((value) => tail.push(value));
    for (const u of [2.5, 3, 4, 6]) {
      expect(tail.surprisal(tail.rawAt(u) ?? 0)).toBeCloseTo(u, 6);
    }
  });
});

describe('EnsembleMember', () => {
  it('believes the less alarming of its two opinions', () => {
    const calm = new EnsembleMember(500);
    const wild = new EnsembleMember(500);
    for (let i = 0; i < 300; i += 1) {
      calm.push(0.1);
      wild.push(i % 20 === 0 ? 40 : 1);
    }
    expect(calm.surprisal(2)).toBeLessThan(2);
    expect(wild.surprisal(40)).toBeLessThan(2);
    expect(calm.surprisal(40)).toBe(12);
  });

  it.each([
    ['up', 3, 3],
    ['up', -3, 0],
    ['down', -3, 3],
    ['both', -3, 3],
  ] as const)('counts harm %s of %d as %d', (harm, z, expected) => {
    expect(harmfulDeviation(z, harm)).toBe(expected);
  });
});

describe('RobustZ', () => {
  it('needs 30 values and keeps an excursion visible until half of the window is new', () => {
    const level = new RobustZ(100, () => 0.01);
    healthySeries(29, 10, 0.02, 6).forEach((value) => level.push(value));
    expect(level.expect()).toBeUndefined();
    healthySeries(71, 10, 0.02, 7).forEach((value) => level.push(value));
    new Array<number>(40).fill(50).forEach((value) => level.push(value));
    expect(level.expect()?.centre).toBeLessThan(11);
    new Array<number>(20).fill(50).forEach((value) => level.push(value));
    expect(level.expect()?.centre).toBe(50);
  });
});

describe('SeasonalProfile', () => {
  const day = 86_400_000;
  const daily = (atMs: number): number => 100 + 50 * Math.sin((2 * Math.PI * atMs) / day);

  it('is ready after two days', () => {
    const profile = new SeasonalProfile(60_000);
    for (let t = 0; t < 2 * day; t += 60_000) {
      profile.push(t, daily(t));
    }
    expect(profile.ready).toBe(false);
    profile.push(2 * day, daily(0));
    expect(profile.ready).toBe(true);
  });

  it('knows the time of day', () => {
    const profile = new SeasonalProfile(60_000);
    for (let t = 0; t < 4 * day; t += 60_000) {
      profile.push(t, daily(t));
    }
    const [peak, trough] = [profile.expect(4 * day + day / 4), profile.expect(4 * day + (3 * day) / 4)];
    expect(peak?.centre).toBeGreaterThan(140);
    expect(trough?.centre).toBeLessThan(60);
  });

  it('is not taught by one outage', () => {
    const profile = new SeasonalProfile(60_000);
    for (let t = 0; t < 3 * day; t += 60_000) {
      profile.push(t, t > 2.5 * day && t < 2.5 * day + 600_000 ? 1e6 : daily(t));
    }
    expect(profile.expect(3.5 * day)?.centre).toBeLessThan(200);
  });

  it('refuses a step that is not positive', () => {
    expect(() => new SeasonalProfile(0)).toThrow(RangeError);
  });
});

describe('scaleFloor', () => {
  it.each([
    ['latency', 'seconds', 0.05, 0.0125],
    ['latency', 'seconds', 0.001, 0.002],
    ['error-ratio', 'ratio', 0, 0.005],
    ['request-rate', 'per-second', 100, 15],
    ['cpu', 'cores', 0, 0.02],
  ] as const)('of %s (%s) at %d is %d', (kind, unit, centre, expected) => {
    expect(scaleFloor(kind, unit, centre)).toBeCloseTo(expected, 12);
  });
});
