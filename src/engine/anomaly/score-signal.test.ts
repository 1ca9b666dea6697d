import { describe, expect, it } from 'vitest';
import type { AnomalyReading, ScoredSignal } from '#model';
import { healthySeries, signalOf, withoutPoints } from '../testing/series.ts';
import { scoreSignal } from './score-signal.ts';

const HISTORY = 720;
const scoreAt = (scored: ScoredSignal, index: number): number => {
  const reading = scored.readings.at(index);
  return reading?.kind === 'scored' ? reading.score : NaN;
};
const known = (scored: ScoredSignal) =>
  scored.readings.filter(
    (reading): reading is Extract<AnomalyReading, { kind: 'scored' }> => reading.kind === 'scored'
  );
const pairsAbove = (scored: ScoredSignal): number =>
  scored.readings.filter((_, i) => i > 0 && scoreAt(scored, i) >= 0.9 && scoreAt(scored, i - 1) >= 0.9).length;

describe('scoreSignal finds', () => {
  it.each([
    ['latency 50 ms to 3.5 s', 'latency', 0.05, 0.1, 3.5],
    ['latency tripled', 'latency', 0.05, 0.05, 0.15],
    ['5 % errors', 'error-ratio', 0.001, 0.5, 0.05],
    ['all requests fail', 'error-ratio', 0, 0, 1],
    ['a full pool', 'pool-utilisation', 0.3, 0.1, 0.98],
    ['memory at its limit', 'memory-utilisation', 0.6, 0.01, 0.97],
  ] as const)('%s within three points', (_, kind, normal, noise, now) => {
    const values = [...healthySeries(HISTORY, normal, noise, 11), ...new Array<number>(6).fill(now)];
    const scored = scoreSignal(signalOf(kind, values));
    expect(scoreAt(scored, HISTORY + 2)).toBeGreaterThan(0.9);
    expect(scored.readings[HISTORY + 2]).toMatchObject({ direction: 'above' });
  });

  it('keeps an incident of an hour critical', () => {
    const values = [...healthySeries(HISTORY, 0.05, 0.1, 12), ...healthySeries(240, 3.5, 0.1, 13)];
    const scored = scoreSignal(signalOf('latency', values));
    expect(scored.readings.slice(HISTORY + 3).every((_, i) => scoreAt(scored, HISTORY + 3 + i) >= 0.9)).toBe(true);
  });

  it('finds the same incident again after the first is over', () => {
    const calm = (seed: number): number[] => healthySeries(200, 0.05, 0.1, seed);
    const broken = new Array<number>(24).fill(3.5);
    const scored = scoreSignal(signalOf('latency', [...calm(1), ...calm(2), ...broken, ...calm(3), ...broken]));
    expect(scoreAt(scored, -1)).toBeGreaterThan(0.9);
    expect(scoreAt(scored, 400 + 24 + 100)).toBeLessThan(0.7);
  });
});

describe('scoreSignal stays calm', () => {
  it.each([
    ['latency', 0.05, 0.15],
    ['latency', 0.0008, 0.4],
    ['error-ratio', 0.0006, 1],
    ['self-time', 0.004, 0.2],
    ['cpu', 0.3, 0.15],
    ['queue-lag', 4, 0.8],
    ['pool-utilisation', 0.1, 0.5],
  ] as const)('on healthy %s around %d', (kind, level, noise) => {
    for (let seed = 100; seed < 130; seed += 1) {
      const scored = scoreSignal(signalOf(kind, healthySeries(HISTORY, level, noise, seed)));
      expect(pairsAbove(scored), `seed ${seed}`).toBe(0);
    }
  });

  it('when latency moves by less than its floor', () => {
    const values = [...healthySeries(HISTORY, 0.05, 0.01, 14), ...new Array<number>(8).fill(0.075)];
    expect(scoreAt(scoreSignal(signalOf('latency', values)), -1)).toBeLessThan(0.9);
  });

  it('when latency falls: that does no harm', () => {
    const values = [...healthySeries(HISTORY, 0.5, 0.05, 15), ...new Array<number>(8).fill(0.05)];
    const scored = scoreSignal(signalOf('latency', values));
    expect(scoreAt(scored, -1)).toBeLessThan(0.7);
    expect(scored.readings.at(-1)).toMatchObject({ direction: 'below' });
  });

  it.each([
    ['nearly doubles', 210],
    ['falls to nothing', 0.5],
  ])('when the request rate %s', (_, now) => {
    const values = [...healthySeries(HISTORY, 115, 0.04, 16), ...healthySeries(8, now, 0.04, 17)];
    expect(scoreAt(scoreSignal(signalOf('request-rate', values, 'both')), -1)).toBeLessThan(0.7);
  });

  it('when CPU follows traffic: a warning at most', () => {
    const values = [...healthySeries(HISTORY, 0.3, 0.03, 26), ...healthySeries(20, 0.6, 0.03, 27)];
    const scored = scoreSignal(signalOf('cpu', values));
    expect(scoreAt(scored, -1)).toBeGreaterThan(0.7);
    expect(scoreAt(scored, -1)).toBeLessThan(0.8);
  });

  it('at a lone spike', () => {
    const values = [...healthySeries(HISTORY, 0.05, 0.1, 18), 5, ...healthySeries(5, 0.05, 0.1, 19)];
    expect(known(scoreSignal(signalOf('latency', values))).every((reading) => reading.score < 0.9)).toBe(true);
  });
});

describe('scoreSignal does not know', () => {
  it('while it warms up, and says how much it has and needs', () => {
    const [first] = scoreSignal(signalOf('latency', healthySeries(20, 1, 0.1, 20))).readings;
    expect(first).toMatchObject({ kind: 'unknown', why: 'warming-up', have: 1 });
    const scored = scoreSignal(signalOf('latency', healthySeries(120, 1, 0.1, 21)));
    expect(scored.readings[119]?.kind).toBe('scored');
  });

  it('at NaN, in a gap and for an empty series', () => {
    const values = healthySeries(200, 1, 0.1, 22);
    values[150] = NaN;
    expect(scoreSignal(signalOf('latency', values)).readings[150]).toEqual({ kind: 'unknown', why: 'invalid' });
    const gapped = scoreSignal(withoutPoints(signalOf('latency', healthySeries(200, 1, 0.1, 23)), 150, 160));
    expect(gapped.readings[150]).toEqual({ kind: 'unknown', why: 'gap' });
    expect(scoreSignal(signalOf('latency', [])).readings).toEqual([]);
  });

  it('gives every point a reading, aligned with its time', () => {
    const scored = scoreSignal(signalOf('latency', [1, NaN, -3, Infinity, 2]));
    expect(scored.readings).toHaveLength(5);
    expect(scored.readings.every((reading) => reading.kind === 'unknown')).toBe(true);
  });
});

it('says what it expected: the band holds the healthy values', () => {
  const values = healthySeries(HISTORY, 0.05, 0.05, 24);
  const scored = scoreSignal(signalOf('latency', values));
  const inside = scored.readings.filter(
    (reading, i) =>
      reading.kind === 'scored' &&
      (values[i] ?? 0) >= reading.expected.lower &&
      (values[i] ?? 0) <= reading.expected.upper
  );
  expect(inside.length).toBe(known(scored).length);
});

it('uses the time of day once two days are known', () => {
  const perDay = 5760;
  const daily = Array.from({ length: 3 * perDay }, (_, i) => 100 + 60 * Math.sin((2 * Math.PI * i) / perDay));
  const noisy = healthySeries(daily.length, 1, 0.05, 25).map((noise, i) => noise * (daily[i] ?? 0));
  const scored = scoreSignal(signalOf('queue-lag', noisy));
  const expected = scored.readings.at(-1 - perDay / 2);
  expect(
    expected?.kind === 'scored' && Math.abs(expected.expected.centre - (daily.at(-1 - perDay / 2) ?? 0))
  ).toBeLessThan(15);
});
