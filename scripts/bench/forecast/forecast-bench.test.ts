import { describe, expect, it } from 'vitest';
import { parseForecastArguments } from './arguments.ts';
import { evaluateSeries, MODEL_IDS } from './evaluate-series.ts';
import { RememberingForecaster } from './remembering-forecaster.ts';
import { FIRST_TICK, generateWindow, LIMIT } from './saturation-windows.ts';
import { summariseModels, summariseWindows } from './summary.ts';
import type { WindowOutcome } from './tasks.ts';

const flat = {
  forecast: (values: Float64Array, _: number, horizon: number) => new Float64Array(horizon).fill(values.at(-1) ?? 0),
};

describe('the arguments', () => {
  it('are read, with defaults', () => {
    expect(parseForecastArguments(['--data', 'd', '--json'])).toEqual({
      data: 'd', json: true, write: false, seed: 7, workers: undefined,
    }); // prettier-ignore
  });

  it.each([[[]], [['--data', 'd', '--seed', 'x']], [['--data', 'd', '--workers', '0']], [['--unknown']]])(
    'of %j are refused with the usage',
    (argv) => {
      expect(() => parseForecastArguments(argv)).toThrow(/npm run bench:forecast/);
    }
  );
});

describe('the windows', () => {
  it.each([
    ['easy', 'ramp'],
    ['easy', 'flat'],
    ['hard', 'ramp'],
    ['hard', 'stopping'],
    ['hard', 'flat'],
  ] as const)('of the %s set reach the limit only where the %s does', (difficulty, kind) => {
    for (let index = 0; index < 20; index += 1) {
      const { values, start, crossing, end } = generateWindow(7, difficulty, kind, index);
      const seen = values.subarray(FIRST_TICK, end);
      expect(seen.every((value) => value < LIMIT)).toBe(true);
      expect(crossing).toBe(kind === 'ramp' ? end : -1);
      expect((values[end] ?? 0) >= LIMIT || kind !== 'ramp').toBe(true);
      expect(start).toBeGreaterThan(FIRST_TICK);
    }
  });

  it('are the same for the same seed and others for another', () => {
    const [one, two, other] = [7, 7, 8].map((seed) => generateWindow(seed, 'hard', 'flat', 3).values);
    expect(two).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

describe('the evaluation', () => {
  it('scales errors by the average step, so that the last value of a staircase is off by its steps', () => {
    const values = Float64Array.from({ length: 2300 }, (_, i) => i % 2);
    const results = evaluateSeries({ name: 's', values }, flat);
    expect(new Set(results.map(({ model }) => model))).toEqual(new Set(MODEL_IDS));
    const lastValue = results.filter(({ model }) => model === 'lastValue');
    expect(lastValue).toHaveLength(6);
    expect(lastValue[0]?.scaledErrors).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect(lastValue.map(({ covered }) => covered !== undefined)).toEqual([true, false, false, true, false, false]);
    expect(evaluateSeries({ name: 's', values: new Float64Array(2300) }, flat)).toEqual([]);
  });

  it('fits the same history once', () => {
    let fits = 0;
    const counting = { forecast: (...args: Parameters<typeof flat.forecast>) => ((fits += 1), flat.forecast(...args)) };
    const remembering = new RememberingForecaster(counting);
    const values = Float64Array.of(1, 2, 3);
    expect(remembering.forecast(values, 2, 1)).toEqual(remembering.forecast(values.slice(), 2, 1));
    remembering.forecast(Float64Array.of(1, 3, 3), 2, 1);
    expect(fits).toBe(2);
  });
});

describe('the figures', () => {
  it('count hits, early warnings and false ones', () => {
    const outcome = (window: WindowOutcome['window'], what: WindowOutcome['outcome'], leadMinutes = Number.NaN): WindowOutcome => ({
      difficulty: 'hard', window, outcome: what, leadMinutes,
    }); // prettier-ignore
    const outcomes = [
      outcome('ramp', 'warned', 30),
      outcome('ramp', 'warned', 50),
      outcome('ramp', 'early', 90),
      outcome('ramp', 'silent'),
      outcome('stopping', 'warned'),
      outcome('flat', 'silent'),
    ];
    expect(summariseWindows(outcomes, 'hard')).toEqual({
      ramps: 4, healthy: 2, recall: 0.5, falseWarnings: 1, medianLeadMinutes: 50, p10LeadMinutes: 30, earlyWarnings: 1,
      flat: { windows: 1, falseWarnings: 0 }, stopping: { windows: 1, falseWarnings: 1 },
    }); // prettier-ignore
  });

  it('take coverage only from origins with a band', () => {
    const result = {
      model: 'median',
      scaledErrors: Array.from({ length: 12 }, (_, i) => i),
      ms: 2,
      failed: false,
    } as const;
    const figures = summariseModels([
      { ...result, covered: 6 },
      { ...result, covered: undefined },
    ]);
    expect(figures.median).toEqual({
      scaledMaeMean: 5.5, scaledMaeMedian: 5.5, scaledErrorMedian30m: 5, scaledErrorMedian60m: 11,
      coverage95: 0.5, meanMs: 2, failures: 0,
    }); // prettier-ignore
    expect(figures.mstl.coverage95).toBeNull();
  });
});
