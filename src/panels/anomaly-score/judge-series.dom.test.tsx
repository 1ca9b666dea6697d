import { describe, expect, it } from 'vitest';
import { scoreSignal } from '#engine';
import type { Signal } from '#model';
import { type InputSeries, MAX_POINTS, MAX_SERIES, toInputSeries } from './input-series.ts';
import { judgeInSlices, SeriesJudge } from './judge-series.ts';

const STEP = 60;

/** A deterministic series with a daily wave, noise, a gap, a value that is none, and a jump at the end. */
function wave(length: number): { readonly timesMs: number[]; readonly values: unknown[] } {
  let seed = 7;
  const noise = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 - 0.5;
  };
  const indices = Array.from({ length }, (_, index) => index).filter((index) => index < 300 || index > 320);
  return {
    timesMs: indices.map((index) => index * STEP * 1000),
    values: indices.map((index) =>
      index === 200 ? null : 0.1 + 0.02 * Math.sin(index / 229) + 0.01 * noise() + (index > length - 20 ? 0.4 : 0)
    ),
  };
}

function input(length: number, change: Partial<InputSeries> = {}): InputSeries {
  const { timesMs, values } = wave(length);
  return {
    name: 'p99',
    service: 'payment',
    fieldUnit: 's',
    namesCounter: false,
    unit: 'seconds',
    factor: 1,
    stepSeconds: STEP,
    timesMs,
    values,
    ...change,
  };
}

function judge(series: InputSeries, detectors: 'light' | 'full') {
  const judged = new SeriesJudge(series, { detectors, harm: 'up' });
  judged.advance(Number.POSITIVE_INFINITY);
  return judged.finish();
}

describe('scores in the browser', () => {
  it.each(['light', 'full'] as const)('equal those of the engine over the whole series, %s', (tier) => {
    const series = input(1200);
    const signal: Signal = {
      id: 'payment/user-defined/p99',
      service: 'payment',
      kind: 'user-defined',
      unit: 'seconds',
      harm: 'up',
      query: '',
      series: { labels: {}, timesMs: series.timesMs, values: series.values as number[] },
    };
    const engine = scoreSignal(signal, { tier, stepSeconds: STEP }).readings;
    const browser = judge(series, tier);
    expect(browser.scores).toEqual(engine.map((reading) => (reading.kind === 'scored' ? reading.score : null)));
    const bounds = engine.flatMap((reading, index) =>
      reading.kind === 'scored' ? [[reading.expected.upper, browser.signal?.upper[index]]] : []
    );
    expect(bounds.map(([, panel]) => panel)).toEqual(bounds.map(([bound]) => bound));
    expect(browser.scores.filter((score) => score !== null && score >= 0.8).length).toBeGreaterThan(3);
    expect(browser.scores.filter((score) => score === null).length).toBeGreaterThan(60);
  });

  it('do not depend on how the work is cut', async () => {
    const series = input(700);
    const whole = judge(series, 'light');
    let clock = 0;
    const pauses: number[] = [];
    const pieces = await judgeInSlices(
      [series],
      { detectors: 'light', harm: 'up' },
      {
        sliceMs: 3,
        nowMs: () => (clock += 2),
        pause: () => Promise.resolve(void pauses.push(clock)),
        signal: new AbortController().signal,
      }
    );
    expect(pieces).toEqual([whole]);
    expect(pauses.length).toBeGreaterThan(3);
  });

  it('are the same in milliseconds as in seconds, and the band is in the unit of the field', () => {
    const seconds = judge(input(700), 'light');
    const values = wave(700).values.map((value) => (typeof value === 'number' ? value * 1000 : value));
    const milliseconds = judge(input(700, { values, fieldUnit: 'ms', factor: 1e-3 }), 'light');
    seconds.scores.forEach((score, index) => {
      const other = milliseconds.scores[index] ?? null;
      expect(other === null ? null : other.toFixed(9)).toBe(score === null ? null : score.toFixed(9));
    });
    expect(milliseconds.signal?.upper.at(-1)).toBeCloseTo(1000 * (seconds.signal?.upper.at(-1) ?? 0), 6);
  });

  it('of a growing counter are those of its rate, which is also shown', () => {
    const counted = (index: number) => 30 * index + Math.round(7 * Math.sin(index * index));
    const values = wave(700).timesMs.map((atMs) => counted(atMs / 60_000));
    const counter = input(700, { values, unit: 'dimensionless', fieldUnit: 'short', namesCounter: true });
    const rate = judge(counter, 'light');
    expect(rate.signal?.unit).toBe('cps');
    expect(rate.signal?.values.slice(0, 1)).toEqual([null]);
    expect(rate.signal?.values[5]).toBeCloseTo((counted(5) - counted(4)) / STEP, 9);
    const asItIs = new SeriesJudge(counter, { detectors: 'light', harm: 'up', values: 'gauge' });
    asItIs.advance(Number.POSITIVE_INFINITY);
    expect(asItIs.finish().signal).toMatchObject({ unit: 'short', values });
  });

  it('name why a point has none, and give a sentence for the peak of a stretch', () => {
    const judged = judge(input(1200), 'light');
    expect(judged.codes?.[200]).toBe('invalid');
    expect(judged.codes?.[10]).toBe('warming-up');
    expect([...(judged.reasons ?? [])].length).toBeGreaterThan(0);
    expect([...(judged.reasons ?? new Map<number, string>()).values()][0]).toMatch(/Value .+/);
  });

  it('stop when nobody waits for them any more', async () => {
    const controller = new AbortController();
    const result = judgeInSlices(
      [input(700), input(700)],
      { detectors: 'light', harm: 'up' },
      {
        sliceMs: 0,
        nowMs: () => 0,
        pause: () => Promise.resolve(controller.abort()),
        signal: controller.signal,
      }
    );
    await expect(result).resolves.toBeUndefined();
  });
});

describe('series of any data source', () => {
  const field = (type: string, values: readonly unknown[], config: object = {}, labels?: Record<string, string>) =>
    ({ name: type === 'time' ? 'Time' : 'Value', type, values, config, labels }) as never;
  const frame = (values: readonly unknown[], config: object = {}, labels?: Record<string, string>) =>
    ({
      length: values.length,
      fields: [
        field(
          'time',
          values.map((_, index) => index * 15_000)
        ),
        field('number', values, config, labels),
      ],
    }) as never;

  it('bring their step, their unit and their service along', () => {
    const { series, notes } = toInputSeries([frame([1, 2, 3], { unit: 'ms' }, { service_name: 'payment' })]);
    expect(series[0]).toMatchObject({ stepSeconds: 15, unit: 'seconds', factor: 1e-3, service: 'payment' });
    expect(notes).toEqual([]);
  });

  it.each([
    ['http_requests_total', true],
    ['http_request_duration_seconds_count', true],
    ['pg_stat_activity_count', false],
    ['', false],
  ])('called %s are counters: %s', (name, expected) => {
    expect(toInputSeries([frame([1, 2], {}, { __name__: name })]).series[0]?.namesCounter).toBe(expected);
  });

  it.each([
    ['percentunit', [0.2, 0.9], 'ratio'],
    ['percentunit', [0.2, 3.5], 'dimensionless'],
    ['percent', [20, 100], 'ratio'],
    ['percent', [20, 250], 'dimensionless'],
    ['constructor', [1, 2], 'dimensionless'],
    [undefined, [1, 2], 'dimensionless'],
  ])('of unit %s with values %j count as %s', (unit, values, expected) => {
    expect(toInputSeries([frame(values, unit === undefined ? {} : { unit })]).series[0]?.unit).toBe(expected);
  });

  it('are capped, and that is said', () => {
    const many = Array.from({ length: MAX_SERIES + 3 }, () => frame([1, 2]));
    expect(toInputSeries(many).series).toHaveLength(MAX_SERIES);
    expect(toInputSeries(many).notes.join()).toContain(`Only the first ${MAX_SERIES} of ${MAX_SERIES + 3}`);
    const long = toInputSeries([frame(Array.from({ length: MAX_POINTS + 10 }, (_, index) => index))]);
    expect(long.series[0]?.values.at(-1)).toBe(MAX_POINTS + 9);
    expect(long.series[0]?.values).toHaveLength(MAX_POINTS);
    expect(long.notes.join()).toContain(`Only the newest ${MAX_POINTS}`);
  });

  it('do not include the bounds that a band query gives beside its value', () => {
    const beside = { ...(field('number', [1, 2], {}, { signal: 'a/cpu' }) as object), name: 'upper' };
    const time = field('time', [0, 15_000]);
    expect(toInputSeries([{ length: 2, fields: [time, beside] } as never]).series).toEqual([]);
  });

  it('are none in tables, text and single points', () => {
    const table = { length: 1, fields: [field('number', [1])] } as never;
    expect(toInputSeries([table, frame([1])]).series).toEqual([]);
  });

  it.each([[[Number.NaN, Number.POSITIVE_INFINITY, 1e308, 'x', null]], [[]], [[{}, [], undefined, true]]])(
    'survive hostile values %#',
    (values) => {
      const long = Array.from({ length: 200 }, (_, index) => (values as unknown[])[index % Math.max(1, values.length)]);
      for (const series of toInputSeries([frame(long)]).series) {
        expect(judge(series, 'full').scores.every((score) => score === null || (score >= 0 && score <= 1))).toBe(true);
      }
    }
  );
});
