import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionKind } from '#model';
import { actionRisk, APPROVAL_ABOVE } from './risk.ts';

describe('actionRisk has the vectors of A5.10 at confidence 0.9', () => {
  it.each([
    ['notify', false, 0.11],
    ['scale', false, 0.55],
    ['scale', true, 0.715],
    ['restart', false, 0.77],
    ['rollback', false, 0.88],
    ['circuit-break', false, 0.44],
    ['rate-limit', false, 0.33],
  ] as const)('%s, peak %s: %d', (action, peakHour, risk) => {
    expect(actionRisk(action, { confidence: 0.9, peakHour })).toBeCloseTo(risk, 12);
  });

  it('asks for approval where the source does', () => {
    expect(actionRisk('scale', { confidence: 0.9, peakHour: true })).toBeGreaterThan(APPROVAL_ABOVE);
    expect(actionRisk('scale', { confidence: 0.9 })).toBeLessThan(APPROVAL_ABOVE);
  });
});

const action = fc.constantFrom<ActionKind>(
  'notify',
  'manual',
  'rate-limit',
  'circuit-break',
  'scale',
  'create-index',
  'set-memory-limit',
  'restart',
  'rollback'
);

it('never falls with less confidence, more failures or at peak, and never exceeds 1', () => {
  fc.assert(
    fc.property(
      action,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      (kind, confidence, recentFailures) => {
        const risk = actionRisk(kind, { confidence, recentFailures });
        expect(risk).toBeLessThanOrEqual(1);
        expect(actionRisk(kind, { confidence, recentFailures, peakHour: true })).toBeGreaterThanOrEqual(risk);
        expect(actionRisk(kind, { confidence, recentFailures: recentFailures + 1 })).toBeGreaterThanOrEqual(risk);
        expect(actionRisk(kind, { confidence: confidence / 2, recentFailures })).toBeGreaterThanOrEqual(risk);
      }
    )
  );
});

it('refuses impossible contexts', () => {
  expect(() => actionRisk('scale', { confidence: 2 })).toThrow(RangeError);
  expect(() => actionRisk('scale', { confidence: 1, recentFailures: -1 })).toThrow(RangeError);
});
