import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFits, planKey } from './fit-plan.ts';
import { lastHourOfDay, utcOffset } from './time-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 2, 29, 12);
const long = { historyMs: 14 * DAY, dataFromMs: 0, fitHour: 3, offset: () => 0 };

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
    const plan = planFits({ ...long, historyMs: 4 * HOUR, nowMs: noon });
    expect(plan.fits).toHaveLength(1);
    expect(noon - (plan.fits[0] ?? 0)).toBeLessThanOrEqual(HOUR);
    const fresh = planFits({ ...long, dataFromMs: noon - 5 * HOUR, nowMs: noon });
    expect(fresh.fits).toEqual([noon - HOUR]);
  });

  it('depends on the instant alone, stays until the next plan, and never looks ahead', () => {
    const inputs = fc.record({
      nowMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
      historyMs: fc.integer({ min: HOUR / 2, max: 30 * DAY }),
      fitHour: fc.integer({ min: 0, max: 23 }),
      zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'),
    });
    fc.assert(
      fc.property(inputs, ({ zone, ...input }) => {
        const all = { ...input, dataFromMs: 0, offset: utcOffset(zone) };
        const plan = planFits(all);
        expect(plan.nextMs).toBeGreaterThan(input.nowMs);
        expect(plan.fits.every((atMs) => atMs <= input.nowMs)).toBe(true);
        expect(plan.fits.length).toBeGreaterThan(0);
        expect(planFits({ ...all, nowMs: plan.nextMs - 1 })).toEqual(plan);
        expect(planFits({ ...all, nowMs: plan.nextMs }).fits.at(-1)).toBeGreaterThan(plan.fits.at(-1) ?? 0);
      }),
      { numRuns: 60 }
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
