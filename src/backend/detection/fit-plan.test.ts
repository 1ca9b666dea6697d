import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitServiceModel } from '#engine';
import { type FitPlanInput, MIN_FIT_ROWS, planFits, planKey, withFit } from './fit-plan.ts';
import { lastHourOfDay, utcOffset } from './time-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 2, 29, 12);
const long = { historyMs: 14 * DAY, dataFromMs: 0, detectSeconds: 300, fitHour: 3, offset: () => 0 };

describe('a fit that a person asked for', () => {
  const plan = planFits({ ...long, nowMs: noon });

  it('comes after the planned ones, and has the history that they have', () => {
    const asked = withFit(plan, noon - HOUR, 300);
    expect(asked).toEqual({ ...plan, fits: [...plan.fits, noon - HOUR] });
    expect(planKey(asked, [], 1)).not.toBe(planKey(plan, [], 1));
  });

  it('is left out when nobody asked, when a planned one is newer, and without enough rows', () => {
    expect(withFit(plan, undefined, 300)).toBe(plan);
    expect(withFit(plan, Date.UTC(2026, 2, 29, 3), 300)).toBe(plan);
    const young = { fromMs: noon - HOUR, fits: [], nextMs: noon + HOUR };
    expect(withFit(young, noon, 300)).toBe(young);
    expect(withFit(young, noon, 5).fits).toEqual([noon]);
  });
});

describe('the plan of fits', () => {
  it('fits daily at the configured hour, with a day of trial before each', () => {
    const plan = planFits({ ...long, nowMs: noon });
    expect(plan.fits).toEqual([2, 1, 0].map((days) => Date.UTC(2026, 2, 29, 3) - days * DAY));
    expect(plan.fromMs).toBe(Date.UTC(2026, 2, 15, 3));
    expect(plan.nextMs).toBe(Date.UTC(2026, 2, 30, 3, 15));
  });

  it('is in force only when a fit had time to be made', () => {
    const at = (minutes: number) => planFits({ ...long, nowMs: Date.UTC(2026, 2, 29, 3, minutes) }).fits.at(-1);
    expect([at(14), at(15)]).toEqual([Date.UTC(2026, 2, 28, 3), Date.UTC(2026, 2, 29, 3)]);
  });

  it('follows local time over a clock change', () => {
    const offset = utcOffset('Europe/Berlin');
    expect(lastHourOfDay(noon, 3, offset)).toBe(Date.UTC(2026, 2, 29, 1));
    expect(lastHourOfDay(noon - DAY, 3, offset)).toBe(Date.UTC(2026, 2, 28, 2));
    expect(offset(noon)).toBe(7200);
  });

  it('fits often while there is little history', () => {
    const full = planFits({ ...long, detectSeconds: 15, historyMs: 4 * HOUR, nowMs: noon });
    expect(full.fits).toEqual([noon - HOUR]);
    const fresh = planFits({ ...long, detectSeconds: 15, dataFromMs: noon - 5 * HOUR, nowMs: noon });
    expect(fresh.fits).toEqual([noon - HOUR / 2]);
  });

  it('plans no fit that cannot have enough rows', () => {
    const young = planFits({ ...long, dataFromMs: noon - 40 * HOUR, nowMs: noon });
    expect(young).toMatchObject({ fromMs: noon - 40 * HOUR, fits: [], nextMs: noon + 8 * HOUR + HOUR / 4 });
    expect(planFits({ ...long, historyMs: DAY, nowMs: noon }).fits).toEqual([]);
    const none = { features: [], timesMs: new Float64Array(0), columns: [] };
    const config = { stepSeconds: 60, contamination: 0.01, requireCorroboration: false, seed: 1 };
    expect(fitServiceModel(none, { ...config, ewma: { lambda: 0.2, sigma: 3 } })).toMatchObject({ need: MIN_FIT_ROWS });
  });

  it('always has a model that is not far behind, from enough rows on until the daily rhythm', () => {
    const inputs = fc.record({
      detectSeconds: fc.constantFrom(15, 30, 60, 120, 300, 400, 600),
      startMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
      ageMs: fc.integer({ min: 0, max: 6 * DAY }),
      fitHour: fc.integer({ min: 0, max: 23 }),
      historyMs: fc.constantFrom(6 * HOUR, 12 * HOUR, 2 * DAY, 5 * DAY, 14 * DAY),
    });
    fc.assert(
      fc.property(inputs, ({ startMs, ageMs, ...rest }) => {
        const nowMs = startMs + ageMs;
        const { fits, fromMs } = planFits({ ...rest, dataFromMs: startMs, nowMs, offset: () => 0 });
        const needMs = MIN_FIT_ROWS * rest.detectSeconds * 1000;
        const known = Math.min(rest.historyMs, ageMs);
        const behindMs = Math.max(1.25 * HOUR, known / 6);
        const newest = fits.at(-1) ?? -Infinity;
        expect(fits.every((atMs) => atMs - fromMs >= needMs && fromMs >= startMs)).toBe(true);
        const isDaily = newest - startMs >= 2 * DAY && new Date(newest).getUTCHours() === rest.fitHour;
        const isDue = rest.historyMs >= needMs && ageMs >= needMs + behindMs;
        const limitMs = isDue ? (isDaily ? DAY + HOUR / 4 : behindMs) : Infinity;
        expect(nowMs - newest).toBeLessThanOrEqual(limitMs);
        expect(fits.length === 1 || isDaily || !isDue).toBe(true);
      }),
      { numRuns: 2000 }
    );
  });

  it('depends on the instant alone, stays until the next plan, and never looks ahead', () => {
    const inputs = fc.record({
      nowMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
      historyMs: fc.integer({ min: HOUR / 2, max: 30 * DAY }),
      fitHour: fc.integer({ min: 0, max: 23 }),
      detectSeconds: fc.constantFrom(15, 60, 300, 900),
      ageMs: fc.oneof(fc.constant(100 * 365 * DAY), fc.integer({ min: 0, max: 20 * DAY })),
      zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'),
    });
    fc.assert(
      fc.property(inputs, ({ zone, ageMs, ...input }) => {
        const all: FitPlanInput = { ...input, dataFromMs: input.nowMs - ageMs, offset: utcOffset(zone) };
        const plan = planFits(all);
        expect(plan.nextMs).toBeGreaterThan(input.nowMs);
        expect(plan.fits.every((atMs) => atMs <= input.nowMs)).toBe(true);
        expect(planFits({ ...all, nowMs: plan.nextMs - 1 })).toEqual(plan);
        const next = planFits({ ...all, nowMs: plan.nextMs });
        expect(next.fromMs).toBeGreaterThanOrEqual(plan.fromMs);
        expect(next.nextMs).toBeGreaterThan(plan.nextMs);
        expect(next.fits.at(-1) ?? 0).toBeGreaterThan(plan.fits.at(-1) ?? -1);
      }),
      { numRuns: 300 }
    );
  });

  it('differs when another time is left out, and only by times that matter', () => {
    const plan = planFits({ ...long, nowMs: noon });
    const inside = { fromMs: noon - HOUR, toMs: noon };
    const before = { fromMs: 0, toMs: plan.fromMs };
    expect(planKey(plan, [inside], 0)).not.toBe(planKey(plan, [], 0));
    expect(planKey(plan, [before], 0)).toBe(planKey(plan, [], 0));
    expect(planKey(plan, [], 1)).not.toBe(planKey(plan, [], 0));
  });
});
