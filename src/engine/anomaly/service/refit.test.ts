import { describe, expect, it } from 'vitest';
import { lastScheduledFit, refitReason, shadowDecision, type RefitInput } from './refit.ts';

const HOUR = 3_600_000;
// A Wednesday.
const WEDNESDAY_NOON = Date.UTC(2026, 0, 7, 12);
const input = (change: Partial<RefitInput>): RefitInput => ({
  atMs: WEDNESDAY_NOON,
  fittedAtMs: WEDNESDAY_NOON - 9 * HOUR,
  fitHour: 3,
  utcOffsetSeconds: 0,
  driftAccepted: false,
  rebaselineAsked: false,
  ...change,
});

describe('refitReason', () => {
  it.each([
    ['no model', { fittedAtMs: undefined }, 'first_fit'],
    ['a model of this morning', {}, undefined],
    ['drift', { driftAccepted: true }, 'data_drift'],
    ['a person asks', { rebaselineAsked: true }, 'rebaseline'],
    ['a model of yesterday', { fittedAtMs: WEDNESDAY_NOON - 10 * HOUR }, 'daily'],
    [
      'before the hour of the day',
      { atMs: Date.UTC(2026, 0, 7, 2, 59), fittedAtMs: Date.UTC(2026, 0, 6, 3) },
      undefined,
    ],
    ['Sunday at three', { atMs: Date.UTC(2026, 0, 11, 3), fittedAtMs: Date.UTC(2026, 0, 10, 3) }, 'weekly'],
    ['Monday at three', { atMs: Date.UTC(2026, 0, 12, 3), fittedAtMs: Date.UTC(2026, 0, 11, 3) }, 'daily'],
    [
      'Sunday at three in Berlin',
      { atMs: Date.UTC(2026, 0, 11, 2), fittedAtMs: Date.UTC(2026, 0, 10, 2), utcOffsetSeconds: 3600 },
      'weekly',
    ],
    ['accuracy down', { accuracyDrop: 0.05 }, 'accuracy_drop'],
    ['many labels', { newLabels: 1000 }, 'new_labels'],
    ['an old model', { fittedAtMs: WEDNESDAY_NOON - 30 * 24 * HOUR }, 'model_age'],
  ] as const)('%s', (_, change, expected) => {
    expect(refitReason(input(change))).toBe(expected);
  });

  it('asks once: a model fitted now needs no fit', () => {
    for (let hour = 0; hour < 24 * 8; hour += 1) {
      const atMs = WEDNESDAY_NOON + hour * HOUR;
      expect(refitReason(input({ atMs, fittedAtMs: atMs }))).toBeUndefined();
    }
  });
});

describe('lastScheduledFit', () => {
  it('is the hour of today, or of yesterday before it', () => {
    expect(lastScheduledFit(WEDNESDAY_NOON, 3, 0)).toBe(Date.UTC(2026, 0, 7, 3));
    expect(lastScheduledFit(Date.UTC(2026, 0, 7, 2), 3, 0)).toBe(Date.UTC(2026, 0, 6, 3));
    expect(lastScheduledFit(Date.UTC(2026, 0, 7, 2), 3, 3600)).toBe(Date.UTC(2026, 0, 7, 2));
  });
});

describe('shadowDecision', () => {
  it.each([
    ['waits for a day', { hours: 23 }, 'wait'],
    ['takes over when quieter', { alertsInUse: 4, alertsNew: 1 }, 'replace'],
    ['takes over at twice the alerts', { alertsInUse: 2, alertsNew: 4 }, 'replace'],
    ['stays out above', { alertsInUse: 2, alertsNew: 5 }, 'keep'],
    ['may alert once where the old one was silent', { alertsInUse: 0, alertsNew: 1 }, 'replace'],
    ['but not twice', { alertsInUse: 0, alertsNew: 2 }, 'keep'],
    ['takes over when a person accepts it', { hours: 1, alertsNew: 99, accepted: true }, 'replace'],
  ] as const)('%s', (_, change, expected) => {
    expect(shadowDecision({ hours: 24, alertsInUse: 0, alertsNew: 0, accepted: false, ...change })).toBe(expected);
  });
});
