import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tsdb } from '../tsdb/tsdb.ts';
import type { PromqlEngine } from './engine.ts';
import { createPromqlEngine } from './engine.ts';
import { PromqlError } from './errors.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;

function engineWith(rows: Readonly<Record<string, readonly number[]>>): PromqlEngine {
  const tsdb = new Tsdb();
  const handles = Object.keys(rows).map((job) => tsdb.register({ name: 'm', type: 'counter', labels: { job } }));
  const length = Math.max(...Object.values(rows).map((row) => row.length));
  for (let index = 0; index < length; index++) {
    const readings = Float64Array.from(Object.values(rows), (row) => row[index] ?? Number.NaN);
    expect(readings).toHaveLength(handles.length);
    tsdb.scrape(START + index * STEP, readings);
  }
  return createPromqlEngine(tsdb);
}

function valueAt(engine: PromqlEngine, query: string, atMs: number): number | undefined {
  const result = engine.instant(query, atMs);
  if (result.type === 'scalar') {
    return result.point[1];
  }
  return result.type === 'vector' ? result.samples[0]?.point[1] : undefined;
}

function outcomeOf(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return error instanceof PromqlError ? error.errorType : String(error);
  }
}

describe('createPromqlEngine', () => {
  it.each([
    ['m', START + 60_000, 40],
    ['m', START + 60_000 + 299_999, 40],
    ['m', START + 60_000 + 300_001, undefined],
    ['rate(m[1m])', START + 60_000, 10 / 15],
    ['increase(m[1m])', START + 60_000, 40],
    ['delta(m[30s])', START + 60_000, 20],
    ['avg_over_time(m[1m])', START + 60_000, 20],
    ['rate(m[15s])', START + 65_000, undefined],
    ['max_over_time(rate(m[1m])[2m:15s])', START + 60_000, 11 / 18],
    ['-1 ^ 2', START, -1],
    ['absent(nothing)', START, 1],
  ])('%s at %d', (query, atMs, expected) => {
    const value = valueAt(engineWith({ a: [0, 10, 20, 30, 40] }), query, atMs);
    expect(value === undefined ? undefined : Number(value.toFixed(12))).toBe(
      expected === undefined ? undefined : Number(expected.toFixed(12))
    );
  });

  it('ends a series at its stale marker and counts a reset once', () => {
    const engine = engineWith({ a: [100, 110, Number.NaN, Number.NaN], b: [50, 5, 9, 12] });
    expect(valueAt(engine, 'm{job="a"}', START + 2 * STEP)).toBeUndefined();
    expect(valueAt(engine, 'resets(m{job="b"}[1m])', START + 3 * STEP)).toBe(1);
    expect(valueAt(engine, 'm{job="a"}', START + STEP)).toBe(110);
  });

  it('gives an instant result at the last step of a range', () => {
    const history = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 60 });
    const query = fc.constantFrom(
      'rate(m[1m])',
      'sum(m)',
      'm > 10',
      'max_over_time(m[2m])',
      'sum by (job) (increase(m[45s]))'
    );
    fc.assert(
      fc.property(history, history, query, (a, b, text) => {
        const engine = engineWith({ a, b });
        const endMs = START + (Math.max(a.length, b.length) - 1) * STEP;
        const ranged = engine.range(text, START, endMs, STEP);
        const instant = engine.instant(text, endMs);
        const last =
          ranged.type === 'matrix' ? ranged.series.map(({ labels, points }) => [labels.key, points.at(-1)]) : [];
        const now = instant.type === 'vector' ? instant.samples.map(({ labels, point }) => [labels.key, point]) : [];
        expect(now.sort()).toEqual(last.filter(([, point]) => Array.isArray(point) && point[0] === endMs).sort());
      })
    );
  });

  it('adds up to the same total however it is grouped', () => {
    const row = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        row,
        (jobs, values) => {
          const engine = engineWith(Object.fromEntries(jobs.map((job) => [job, values])));
          const at = START + 4 * STEP;
          expect(valueAt(engine, 'sum(sum by (job) (m))', at)).toBe(valueAt(engine, 'sum(m)', at));
          expect(valueAt(engine, 'count(m)', at)).toBe(jobs.length);
        }
      )
    );
  });

  it('never answers garbage with anything but a refusal', () => {
    const engine = engineWith({ a: [1] });
    const token = fc.constantFrom(
      'm',
      '(',
      ')',
      '[5m]',
      '{',
      '}',
      '"x"',
      'sum',
      'by',
      '+',
      '-',
      'offset',
      '5m',
      'and',
      '@',
      '1',
      ',',
      'rate',
      '=~'
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        expect(outcomeOf(() => engine.instant(tokens.join(' '), START).type)).toMatch(
          /^(vector|scalar|string|matrix|bad_data|execution)$/
        );
      }),
      { numRuns: 500 }
    );
  });

  it('refuses a query that would fill the memory', () => {
    const engine = engineWith({ a: [1, 2], b: [1, 2] });
    expect(() => engine.instant('count_over_time(m[20y:1s])', START)).toThrow(/too many samples/);
  });
});
