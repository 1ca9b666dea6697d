import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnomalyReading } from '#model';
import { anomalyLevel } from './anomaly-level.ts';
import { toScore, toSurprisal } from './score-map.ts';

describe('score map', () => {
  it.each([
    [0, 0],
    [1.5, 0.35],
    [3, 0.7],
    [4, 0.8],
    [5, 0.9],
    [12, 1],
    [40, 1],
  ])('surprisal %d is score %d', (surprisal, score) => {
    expect(toScore(surprisal)).toBeCloseTo(score, 12);
  });

  it('is exact at the levels, so that "at least 0.8" includes a surprisal of 4', () => {
    expect([3, 4, 5].map(toScore)).toEqual([0.7, 0.8, 0.9]);
  });

  it('refuses what is no surprisal and no score', () => {
    expect(() => toScore(-1)).toThrow(RangeError);
    expect(() => toScore(NaN)).toThrow(RangeError);
    expect(() => toSurprisal(1.01)).toThrow(RangeError);
  });

  it('has an exact inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 12, noNaN: true }), (surprisal) => {
        expect(toSurprisal(toScore(surprisal))).toBeCloseTo(surprisal, 9);
      })
    );
  });

  it('rises strictly', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 11, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (u, more) => {
          expect(toScore(u + more)).toBeGreaterThan(toScore(u));
        }
      )
    );
  });
});

describe('anomalyLevel', () => {
  const scored = (score: number): AnomalyReading => ({
    kind: 'scored',
    score,
    surprisal: toSurprisal(score),
    expected: { lower: 0, centre: 1, upper: 2 },
    direction: 'above',
  });

  it.each([
    [0, 'normal'],
    [0.699, 'normal'],
    [0.7, 'warning'],
    [0.8, 'alert'],
    [0.9, 'critical'],
    [1, 'critical'],
  ])('score %d is %s', (score, level) => {
    expect(anomalyLevel(scored(score))).toBe(level);
  });

  it('never calls unknown normal', () => {
    expect(anomalyLevel({ kind: 'unknown', why: 'no-data' })).toBe('unknown');
  });
});
