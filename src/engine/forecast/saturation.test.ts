import { describe, expect, it } from 'vitest';
import { exhaustion } from './exhaustion.ts';
import { limitProblem, saturation } from './saturation.ts';
import { arNoise, DAY, END_MS, pointsOf } from './testing/series.ts';

const STEP = { stepSeconds: 300 };
const calm = arNoise(3 * DAY, 0.85, 0.5, 3).map((value) => 40 + value);

/** The calm series with a ramp of so much per step over its newest steps. */
function ramp(perStep: number, steps: number): Float64Array {
  const start = calm.length - 1 - steps;
  return calm.map((value, i) => value + Math.max(0, i - start) * perStep);
}

describe('saturation', () => {
  it('tells when a ramp will arrive, with an interval around it', () => {
    // 12 steps of 2 lead from about 40 to about 64; 26 more at 2 a step are 13 steps: beyond the hour. At 2.5 it is 70 + 8.
    expect(saturation(pointsOf(ramp(2, 12)), { ...STEP, limit: 95 }).kind).toBe('clear');
    const verdict = saturation(pointsOf(ramp(2.5, 12)), { ...STEP, limit: 90 });
    if (verdict.kind !== 'saturating') {
      throw new Error(verdict.kind);
    }
    expect(verdict.level).toBe('warning');
    expect(verdict.etaSeconds).toBeGreaterThanOrEqual(7 * 300);
    expect(verdict.etaSeconds).toBeLessThanOrEqual(10 * 300);
    expect(verdict.etaLowSeconds).toBeLessThanOrEqual(verdict.etaSeconds);
    expect(verdict.etaHighSeconds ?? Infinity).toBeGreaterThanOrEqual(verdict.etaSeconds);
  });

  it('is critical within half an hour, and when the limit is reached', () => {
    expect(saturation(pointsOf(ramp(3.5, 12)), { ...STEP, limit: 90 })).toMatchObject({ level: 'critical' });
    const reached = calm.map((value, i) => (i === calm.length - 1 ? 90 : value));
    expect(saturation(pointsOf(reached), { ...STEP, limit: 90 })).toEqual({
      kind: 'saturating', level: 'critical', etaSeconds: 0, etaLowSeconds: 0, etaHighSeconds: 0,
    }); // prettier-ignore
  });

  it('takes one jump for no ramp, and one tick for no warning', () => {
    const jump = calm.map((value, i) => (i >= calm.length - 2 ? value + 25 : value));
    expect(saturation(pointsOf(jump), { ...STEP, limit: 90 }).kind).toBe('clear');
    const steep = ramp(3.5, 12);
    const ends = Array.from({ length: 13 }, (_, i) => steep.length - 12 + i);
    const warned = ends.map((end) => saturation(pointsOf(steep.slice(0, end)), { ...STEP, limit: 90 }).kind);
    expect(warned.indexOf('saturating')).toBeGreaterThanOrEqual(3);
    expect(warned.at(-1)).toBe('saturating');
  });

  it.each([
    [0, 'suppressed'],
    [5, 'suppressed'],
    [6, 'saturating'],
    [-3, 'saturating'],
  ])('is suppressed for six points after a disturbance: %d points ago', (points, kind) => {
    const disturbedAtMs = END_MS - points * 300_000;
    expect(saturation(pointsOf(ramp(3, 12)), { ...STEP, limit: 90, disturbedAtMs }).kind).toBe(kind);
  });

  it('does not wait for its history to be whole, but for the newest hours', () => {
    const values = ramp(3.5, 12);
    const holes = (from: number, to: number): (number | undefined)[] =>
      Array.from(values, (value, i) => (i >= from && i < to ? undefined : value));
    const options = { ...STEP, limit: 90, atMs: END_MS };
    expect(saturation(pointsOf(holes(300, 330)), options).kind).toBe('saturating');
    expect(saturation(pointsOf(holes(values.length - 40, values.length - 16)), options).kind).toBe('saturating');
    expect(saturation(pointsOf(holes(values.length - 9, values.length - 5)), options)).toMatchObject({ why: 'gap' });
    expect(saturation(pointsOf(holes(values.length - 4, values.length)), options)).toMatchObject({ why: 'gap' });
    expect(saturation(pointsOf(holes(values.length - 9, values.length - 6)), options).kind).toBe('saturating');
  });

  it('is unknown with few points or an unusable limit', () => {
    expect(saturation(pointsOf(calm.slice(-35)), { ...STEP, limit: 90 })).toMatchObject({
      why: 'warming-up',
      need: 36,
    });
    expect(saturation(pointsOf([]), { ...STEP, limit: 90 })).toMatchObject({ why: 'no-data' });
    for (const limit of [0, -1, Number.NaN, Infinity, 1e308]) {
      expect(saturation(pointsOf(calm), { ...STEP, limit })).toMatchObject({ kind: 'unknown', why: 'invalid' });
    }
  });

  it.each([
    [undefined, 'ratio', 'No limit is known for this signal.'],
    [0, 'ratio', 'The limit of this signal is not a positive number.'],
    [Number.NaN, 'ratio', 'The limit of this signal is not a positive number.'],
    [1, 'bytes', 'The limit is in bytes, the signal in ratio.'],
    [1, 'ratio', ''],
  ] as const)('says what is wrong with the limit %s in %s', (limit, unit, reason) => {
    expect(limitProblem(limit, unit, 'ratio')).toBe(reason);
  });
});

describe('slow exhaustion', () => {
  const leak = (perDay: number, seed: number, length = 7 * DAY): Float64Array =>
    arNoise(length, 0.9, 0.3, seed).map(
      (value, i) => 50 + value + 4 * Math.sin((2 * Math.PI * i) / DAY) + (perDay * i) / DAY
    );

  it('finds the day, with an interval around it', () => {
    // After 7 days at 3 a day the level is 71; 29 more at 3 a day are 9.7 days.
    const verdict = exhaustion(pointsOf(leak(3, 1)), { ...STEP, limit: 100 });
    if (verdict.kind !== 'exhausting') {
      throw new Error(verdict.kind);
    }
    const days = verdict.etaSeconds / 86_400;
    expect(days).toBeGreaterThan(8.7);
    expect(days).toBeLessThan(10.7);
    expect(verdict.etaLowSeconds).toBeLessThan(verdict.etaSeconds);
    expect(verdict.etaHighSeconds ?? 0).toBeGreaterThan(verdict.etaSeconds);
  });

  it('is none without a slope, away from the limit, or beyond 30 days', () => {
    const wrong = Array.from(
      { length: 40 },
      (_, i) => exhaustion(pointsOf(leak(0, i + 1)), { ...STEP, limit: 100 }).kind
    );
    expect(wrong.filter((kind) => kind !== 'none')).toEqual([]);
    expect(exhaustion(pointsOf(leak(-3, 1)), { ...STEP, limit: 100 }).kind).toBe('none');
    expect(exhaustion(pointsOf(leak(3, 1)), { ...STEP, limit: 1000 }).kind).toBe('none');
  });

  it('runs down to a lower limit', () => {
    const verdict = exhaustion(pointsOf(leak(-3, 1)), { ...STEP, limit: 10, direction: 'down' });
    expect(verdict.kind).toBe('exhausting');
  });

  it('needs 48 hours', () => {
    expect(exhaustion(pointsOf(leak(3, 1, 500)), { ...STEP, limit: 100 })).toMatchObject({
      why: 'warming-up',
      need: 48,
    });
  });
});
