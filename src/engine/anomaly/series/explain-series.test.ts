import { describe, expect, it } from 'vitest';
import type { DetectorId, Unit } from '#model';
import { explainSeries, type SeriesFacts } from './explain-series.ts';
import { KsDrift } from './ks-drift.ts';
import { SeriesModel } from './series-model.ts';

const DAY = 86_400;

function sentence(detector: DetectorId, change: Partial<SeriesFacts> = {}): string {
  return explainSeries({
    value: 0.0238,
    unit: 'seconds',
    direction: 'above',
    expected: 0.005,
    surprisal: 6,
    members: [{ detector, raw: 1, surprisal: 6, counts: true }],
    days: 14,
    compared: undefined,
    confidence: 1,
    shortHistory: false,
    isDeparture: false,
    isHarmless: false,
    ...change,
  }).sentence;
}

describe('values in a sentence', () => {
  it.each<readonly [number, Unit | undefined, string]>([
    [0.0238, 'seconds', '23.8 ms'],
    [1.5, 'seconds', '1.5 s'],
    [0.0000042, 'seconds', '4.2 µs'],
    [0, 'seconds', '0 s'],
    [0.0123, 'ratio', '1.23 %'],
    [3.4, 'per-second', '3.4 /s'],
    [560_000_000, 'bytes', '534 MiB'],
    [900, 'bytes', '900 B'],
    [0, 'bytes', '0 B'],
    [0, 'ratio', '0 %'],
    [0.113, 'cores', '0.113 cores'],
    [-4, undefined, '-4'],
  ])('%s %s is %s', (value, unit, text) => {
    expect(sentence('ewma', { value, unit, expected: Number.NaN })).toBe(
      `Value ${text} jumped above its recent level.`
    );
  });

  it('stand beside what is usual, in its own scale', () => {
    expect(sentence('range')).toBe('Value 23.8 ms is above nearly everything seen in 14 days (usual: 5 ms).');
  });
});

describe('how long a history is', () => {
  it.each([
    [10, '10 days'],
    [2, '2 days'],
    [1.9, '45 hours'],
    [1 / 12, '2 hours'],
    [1 / 24, '60 minutes'],
    [1 / 48, '30 minutes'],
    [0, '1 minute'],
  ])('%s days are %s', (days, text) => expect(sentence('roughness', { days })).toContain(`any hour in ${text}.`));
});

describe('a changed distribution', () => {
  it('is said of what was compared', () => {
    expect(sentence('ksDrift', { compared: { recentSeconds: 7200, beforeSeconds: 2 * DAY } })).toBe(
      'The values of the last 2 hours are distributed differently from those of the 2 days before.'
    );
    expect(sentence('ksDrift')).toBe('The newest values are distributed differently from those before.');
  });

  it.each([
    // Step in seconds, points, and the windows that the detector has then.
    [300, 700, '2 hours', '2 days'],
    [300, 200, '2 hours', '14 hours'],
    [3600, 150, '12 hours', '5 days'],
  ])('of a series of a step of %i s and %i points compares %s with %s', (stepSeconds, points, recent, before) => {
    const model = new SeriesModel({ stepSeconds, tier: 'light', detectors: ['ksDrift'] });
    for (let i = 0; i < points; i += 1) {
      model.step(i * stepSeconds * 1000, Math.sin(i * i) + (i > points - Math.max(12, 7200 / stepSeconds) ? 4 : 0));
    }
    expect(model.explain()?.sentence).toBe(
      `The values of the last ${recent} are distributed differently from those of the ${before} before.`
    );
  });

  it.each([
    // Points of a day and points so far; then how many of them are compared.
    [5760, 100, 100, 0],
    [5760, 900, 480, 420],
    [5760, 9000, 480, 2016],
    [288, 9000, 24, 576],
  ])('of %i points a day, after %i, compares %i with %i', (perDay, points, recent, before) => {
    const drift = new KsDrift(perDay);
    for (let i = 0; i < points; i += 1) {
      drift.step(Math.sin(i));
    }
    expect(drift.compared).toEqual({ recent, before });
  });
});
