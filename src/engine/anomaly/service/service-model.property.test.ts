import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { QualityVerdict } from '#model';
import { fitServiceModel } from './fit-service-model.ts';
import type { LstmWeights } from './lstm.ts';
import { ServiceModel } from './service-model.ts';
import type { ServiceModelConfig, ServiceStep } from './service-model-types.ts';
import { CONFIG, congruential, HISTORY_ROWS, serviceRows, tableOf, timeOf } from './testing/service-history.ts';

const ROWS = serviceRows();
const HISTORY = ROWS.slice(0, HISTORY_ROWS);
const LATER = ROWS.slice(HISTORY_ROWS);

function fit(rows: readonly (readonly number[])[] = HISTORY, config: Partial<ServiceModelConfig> = {}): ServiceModel {
  const fitted = fitServiceModel(tableOf(rows), { ...CONFIG, ...config });
  if (fitted.kind === 'unknown') {
    throw new Error(fitted.reason);
  }
  return fitted.model;
}

let saved: Uint8Array;
beforeAll(() => {
  saved = fit().save();
});
const fresh = (): ServiceModel => ServiceModel.load(saved);
const run = (model: ServiceModel, rows: readonly (readonly number[])[], from = HISTORY_ROWS): ServiceStep[] =>
  rows.map((row, i) => model.step(timeOf(from + i), row));

describe('service model', () => {
  it('sees the three disturbances and little else', () => {
    const steps = run(fresh(), LATER);
    const strange = steps.flatMap((step, i) => (step.surprisal >= 4 ? [HISTORY_ROWS + i] : []));
    expect(strange.some((row) => row >= 760 && row < 772)).toBe(true);
    expect(strange.some((row) => row >= 800 && row < 808)).toBe(true);
    expect(strange.some((row) => row >= 840 && row < 843)).toBe(true);
    expect(strange.every((row) => row >= 760 && row < 846)).toBe(true);
  });

  it('names the disturbed feature first', () => {
    const steps = run(fresh(), LATER);
    const blamed = (row: number): string | undefined => steps[row - HISTORY_ROWS]?.detection.features[0]?.signalId;
    expect([blamed(765), blamed(803), blamed(840)]).toEqual(['shop/f1', 'shop/f3', 'shop/f4']);
  });

  it('is the same model for the same history and seed, and another for another seed', () => {
    const text = (model: ServiceModel): string => JSON.stringify(run(model, LATER));
    expect(text(fit())).toBe(text(fresh()));
    expect(text(fit(HISTORY, { seed: 7 }))).not.toBe(text(fresh()));
  });

  it('continues from its bytes as if nothing had happened, at any row', () => {
    const whole = run(fresh(), LATER);
    for (const cut of [0, 1, 2, 95, 130]) {
      const model = fresh();
      run(model, LATER.slice(0, cut));
      const again = ServiceModel.load(model.save());
      expect(run(again, LATER.slice(cut), HISTORY_ROWS + cut)).toEqual(whole.slice(cut));
    }
  });

  it('does not look ahead', () => {
    const changed = LATER.map((row, i) => (i > 100 ? row.map((value) => value * 7) : row));
    expect(run(fresh(), changed).slice(0, 101)).toEqual(run(fresh(), LATER).slice(0, 101));
  });

  it('does not change when features are shifted and scaled, floors aside', () => {
    const factors = [8, 0.5, 1000, 0.25, 3];
    const shifts = [100, -7, 0, 1e4, 0.3];
    const scale = (row: readonly number[]): number[] => row.map((value, j) => factors[j]! * value + shifts[j]!);
    const floorless = (rows: readonly (readonly number[])[]): ServiceModel => {
      const fitted = fitServiceModel(tableOf(rows, 1e-7), CONFIG);
      return fitted.kind === 'fitted' ? fitted.model : fit([]);
    };
    const before = run(floorless(HISTORY), LATER);
    const after = run(floorless(HISTORY.map(scale)), LATER.map(scale));
    after.forEach((step, i) => {
      // The forest rounds to a grid, so its scores, and the ensemble, agree less exactly.
      [0, 1, 3, 4].forEach((k) => expect(step.members[k]!.raw).toBeCloseTo(before[i]!.members[k]!.raw, 6));
      expect(Math.abs(step.surprisal - before[i]!.surprisal)).toBeLessThan(0.1);
    });
  });

  it('does not depend on the order of the features', () => {
    const turn = (row: readonly number[]): number[] => [...row.slice(2), ...row.slice(0, 2)];
    const before = run(fresh(), LATER);
    const after = run(fit(HISTORY.map(turn)), LATER.map(turn));
    after.forEach((step, i) => {
      [0, 1, 3, 4].forEach((k) => expect(step.members[k]!.raw).toBeCloseTo(before[i]!.members[k]!.raw, 6));
    });
  });

  it('shares the score out: members and features sum to 1', () => {
    for (const { detection } of run(fresh(), LATER)) {
      const sum = (list: readonly { share: number }[]): number => list.reduce((total, item) => total + item.share, 0);
      expect(sum(detection.members)).toBeCloseTo(1, 9);
      expect(sum(detection.features)).toBeCloseTo(1, 9);
      expect([...detection.members, ...detection.features].every((item) => item.share >= 0)).toBe(true);
    }
  });

  it('holds its size: state does not grow with the rows', () => {
    const model = fresh();
    const before = model.save().length;
    run(model, LATER);
    expect(model.save().length).toBe(before);
  });
});

describe('with a sequence model', () => {
  const noise = congruential(600, 17).map((value) => value - 0.5);
  let drawn = 0;
  const weights = (length: number): Float32Array => Float32Array.from({ length }, () => noise[drawn++ % 600]!);
  const lstm: LstmWeights = {
    features: 5,
    hidden: 3,
    window: 24,
    layers: [{ kernel: weights(60), recurrent: weights(36), bias: weights(12) }],
    denseKernel: weights(15),
    denseBias: weights(5),
    residualRms: new Float32Array(5).fill(1),
    centres: Float32Array.of(100, 50, 7, 40, 0.5),
    scales: Float32Array.of(40, 12, 1, 3, 0.3),
    fromMs: 0,
    toMs: 1,
    seed: 1,
  };

  it('has one more member, whose share counts', () => {
    const steps = run(fit(HISTORY, { lstm }), LATER);
    expect(steps.every((step) => step.members[5]!.raw > 0 && step.members[5]!.surprisal >= 0)).toBe(true);
    expect(steps.some((step) => step.detection.members.some((m) => m.detector === 'lstm' && m.share > 0))).toBe(true);
    expect(run(fresh(), LATER.slice(0, 1))[0]!.members[5]!.raw).toBeNaN();
  });

  it('continues from its bytes', () => {
    const model = fit(HISTORY, { lstm });
    run(model, LATER.slice(0, 50));
    const again = ServiceModel.load(model.save());
    expect(run(again, LATER.slice(50), HISTORY_ROWS + 50)).toEqual(run(model, LATER.slice(50), HISTORY_ROWS + 50));
  });

  it('is left out where it was trained on other features', () => {
    const model = fit(HISTORY, { lstm: { ...lstm, features: 4 } });
    expect(run(model, LATER.slice(0, 1))[0]!.members[5]!.raw).toBeNaN();
  });
});

describe('missing and hostile rows', () => {
  it('judges a row with one feature missing, without it', () => {
    const model = fresh();
    const step = model.step(timeOf(HISTORY_ROWS), [NaN, ...LATER[0]!.slice(1)]);
    expect(step.surprisal).toBeLessThan(3);
    expect(step.detection.failedShare).toBeCloseTo(0.2, 9);
    expect(step.detection.features.find((item) => item.signalId === 'shop/f0')?.share).toBeLessThan(0.1);
  });

  it('is unknown with two of five missing, by value or by quality, and goes on afterwards', () => {
    const whole = run(fresh(), LATER.slice(0, 1));
    const model = fresh();
    const byValue = model.step(timeOf(HISTORY_ROWS), [NaN, Infinity, 1, 1, 1]);
    const quality: QualityVerdict[] = ['stale', 'ok', 'constant', 'invalid', 'ok'];
    const byQuality = model.step(timeOf(HISTORY_ROWS), LATER[0]!, quality);
    for (const step of [byValue, byQuality]) {
      expect(step.surprisal).toBeNaN();
      expect(step.why).toBe('no-data');
      expect(step.detection.verdict).toBe('UNKNOWN');
    }
    expect(run(model, LATER.slice(0, 1))).toEqual(whole);
  });

  it('restarts its windows after a gap of more than three rows', () => {
    const model = fresh();
    const after = LATER.slice(4, 12).map((row, i) => model.step(timeOf(HISTORY_ROWS + 4 + i), row));
    expect(after.map((step) => Number.isNaN(step.members[0]!.raw))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(after.every((step) => !(step.surprisal > 3))).toBe(true);
  });

  it('is unknown, not normal, when everything restarts', () => {
    const model = fit(HISTORY.slice(0, 600), { stepSeconds: 1800 });
    const step = model.step(timeOf(HISTORY_ROWS + 480), [1, 2, 3, NaN, NaN]);
    expect(step.surprisal).toBeNaN();
  });

  it.each([
    ['back in time', timeOf(0)],
    ['the same instant', timeOf(HISTORY_ROWS - 1)],
    ['no time', NaN],
  ])('refuses a row %s without changing', (_, atMs) => {
    const model = fresh();
    expect(model.step(atMs, LATER[0]!).why).toBe('invalid');
    expect(run(model, LATER.slice(0, 3))).toEqual(run(fresh(), LATER.slice(0, 3)));
  });

  it('never throws and never calls garbage normal', () => {
    const cell = fc.constantFrom<unknown>(NaN, Infinity, -Infinity, 1e308, -1e308, 0, 50, '7', 'x', undefined, null);
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 7 }), { minLength: 1, maxLength: 12 }), (rows) => {
        const model = fresh();
        rows.forEach((row, i) => {
          const step = model.step(timeOf(HISTORY_ROWS + i), row as number[]);
          const usable = Array.from({ length: 5 }, (_, j) => Number.isFinite(row[j])).filter(Boolean).length;
          expect(Number.isNaN(step.surprisal)).toBe(usable < 4);
          expect(step.surprisal < 0 || step.surprisal > 12).toBe(false);
        });
      }),
      { numRuns: 40 }
    );
  });
});

describe('fitServiceModel', () => {
  const why = (rows: readonly (readonly number[])[]): unknown => {
    const fitted = fitServiceModel(tableOf(rows), CONFIG);
    return fitted.kind === 'unknown' ? [fitted.why, fitted.have, fitted.need] : fitted.kind;
  };

  it.each([
    ['no rows', [], ['warming-up', 0, 576]],
    ['too few rows', HISTORY.slice(0, 575), ['warming-up', 575, 576]],
    ['too few features', HISTORY.map((row) => row.slice(0, 3)), ['fit-failed', 3, 4]],
    ['too few features with data', HISTORY.map((row) => [...row.slice(0, 3), NaN, NaN]), ['fit-failed', 3, 4]],
    ['constants only', HISTORY.map(() => [1, 2, 3, 4, 5]), ['constant', 0, 1]],
    ['nothing but gaps', HISTORY.map((row, i) => (i % 12 < 5 ? row : row.map(() => NaN))), ['fit-failed', 0, 4]],
  ])('says why there is no model: %s', (_, rows, expected) => {
    expect(why(rows)).toEqual(expected);
  });

  it('needs a stretch without gaps', () => {
    const broken = HISTORY.map((row, i) => (i % 24 < 14 ? row : row.map(() => NaN)));
    expect(why(broken)).toEqual(['gap', 14, 24]);
  });

  it('records where the model comes from', () => {
    expect(fit(HISTORY, { contamination: 0.005, reason: 'daily' }).info).toMatchObject({
      rows: HISTORY_ROWS,
      fromMs: timeOf(0),
      toMs: timeOf(HISTORY_ROWS - 1),
      contamination: 0.005,
      seed: 42,
      features: ['shop/f0', 'shop/f1', 'shop/f2', 'shop/f3', 'shop/f4'],
      shortHistory: false,
      reason: 'daily',
    });
    expect(fit(HISTORY.slice(0, 300).concat(HISTORY.slice(0, 300)), { stepSeconds: 1800 }).info.shortHistory).toBe(
      false
    );
  });

  it('takes constant and partly missing features along, and leaves out those without history', () => {
    const rows = ROWS.map((row, i) => [...row, 5, i % 3 === 0 ? NaN : i % 7, NaN]);
    const model = fit(rows.slice(0, HISTORY_ROWS));
    expect(model.info.features).toHaveLength(7);
    const steps = run(model, rows.slice(HISTORY_ROWS, HISTORY_ROWS + 60));
    expect(steps.every((step) => step.detection.failedShare < 0.2 && step.surprisal < 4)).toBe(true);
    const departed = model.step(timeOf(HISTORY_ROWS + 60), [...LATER[60]!, 900, 3, NaN]);
    expect(departed.detection.features[0]?.signalId).toBe('shop/f5');
  });

  it('skips rows whose time does not ascend', () => {
    const table = tableOf(HISTORY);
    table.timesMs[10] = NaN;
    table.timesMs[11] = timeOf(3);
    const fitted = fitServiceModel(table, CONFIG);
    expect(fitted.kind === 'fitted' && fitted.model.info.rows).toBe(HISTORY_ROWS - 2);
  });

  it('drops more of the history with more contamination, so that later rows look stranger', () => {
    const alerts = (contamination: number): number =>
      run(fit(HISTORY, { contamination }), LATER).filter((step) => step.surprisal >= 3).length;
    expect(alerts(0.01)).toBeGreaterThanOrEqual(alerts(0));
  });

  it('raises the documented flag on about one row in a hundred of the history', () => {
    const model = fit();
    const flags = run(model, HISTORY, HISTORY_ROWS).filter((step) => step.documentedFlag).length;
    expect(flags).toBeGreaterThan(1);
    expect(flags).toBeLessThan(25);
  });

  it('lowers levels on finer grids, which have more trials a day', () => {
    const fine = { ...tableOf(HISTORY), timesMs: Float64Array.from(HISTORY, (_, i) => timeOf(0) + 30_000 * i) };
    const coarse = { ...tableOf(HISTORY), timesMs: Float64Array.from(HISTORY, (_, i) => timeOf(0) + 300_000 * i) };
    const worst = (table: typeof fine, stepSeconds: number): number => {
      const fitted = fitServiceModel(table, { ...CONFIG, stepSeconds });
      const surprisals = Array.from({ length: 8 }, (_, i) => {
        const at = (table.timesMs.at(-1) ?? 0) + 1000 * stepSeconds * (i + 1);
        return fitted.kind === 'fitted'
          ? fitted.model.step(at, i % 2 ? [0, 900, 0, 99, 0] : [900, 0, 99, 0, 9]).surprisal
          : NaN;
      });
      return Math.max(...surprisals);
    };
    // Beyond all doubt on both: 12 is the cap.
    expect(worst(coarse, 300)).toBe(12);
    expect(worst(fine, 30)).toBeCloseTo(11, 9);
  });

  it.each([
    ['foreign', new Uint8Array(200)],
    ['empty', new Uint8Array(0)],
  ])('refuses %s bytes', (_, bytes) => {
    expect(() => ServiceModel.load(bytes)).toThrow(RangeError);
    expect(() => ServiceModel.load(saved.slice(0, 500))).toThrow(RangeError);
  });
});
