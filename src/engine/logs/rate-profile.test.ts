import { describe, expect, it } from 'vitest';
import { RateProfile } from './rate-profile.ts';

const BIN = 300_000;
const DAY = 86_400_000;
const usual = (atMs: number): number => 20 + 5 * Math.sin((2 * Math.PI * (atMs % DAY)) / DAY);

describe('RateProfile', () => {
  it('knows the time of day after two days', () => {
    const profile = new RateProfile(BIN);
    for (let atMs = 0; atMs < 2 * DAY; atMs += BIN) {
      expect(profile.expect(atMs)).toBeUndefined();
      profile.push(atMs, usual(atMs));
    }
    profile.push(2 * DAY, usual(0));
    const { centre, scale } = profile.expect(2.25 * DAY) ?? { centre: NaN, scale: NaN };
    expect(centre).toBeCloseTo(25, 4);
    expect(scale).toBe(1);
  });

  it('says nothing about a time of day that it never saw', () => {
    const profile = new RateProfile(BIN);
    for (let atMs = 0; atMs < 4 * DAY; atMs += DAY) {
      profile.push(atMs, 1);
    }
    expect(profile.expect(4 * DAY)).toBeDefined();
    expect(profile.expect(4 * DAY + DAY / 2)).toBeUndefined();
  });

  it('lets one outage move a bucket by less than one scale', () => {
    const profile = new RateProfile(BIN);
    for (let atMs = 0; atMs < 4 * DAY; atMs += BIN) {
      profile.push(atMs, usual(atMs));
    }
    profile.push(4 * DAY, 1000);
    expect(profile.expect(5 * DAY)?.centre).toBeCloseTo(20.75, 5);
  });
});
