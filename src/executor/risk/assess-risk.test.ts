import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../policy.ts';
import { assessRisk, BASE_RISK } from './assess-risk.ts';
import { isPeakHour } from './peak-hours.ts';

const quiet = Date.UTC(2026, 0, 5, 3);
const peak = Date.UTC(2026, 0, 5, 10);
const assess = (action: keyof typeof BASE_RISK, overrides = {}) =>
  assessRisk(
    { base: BASE_RISK[action], confidence: 0.9, recentFailures: 0, atMs: quiet, ...overrides },
    DEFAULT_POLICY
  );

describe('risk', () => {
  it.each([
    ['notify', 0.11],
    ['manual', 0.22],
    ['rate-limit', 0.33],
    ['circuit-break', 0.44],
    ['scale', 0.55],
    ['set-memory-limit', 0.55],
    ['create-index', 0.55],
    ['restart', 0.77],
    ['rollback', 0.88],
  ] as const)('of %s at confidence 0.9 is %d', (action, score) => {
    expect(assess(action).score).toBe(score);
  });

  it.each([
    ['scaling at a peak hour', 'scale', { atMs: peak }, 0.715, 1],
    ['a restart at a peak hour, capped', 'restart', { atMs: peak }, 1, 2],
    ['scaling after two failures', 'scale', { recentFailures: 2 }, 0.66, 1],
    ['an unsure restart', 'restart', { confidence: 0.5 }, 1, 2],
    ['a rollback', 'rollback', {}, 0.88, 2],
    ['a restart', 'restart', {}, 0.77, 1],
  ] as const)('of %s asks for the right number of persons', (_, action, overrides, score, approvalsRequired) => {
    expect(assess(action, overrides)).toMatchObject({ score, approvalsRequired });
  });

  it('shows arithmetic that gives the score', () => {
    const { base, factors, score } = assess('scale', { atMs: peak, recentFailures: 1 });
    const product = factors.reduce((value, { factor }) => value * factor, base);
    expect(score).toBeCloseTo(Math.min(1, product), 4);
    expect(factors.map((factor) => factor.factor)).toEqual([1.3, 1.1, 1.1]);
  });

  it('never falls with more failures or less confidence and stays within 0 and 1', () => {
    const action = fc.constantFrom(...(Object.keys(BASE_RISK) as (keyof typeof BASE_RISK)[]));
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(action, ratio, fc.nat(20), (kind, confidence, recentFailures) => {
        const { score } = assess(kind, { confidence, recentFailures });
        const worse = assess(kind, { confidence: confidence / 2, recentFailures: recentFailures + 1 });
        expect(score).toBeGreaterThan(0);
        expect(worse.score).toBeGreaterThanOrEqual(score);
        expect(worse.score).toBeLessThanOrEqual(1);
      })
    );
  });
});

describe('peak hours', () => {
  it.each([
    [9, 59, 'UTC', false],
    [10, 0, 'UTC', true],
    [11, 59, 'UTC', true],
    [12, 0, 'UTC', false],
    [15, 30, 'UTC', true],
    [16, 0, 'UTC', false],
    [9, 30, 'Europe/Berlin', true],
    [11, 30, 'Europe/Berlin', false],
    [0, 0, 'UTC', false],
  ])('%d:%d UTC seen from %3$s: %4$s', (hour, minute, timeZone, expected) => {
    const atMs = Date.UTC(2026, 0, 5, hour, minute);
    expect(isPeakHour(atMs, { ...DEFAULT_POLICY, timeZone })).toBe(expected);
  });
});
