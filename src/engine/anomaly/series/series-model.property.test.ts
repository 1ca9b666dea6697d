import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectionTier, QualityVerdict } from '#model';
import { busySeries } from '../../testing/detection-laws.ts';
import { SERIES_DETECTORS } from './null-table.ts';
import type { SeriesConfig } from './series-config.ts';
import { SeriesModel } from './series-model.ts';

const STEP_MS = 300_000;
const config = (tier: DetectionTier, more: Partial<SeriesConfig> = {}): SeriesConfig => ({
  stepSeconds: 300,
  tier,
  warmUpPoints: 150,
  ...more,
});

interface Seen {
  readonly surprisal: number;
  readonly why: string | undefined;
  readonly quality: QualityVerdict;
  readonly direction: string;
  readonly members: readonly number[];
  readonly band: unknown;
  readonly sentence: string | undefined;
}

function see(model: SeriesModel, atMs: number, value: unknown): Seen {
  const { surprisal, why, quality, direction, members } = model.step(atMs, value);
  return {
    surprisal,
    why,
    quality,
    direction,
    members: members.flatMap((member) => [member.raw, member.surprisal]),
    band: model.expected(),
    sentence: model.explain()?.sentence,
  };
}

const seeAll = (model: SeriesModel, values: readonly unknown[], from = 0): Seen[] =>
  values.map((value, i) => see(model, (from + i) * STEP_MS, value));

const TIERS: readonly (readonly [string, SeriesConfig])[] = [
  ['light', config('light')],
  ['full', config('full')],
  ['light with policy', config('light', { harm: 'up', kind: 'latency', unit: 'seconds' })],
  ['all detectors', config('full', { detectors: SERIES_DETECTORS })],
  ['a counter', config('light', { counter: true })],
];

/** Values with every kind of defect in them. */
const withDefects = (seed: number, length: number): unknown[] =>
  busySeries(length, seed).map((value, i) => {
    if (i % 53 === 20) {
      return NaN;
    }
    return i % 97 === 60 ? 'n/a' : i % 211 === 200 ? 4 * value : value;
  });

describe.each(TIERS)('a model: %s', (_, settings) => {
  it('goes on exactly after save and load, wherever that happens', () => {
    const values = withDefects(3, 520);
    const whole = seeAll(new SeriesModel(settings), values);
    for (const at of [0, 5, 120, 260, 519]) {
      const first = new SeriesModel(settings);
      seeAll(first, values.slice(0, at));
      const second = SeriesModel.load(settings, first.save());
      expect(seeAll(second, values.slice(at), at), `at ${at}`).toEqual(whole.slice(at));
    }
  });

  it('does not look ahead', () => {
    const values = withDefects(4, 420);
    const whole = seeAll(new SeriesModel(settings), values);
    for (const from of [1, 100, 377]) {
      const changed = values.map((value, i) => (i < from ? value : 7 * i));
      expect(seeAll(new SeriesModel(settings), changed).slice(0, from)).toEqual(whole.slice(0, from));
    }
  });

  it('makes no number from a missing point, whatever comes', () => {
    const hostile = fc.array(
      fc.tuple(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant(1) },
          { weight: 1, arbitrary: fc.integer({ min: -400, max: 40 }) }
        ),
        fc.oneof(
          { weight: 8, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) as fc.Arbitrary<unknown> },
          {
            weight: 2,
            arbitrary: fc.constantFrom<unknown>(
              NaN,
              Infinity,
              -Infinity,
              1e308,
              -1e308,
              null,
              undefined,
              '',
              'x',
              '1e999',
              {},
              [3],
              true
            ),
          }
        )
      ),
      { minLength: 100, maxLength: 260 }
    );
    fc.assert(
      fc.property(hostile, (samples) => {
        const model = new SeriesModel(settings);
        let atMs = 1e9;
        for (const [steps, value] of samples) {
          atMs += steps * STEP_MS;
          const isNumber = typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e30;
          const { surprisal, why } = model.step(atMs, value);
          const isScored = surprisal >= 0 && surprisal <= 12 && why === undefined;
          const isUnknown = Number.isNaN(surprisal) && why !== undefined;
          expect(isUnknown || (isNumber && isScored)).toBe(true);
        }
      }),
      { numRuns: 25 }
    );
  });

  it('takes times that are no times', () => {
    const model = new SeriesModel(settings);
    for (const atMs of [NaN, Infinity, -Infinity, -1e15, 0, 1e15, 5]) {
      expect(model.step(atMs, 1).surprisal).toBeNaN();
    }
  });

  it('has shares that are not negative and sum to 1', () => {
    const model = new SeriesModel(settings);
    for (const [i, value] of withDefects(6, 400).entries()) {
      const { surprisal } = model.step(i * STEP_MS, value);
      const explanation = model.explain();
      expect(explanation === undefined).toBe(Number.isNaN(surprisal));
      const shares = explanation?.members.map((member) => member.share) ?? [];
      expect(shares.every((share) => share >= 0)).toBe(true);
      expect(shares.length === 0 || Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9).toBe(true);
    }
  });

  it('refuses damaged state', () => {
    const model = new SeriesModel(settings);
    seeAll(model, withDefects(5, 130));
    const bytes = model.save();
    expect(() => SeriesModel.load(settings, bytes.slice(0, -1))).toThrow(RangeError);
    expect(() => SeriesModel.load(settings, new Uint8Array([...bytes, 0]))).toThrow(RangeError);
    expect(() => SeriesModel.load(settings, new Uint8Array(bytes.length))).toThrow(RangeError);
    expect(() => SeriesModel.load(settings, new Uint8Array())).toThrow(RangeError);
  });
});

describe('a model', () => {
  it('does not depend on unit and offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0.001, 3, 1024), (seed, factor) => {
        const values = busySeries(400, seed);
        const plain = seeAll(new SeriesModel(config('light')), values);
        const moved = seeAll(
          new SeriesModel(config('light')),
          values.map((value) => factor * value + 70)
        );
        const apart = plain.filter((point, i) => Math.abs(point.surprisal - (moved[i]?.surprisal ?? NaN)) > 0.02);
        expect(apart).toEqual([]);
      }),
      { numRuns: 10 }
    );
  });

  it('does not depend on the order of its members', () => {
    const detectors = ['range', 'ewma', 'ksDrift'] as const;
    const values = busySeries(500, 12);
    const numbers = (order: readonly (typeof detectors)[number][]): string[] =>
      seeAll(new SeriesModel(config('light', { detectors: order })), values).map((point) => point.surprisal.toFixed(9));
    expect(numbers(detectors.toReversed())).toEqual(numbers(detectors));
  });

  it('is not less surprised by a larger spike', () => {
    const values = busySeries(700, 13);
    const at = (sigmas: number): number => {
      const model = new SeriesModel(config('light'));
      seeAll(model, values);
      return model.step(values.length * STEP_MS, 50 + 1.4 * sigmas).surprisal;
    };
    const surprisals = [8, 10, 14, 20, 40, 400].map(at);
    expect(surprisals).toEqual(surprisals.toSorted((left, right) => left - right));
    expect(at(400)).toBeGreaterThan(3);
  });

  it('refuses a step that is not positive and a detector of services', () => {
    expect(() => new SeriesModel(config('light', { stepSeconds: 0 }))).toThrow(RangeError);
    expect(() => new SeriesModel(config('light', { stepSeconds: NaN }))).toThrow(RangeError);
    expect(() => new SeriesModel(config('light', { detectors: ['subPca6'] }))).toThrow(RangeError);
  });

  it('keeps a light series within 140 kB', () => {
    const model = new SeriesModel(config('light'));
    const full = 9000;
    busySeries(full, 2).forEach((value, i) => model.step(i * STEP_MS, value));
    expect(model.save().length).toBeLessThan(140_000);
  });
});
