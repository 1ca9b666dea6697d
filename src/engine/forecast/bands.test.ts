import { describe, expect, it } from 'vitest';
import { dayThreeSigma, type SeriesBand } from './day-three-sigma.ts';
import { arNoise, DAY, dailySeries, END_MS, pointsOf } from './testing/series.ts';
import { weeklyBand } from './weekly-band.ts';

const hours = (count: number): { stepSeconds: number; fromMs: number; toMs: number } => ({
  stepSeconds: 300,
  fromMs: END_MS - (count * 12 - 1) * 300_000,
  toMs: END_MS,
});
const flagged = (band: SeriesBand): number => band.flags.filter((flag) => flag === 1).length;

describe('the mean of 24 hours and three sigma', () => {
  it('uses the 24 hours that end one hour before the point', () => {
    // 0, 1, 2, ...: before point i lie i - 12 - 287 ... i - 12, with mean i - 12 - 143.5 and variance (288^2 - 1) / 12.
    const band = dayThreeSigma(pointsOf(Float64Array.from({ length: 1000 }, (_, i) => i)), hours(1));
    expect(band.timesMs.at(-1)).toBe(END_MS);
    expect(band.centre.at(-1)).toBeCloseTo(999 - 12 - 143.5, 9);
    expect((band.upper.at(-1) ?? 0) - (band.centre.at(-1) ?? 0)).toBeCloseTo(3 * Math.sqrt((288 ** 2 - 1) / 12), 9);
    expect(band.flags.at(-1)).toBe(0);
  });

  it('keeps an anomaly out of its own baseline', () => {
    const values = arNoise(1000, 0.5, 1, 4).map((value, i) => value + (i > 991 ? 40 : 0));
    const calm = dayThreeSigma(pointsOf(arNoise(1000, 0.5, 1, 4)), hours(1));
    const band = dayThreeSigma(pointsOf(values), hours(1));
    expect(band.upper).toEqual(calm.upper);
    expect(flagged(band)).toBe(8);
  });

  it('is unknown where less than half of the day was observed, and says so', () => {
    const band = dayThreeSigma(pointsOf(dailySeries(12 + 144)), hours(12));
    expect(Number.isNaN(band.centre[0])).toBe(true);
    expect(Number.isNaN(band.flags[0])).toBe(true);
    expect(band.centre.at(-1)).toBeGreaterThan(0);
    expect(band.reason).toMatch(/^143 of 144 points/);
  });

  it('does not flag a constant, nor judge a missing point', () => {
    const values = Array.from({ length: 600 }, (_, i) => (i === 595 ? undefined : 0.1));
    const band = dayThreeSigma(pointsOf(values), hours(1));
    expect(flagged(band)).toBe(0);
    expect(band.flags.filter(Number.isNaN)).toHaveLength(1);
    expect(band.lower[7]).toBeCloseTo(0.1, 12);
  });
});

describe('the weekly band', () => {
  const week = dailySeries(8 * DAY, 11);

  it('holds a daily course and flags what leaves it', () => {
    const spoilt = week.map((value, i) => (i === week.length - 5 ? value + 30 : value));
    const band = weeklyBand(pointsOf(spoilt), hours(6));
    expect(band.reason).toBe('');
    expect(band.flags[72 - 5]).toBe(1);
    expect(flagged(band)).toBeLessThanOrEqual(6);
    band.centre.forEach((centre, i) => {
      expect(Math.abs(centre - 50 - 10 * Math.sin((2 * Math.PI * (8 * DAY - 72 + i)) / DAY))).toBeLessThan(4);
    });
  });

  it('is at least 8 % of the level wide', () => {
    const band = weeklyBand(pointsOf(new Float64Array(4 * DAY).fill(100)), hours(1));
    expect(band.upper[0]).toBeCloseTo(104, 6);
    expect(band.lower[0]).toBeCloseTo(96, 6);
    expect(flagged(band)).toBe(0);
  });

  it('never looks at the hour it is for, nor beyond', () => {
    const changed = week.map((value, i) => (i >= week.length - 12 ? -1e5 : value));
    const [plain, other] = [weeklyBand(pointsOf(week), hours(3)), weeklyBand(pointsOf(changed), hours(3))];
    expect(other.lower).toEqual(plain.lower);
    expect(other.upper).toEqual(plain.upper);
  });

  it('learns a week where there are two and a half', () => {
    const course = (i: number): number =>
      50 + 10 * Math.sin((2 * Math.PI * i) / DAY) - (Math.floor(i / DAY) % 7 >= 5 ? 15 : 0);
    const months = Float64Array.from({ length: 20 * DAY }, (_, i) => course(i));
    const long = weeklyBand(pointsOf(months), hours(1));
    const short = weeklyBand(pointsOf(months.slice(-7 * DAY)), hours(1));
    const miss = (band: SeriesBand): number => Math.abs((band.centre[6] ?? 0) - course(20 * DAY - 6));
    expect(miss(long)).toBeLessThan(miss(short));
  });

  it('is unknown with less than two days, and with nothing', () => {
    const band = weeklyBand(pointsOf(dailySeries(DAY)), hours(1));
    expect(band.centre.every(Number.isNaN)).toBe(true);
    expect(band.reason).toMatch(/less than two days/);
    expect(weeklyBand(pointsOf([]), hours(1)).values.every(Number.isNaN)).toBe(true);
    expect(weeklyBand(pointsOf([]), { ...hours(1), toMs: 0 }).timesMs).toHaveLength(0);
  });
});
