import fc from 'fast-check';
import { expect, it } from 'vitest';
import { healthySeries, signalOf } from '../testing/series.ts';
import { scoreSignal, toReading } from './score-signal.ts';
import { SeriesModel } from './series/series-model.ts';

const hostile = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -1, 1e300, 0) }
  ),
  { maxLength: 250 }
);

it('gives every point a reading in bounds, whatever the values', () => {
  fc.assert(
    fc.property(hostile, (values) => {
      const { readings } = scoreSignal(signalOf('latency', values));
      expect(readings).toHaveLength(values.length);
      const bad = readings.filter(
        (reading) =>
          reading.kind === 'scored' &&
          !(
            reading.score >= 0 &&
            reading.score <= 1 &&
            reading.expected.lower <= reading.expected.centre &&
            reading.expected.upper >= reading.expected.centre
          )
      );
      expect(bad).toEqual([]);
    }),
    { numRuns: 60 }
  );
});

it('does not look ahead: a longer series has the same readings at its beginning', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 120, max: 299 }), (seed, length) => {
      const values = healthySeries(300, 0.05, 0.3, seed);
      const whole = scoreSignal(signalOf('latency', values)).readings.slice(0, length);
      expect(scoreSignal(signalOf('latency', values.slice(0, length))).readings).toEqual(whole);
    }),
    { numRuns: 20 }
  );
});

it('is the same for a latency that is scaled, as long as no absolute floor is in play', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 2, max: 20 }), (seed, factor) => {
      const values = [...healthySeries(200, 0.5, 0.1, seed), 2, 2, 2];
      const score = (list: readonly number[]): string[] =>
        scoreSignal(signalOf('latency', list)).readings.map((r) =>
          r.kind === 'scored' ? r.surprisal.toFixed(2) : r.why
        );
      expect(score(values.map((value) => value * factor))).toEqual(score(values));
    }),
    { numRuns: 20 }
  );
});

it('is the same step by step, also over a save and load', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom('light', 'full'), (seed, tier) => {
      const signal = signalOf('latency', [...healthySeries(260, 0.05, 0.3, seed), NaN, 3, 3, 3, 0.05]);
      const { id, kind, unit, harm, series } = signal;
      const config = { stepSeconds: 15, tier, unit, kind, harm } as const;
      let model = new SeriesModel(config);
      const readings = series.values.map((value, i) => {
        model = i === 150 ? SeriesModel.load(config, model.save()) : model;
        return toReading(model, model.step(series.timesMs[i] ?? NaN, value));
      });
      const batch = scoreSignal(signal, { tier });
      expect(batch.readings).toEqual(readings);
      expect(batch).toMatchObject({ tier, quality: { signalId: id, verdict: 'invalid', counts: { invalid: 1 } } });
      expect(batch.explanation).toEqual(model.explain());
    }),
    { numRuns: 8 }
  );
});
