import { describe, expect, it } from 'vitest';
import type { SignalKind } from '#model';
import { busySeries } from '../../testing/detection-laws.ts';
import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import { qualityChecks } from '../quality-checks.ts';
import { SeriesModel } from './series-model.ts';
import type { SeriesConfig } from './series-config.ts';

const STEP_MS = 300_000;
const HISTORY = 400;

function trained(more: Partial<SeriesConfig> = {}, values: readonly number[] = busySeries(HISTORY, 1)): SeriesModel {
  const model = new SeriesModel({ stepSeconds: 300, tier: 'light', ...more });
  values.forEach((value, i) => model.step(i * STEP_MS, value));
  return model;
}

describe('each defect has its name', () => {
  it.each<[string, unknown]>([
    ['NaN', NaN],
    ['an infinity', Infinity],
    ['a word', 'NaN'],
    ['an empty string', ''],
    ['a number with something after it', '12ms'],
    ['nothing', null],
    ['a list', [1]],
  ])('invalid: %s', (_, value) => {
    expect(trained().step(HISTORY * STEP_MS, value)).toMatchObject({ quality: 'invalid', why: 'invalid' });
  });

  it('a decimal string is a number', () => {
    const [left, right] = [trained(), trained()];
    const point = left.step(HISTORY * STEP_MS, '51.5').surprisal;
    expect(point).toBe(right.step(HISTORY * STEP_MS, 51.5).surprisal);
    expect(point).not.toBeNaN();
  });

  it('out of order, duplicate', () => {
    const model = trained();
    expect(model.step((HISTORY - 3) * STEP_MS, 50)).toMatchObject({ quality: 'out-of-order' });
    expect(model.step((HISTORY - 1) * STEP_MS + 1000, 50)).toMatchObject({ quality: 'duplicate', surprisal: NaN });
    expect(model.step(HISTORY * STEP_MS, 50).quality).toBe('ok');
    expect(model.quality()).toMatchObject({ counts: { duplicate: 1, 'out-of-order': 1 } });
  });

  it.each<[SeriesConfig['unit'], SignalKind | undefined, number]>([
    ['ratio', 'error-ratio', 1.2],
    ['ratio', undefined, -0.1],
    ['seconds', 'latency', 60],
    ['seconds', 'latency', 61],
    ['seconds', 'queue-lag', -1],
    ['per-second', 'request-rate', -5],
    ['bytes', 'memory', -1],
    ['dimensionless', undefined, 1e31],
  ])('out of range: %s of %s at %d', (unit, kind, value) => {
    const model = new SeriesModel({ stepSeconds: 300, tier: 'light', unit, kind });
    expect(model.step(0, value)).toMatchObject({ quality: 'out-of-range', why: 'out-of-range', surprisal: NaN });
  });

  it('up to three empty steps are only unknown themselves; more restart the reading', () => {
    expect(trained().step((HISTORY + 3) * STEP_MS, 50).surprisal).not.toBeNaN();
    const model = trained();
    const later = Array.from({ length: 8 }, (_, i) => model.step((HISTORY + 5 + i) * STEP_MS, 50).why);
    expect(later).toEqual(['gap', 'gap', 'gap', 'gap', 'gap', undefined, undefined, undefined]);
  });

  it('more than a day resets the recent past, more than 28 days everything', () => {
    const model = trained();
    for (let i = 0; i < 12; i += 1) {
      expect(model.step((HISTORY + 300 + i) * STEP_MS, 50)).toMatchObject({ why: 'gap' });
    }
    expect(model.step((HISTORY + 312) * STEP_MS, 50).surprisal).not.toBeNaN();
    const later = HISTORY + 31 * 288;
    for (let i = 0; i < 13; i += 1) {
      model.step((later + i) * STEP_MS, 50);
    }
    expect(model.step((later + 13) * STEP_MS, 50)).toMatchObject({ why: 'warming-up', have: 14 });
  });

  it('stale: a busy rate that stands still, but not one that rests at zero', () => {
    const stuck = trained({ kind: 'request-rate', unit: 'per-second' });
    const seen = Array.from({ length: 40 }, (_, i) => stuck.step((HISTORY + i) * STEP_MS, 49).quality);
    expect(seen[10]).toBe('ok');
    expect(seen[39]).toBe('stale');
    expect(stuck.step((HISTORY + 40) * STEP_MS, 48).quality).toBe('ok');
    const idle = trained({ kind: 'request-rate', unit: 'per-second' });
    const resting = Array.from({ length: 40 }, (_, i) => idle.step((HISTORY + i) * STEP_MS, 0).quality);
    expect(resting).not.toContain('stale');
  });

  it('a counter is judged by its rate; its reset is unknown and never alarms', () => {
    let total = 0;
    const counts = busySeries(HISTORY, 7).map((rate) => (total += 300 * rate));
    const model = trained({ counter: true }, counts);
    expect(model.step(HISTORY * STEP_MS, 1000)).toMatchObject({ quality: 'counter-reset', surprisal: NaN });
    const after = [2, 3, 4, 5].map((i) => model.step((HISTORY + i - 1) * STEP_MS, 1000 + (i - 1) * 300 * 50));
    expect(after.map(({ value }) => value)).toEqual([50, 50, 50, 50]);
    expect(Math.max(...after.map(({ surprisal }) => surprisal))).toBeLessThan(3);
  });

  it('constant: the first departure is 4, not 12; a constant itself is 0', () => {
    const model = trained({}, new Array<number>(HISTORY).fill(7));
    expect(model.step(HISTORY * STEP_MS, 7)).toMatchObject({ quality: 'constant', surprisal: 0 });
    expect(model.step((HISTORY + 1) * STEP_MS, 9)).toMatchObject({ quality: 'constant', surprisal: 4 });
    expect(model.explain()?.sentence).toContain('first change');
    expect(model.step((HISTORY + 2) * STEP_MS, 11).surprisal).toBeLessThanOrEqual(4);
    expect(model.step((HISTORY + 3) * STEP_MS, 7).surprisal).toBe(0);
    const busy = busySeries(40, 3).map((value, i) => model.step((HISTORY + 4 + i) * STEP_MS, value).quality);
    expect(busy[39]).toBe('ok');
  });

  it('sparse: more than 80 % zeros', () => {
    const model = trained(
      {},
      busySeries(700, 2).map((value, i) => (i % 9 === 0 ? value : 0))
    );
    expect(model.quality().counts.sparse).toBeGreaterThan(0);
  });

  it('a clean profile stays calm on both days of a change of the clock', () => {
    const change = 20 * 86_400_000;
    const utcOffsetSeconds = (atMs: number): number => (atMs < change ? 3600 : 7200);
    const model = new SeriesModel({ stepSeconds: 300, tier: 'light', detectors: ['seasonal'], utcOffsetSeconds });
    const random = xorshift32(4);
    let worst = 0;
    for (let i = 0; i < 23 * 288; i += 1) {
      const atMs = i * STEP_MS;
      const local = atMs + 1000 * utcOffsetSeconds(atMs);
      const noise = 0.5 * gaussian(random);
      const { surprisal } = model.step(atMs, 50 + 10 * Math.sin((2 * Math.PI * local) / 86_400_000) + noise);
      worst = atMs > change - 86_400_000 ? Math.max(worst, surprisal) : 0;
    }
    expect(worst).toBeLessThan(3.5);
  });
});

it('quality checks count the named expectations', () => {
  const model = trained({ unit: 'ratio', kind: 'error-ratio' }, [0.1, 0.2, 3, NaN, 0.1]);
  model.step(4 * STEP_MS, 0.1);
  model.step(STEP_MS, 0.1);
  const signal = { id: 'a/error-ratio', service: 'a', kind: 'error-ratio', unit: 'ratio' } as const;
  expect(qualityChecks(signal, model.quality())).toEqual([
    { name: 'a/error-ratio: values between 0 and 1.05', service: 'a', checked: 7, failures: 1, lastFailureMs: 600_000 },
    { name: 'a/error-ratio: values not null', service: 'a', checked: 7, failures: 1, lastFailureMs: 900_000 },
    { name: 'a/error-ratio: times unique', service: 'a', checked: 7, failures: 1, lastFailureMs: 1_200_000 },
    { name: 'a/error-ratio: times increasing', service: 'a', checked: 7, failures: 1, lastFailureMs: 300_000 },
  ]);
});
