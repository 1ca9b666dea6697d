import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMatcher } from '../matcher.ts';
import { CHUNK_SIZE } from './chunk.ts';
import { Tsdb } from './tsdb.ts';

const START = 1_700_000_000_000;

function samplesOf(
  tsdb: Tsdb,
  handle: number,
  fromMs = 0,
  toMs = Number.MAX_SAFE_INTEGER
): [number, number | 'stale'][] {
  const { times, values, stale } = tsdb.read(handle, fromMs, toMs);
  return Array.from(times, (time, index) => [time, stale?.[index] === 1 ? 'stale' : (values[index] as number)]);
}

describe('Tsdb', () => {
  it('gives the same handle for the same labels in any order', () => {
    const tsdb = new Tsdb();
    const first = tsdb.register({ name: 'm', type: 'gauge', labels: { a: '1', b: '2' } });
    expect(tsdb.register({ name: 'm', type: 'gauge', labels: { b: '2', a: '1', c: '' } })).toBe(first);
    expect(tsdb.register({ name: 'm', type: 'gauge', labels: { a: '12' } })).not.toBe(first);
  });

  it.each([
    ['metric name', 'bad name', {}],
    ['label name', 'm', { 'a-b': '1' }],
    ['reserved label', 'm', { __name__: 'x' }],
  ])('refuses a bad %s', (_what, name, labels) => {
    expect(() => new Tsdb().register({ name, type: 'gauge', labels })).toThrow(/invalid/);
  });

  it('writes one stale marker when a series disappears', () => {
    const tsdb = new Tsdb();
    const handle = tsdb.register({ name: 'm', type: 'gauge', labels: {} });
    [1, Number.NaN, Number.NaN, 4].forEach((value, index) => {
      tsdb.scrape(START + index * 15_000, Float64Array.of(value));
    });
    expect(samplesOf(tsdb, handle)).toEqual([
      [START, 1],
      [START + 15_000, 'stale'],
      [START + 45_000, 4],
    ]);
  });

  it('takes a short reading as missing series', () => {
    const tsdb = new Tsdb();
    const handle = tsdb.register({ name: 'm', type: 'gauge', labels: {} });
    tsdb.scrape(START, Float64Array.of(7));
    tsdb.scrape(START + 1, new Float64Array(0));
    expect(samplesOf(tsdb, handle).at(-1)).toEqual([START + 1, 'stale']);
  });

  it('refuses time that does not rise', () => {
    const tsdb = new Tsdb();
    tsdb.scrape(START, new Float64Array(0));
    expect(() => tsdb.scrape(START, new Float64Array(0))).toThrow(/rising order/);
  });

  it('keeps a NaN that was reported apart from markers', () => {
    const tsdb = new Tsdb();
    const handle = tsdb.register({ name: 'm', type: 'gauge', labels: {} });
    tsdb.append(START, new Map([[handle, Number.NaN]]));
    tsdb.append(START + 1, new Map([[handle, 'stale' as const]]));
    expect(samplesOf(tsdb, handle)).toEqual([
      [START, Number.NaN],
      [START + 1, 'stale'],
    ]);
  });

  it('forgets chunks and series that are older than the retention', () => {
    const tsdb = new Tsdb({ retentionSeconds: 600 });
    const old = tsdb.register({ name: 'm', type: 'gauge', labels: { pod: 'old' } });
    const live = tsdb.register({ name: 'm', type: 'gauge', labels: { pod: 'live' } });
    for (let index = 0; index < 4 * CHUNK_SIZE; index++) {
      tsdb.scrape(START + index * 15_000, Float64Array.of(index === 0 ? 1 : Number.NaN, index));
    }
    expect(tsdb.select([toMatcher('__name__', '=', 'm')]).map(({ handle }) => handle)).toEqual([live]);
    expect(samplesOf(tsdb, old)).toEqual([]);
    const kept = samplesOf(tsdb, live);
    expect(kept.length).toBeLessThanOrEqual(2 * CHUNK_SIZE);
    expect(kept.at(-1)?.[1]).toBe(4 * CHUNK_SIZE - 1);
  });

  it('registers a series late without touching the others', () => {
    const tsdb = new Tsdb();
    const first = tsdb.register({ name: 'm', type: 'gauge', labels: { i: '0' } });
    for (let index = 0; index < CHUNK_SIZE + 3; index++) {
      tsdb.scrape(START + index, Float64Array.of(index));
    }
    const late = tsdb.register({ name: 'm', type: 'gauge', labels: { i: '1' } });
    tsdb.scrape(START + CHUNK_SIZE + 3, Float64Array.of(0, 42));
    expect(samplesOf(tsdb, late)).toEqual([[START + CHUNK_SIZE + 3, 42]]);
    expect(samplesOf(tsdb, first)).toHaveLength(CHUNK_SIZE + 4);
  });

  it('reads back what was written, whatever the values and the range', () => {
    const reading = fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer({ min: -1000, max: 1_000_000 }),
      fc.constant(3),
      fc.constant(Number.NaN)
    );
    const run = fc.array(reading, { minLength: 1, maxLength: 3 * CHUNK_SIZE });
    fc.assert(
      fc.property(run, fc.nat(900), fc.nat(900), (values, from, length) => {
        const tsdb = new Tsdb();
        const handle = tsdb.register({ name: 'm', type: 'gauge', labels: {} });
        values.forEach((value, index) => {
          tsdb.scrape(START + index, Float64Array.of(value));
        });
        const expected = values
          .map((value, index) => [START + index, value] as const)
          .filter(([at, value]) => !Number.isNaN(value) && at >= START + from && at <= START + from + length);
        const got = samplesOf(tsdb, handle, START + from, START + from + length).filter(
          ([, value]) => value !== 'stale'
        );
        expect(got.map(([at, value]) => [at, Number(value) + 0])).toEqual(
          expected.map(([at, value]) => [at, value + 0])
        );
      })
    );
  });
});

describe('select', () => {
  const tsdb = new Tsdb();
  for (const [name, job] of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
    ['b', ''],
  ] as const) {
    tsdb.register({ name, type: 'gauge', labels: { job } });
  }
  tsdb.scrape(START, Float64Array.of(1, 2, 3, 4));

  it.each([
    [[toMatcher('__name__', '=', 'a')], ['a/x', 'a/y']],
    [[toMatcher('job', '!=', 'x')], ['b/', 'a/y']],
    [[toMatcher('job', '=', '')], ['b/']],
    [
      [toMatcher('job', '=~', 'x|y'), toMatcher('__name__', '!~', 'b.*')],
      ['a/x', 'a/y'],
    ],
    [
      [toMatcher('job', '=~', '.*'), toMatcher('__name__', '=', 'b')],
      ['b/', 'b/x'],
    ],
    [[toMatcher('none', '=', 'z')], []],
  ])('finds by matchers %#', (matchers, expected) => {
    const found = tsdb.select(matchers).map(({ labels }) => {
      const record = Object.fromEntries(labels.pairs);
      return `${record['__name__']}/${record['job'] ?? ''}`;
    });
    expect(found.sort()).toEqual(expected.sort());
  });
});
