import { describe, expect, it } from 'vitest';
import { type AlertStream, findAlerts, flagSurprisal, verdictSurprisal } from './find-alerts.ts';

const STEP = 300;
const HOUR = 3_600_000;

/** A stream of five-minute points from 0 on. */
const stream = (surprisals: readonly number[], service = 'a', signalId = ''): AlertStream => ({
  service,
  signalId,
  timesMs: surprisals.map((_, i) => i * STEP * 1000),
  surprisals,
});
const day = (at: Readonly<Record<number, number>>): readonly number[] =>
  Array.from({ length: 288 }, (_, i) => at[i] ?? 0.5);
const range = { fromMs: 0, toMs: 24 * HOUR };
const rule = { range, stepSeconds: STEP, threshold: 0.8 };

describe('the alerts of a range', () => {
  it('open at the threshold and close after three calm points', () => {
    const { alerts } = findAlerts([stream(day({ 100: 4.2, 101: 6, 102: 3 }))], rule);
    expect(alerts).toEqual([
      {
        service: 'a',
        signalId: '',
        openedMs: 100 * STEP * 1000,
        closedMs: 105 * STEP * 1000,
        peakScore: expect.closeTo(0.9 + 0.1 / 7, 12),
        escalatedMs: [101 * STEP * 1000],
      },
    ]);
  });

  it.each([
    [0.8, 1],
    [0.9, 0],
  ])('need the score %d', (threshold, count) => {
    expect(findAlerts([stream(day({ 50: 4.5 }))], { ...rule, threshold }).alerts).toHaveLength(count);
  });

  it.each([300, 60, 1800])('are held off for six hours at a step of %d s', (stepSeconds) => {
    const perHour = 3600 / stepSeconds;
    const surprisals = Array.from({ length: 24 * perHour }, (_, i) =>
      [2, 7, 14].some((hour) => i === hour * perHour) ? 4.5 : 0
    );
    const timesMs = surprisals.map((_, i) => i * stepSeconds * 1000);
    const { alerts } = findAlerts([{ service: 'a', signalId: '', timesMs, surprisals }], { ...rule, stepSeconds });
    expect(alerts.map(({ openedMs }) => openedMs / HOUR)).toEqual([2, 14]);
  });

  it('stay open to the end when nothing closes them', () => {
    const { alerts } = findAlerts([stream(day({ 285: 5, 286: 5, 287: 5 }))], rule);
    expect(alerts[0]).toMatchObject({ closedMs: null });
  });

  it('ignore points outside of the range', () => {
    const part = { ...rule, range: { fromMs: 10 * HOUR, toMs: 11 * HOUR } };
    const found = findAlerts([stream(day({ 119: 9, 132: 9 }))], part);
    expect(found).toEqual({ alerts: [], alertsPerServiceDay: 0, unknownShare: 0 });
  });

  it('come in the order of time and then of names', () => {
    const found = findAlerts([stream(day({ 50: 5 }), 'b'), stream(day({ 50: 5 })), stream(day({ 10: 5 }), 'c')], rule);
    expect(found.alerts.map(({ service }) => service)).toEqual(['c', 'a', 'b']);
  });
});

describe('the unknown', () => {
  const unknown = Array.from({ length: 288 }, () => Number.NaN);

  it('is all there is where nothing was judged', () => {
    const nothing = { alerts: [], alertsPerServiceDay: 0, unknownShare: 1 };
    expect(findAlerts([stream(unknown)], rule)).toEqual(nothing);
    expect(findAlerts([stream([])], rule)).toEqual(nothing);
    expect(findAlerts([], rule)).toEqual(nothing);
  });

  it.each([
    ['is a number that is none', Number.NaN],
    ['is negative', -1],
  ])('neither opens nor closes: a reading %s', (_, reading) => {
    const surprisals = day({ 100: 5, 101: reading, 102: reading, 103: reading, 104: 5 });
    const { alerts, unknownShare } = findAlerts([stream(surprisals)], rule);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.closedMs).toBe(107 * STEP * 1000);
    expect(unknownShare).toBeCloseTo(3 / 288, 12);
  });

  it('counts points that are missing', () => {
    expect(findAlerts([stream(day({}).slice(0, 72))], rule).unknownShare).toBeCloseTo(0.75, 12);
  });

  it('is no service-day: alerts are counted over the judged time', () => {
    const half = [...day({ 10: 5 }).slice(0, 144), ...unknown.slice(144)];
    expect(findAlerts([stream(half)], rule).alertsPerServiceDay).toBeCloseTo(2, 12);
    expect(findAlerts([stream(day({ 10: 5 })), stream(day({}), 'b')], rule).alertsPerServiceDay).toBeCloseTo(0.5, 12);
  });

  it('counts a service with many signals once', () => {
    const streams = ['a/x', 'a/y', 'a/z'].map((id) => stream(day({ 10: 5 }), 'a', id));
    expect(findAlerts(streams, rule).alertsPerServiceDay).toBeCloseTo(3, 12);
  });
});

describe('verdicts and flags', () => {
  it.each([
    ['CRITICAL', true],
    ['WARNING', true],
    ['LOG_ONLY', false],
    ['OK', false],
  ] as const)('have no score: %s', (verdict, alerts) => {
    const surprisals = day({ 100: verdictSurprisal(verdict) });
    expect(findAlerts([stream(surprisals)], rule).alerts).toHaveLength(Number(alerts));
  });

  it('may be unknown', () => {
    expect([verdictSurprisal('UNKNOWN'), flagSurprisal(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
    expect(findAlerts([stream(day({ 9: flagSurprisal(1), 10: flagSurprisal(0) }))], rule).alerts).toHaveLength(1);
  });
});
