import fc from 'fast-check';
import type { LogLine } from '#model';
import { describe, expect, it } from 'vitest';
import { queryLines, queryMetric } from './evaluate.ts';
import { LogStore } from './log-store.ts';
import { parseLogql } from './parse.ts';

const START = 1_700_000_000_000;

function storeOf(lines: readonly LogLine[]): LogStore {
  const store = new LogStore();
  store.push(lines);
  return store;
}

function read(store: LogStore, query: string, limit = 1000): { labels: Record<string, string>; line: string }[] {
  const parsed = parseLogql(query);
  if (parsed.type !== 'lines') {
    throw new Error('not a log query');
  }
  const limits = { fromMs: START, toMs: START + 1_000_000, limit, newestFirst: true };
  return queryLines(store, parsed.selector, limits).flatMap(({ labels, entries }) =>
    entries.map(({ line }) => ({ labels: Object.fromEntries(labels.pairs), line }))
  );
}

function countOf(store: LogStore, query: string, atMs: number): number {
  const parsed = parseLogql(query);
  if (parsed.type !== 'metric') {
    throw new Error('not a metric query');
  }
  const series = queryMetric(store, parsed, { startMs: atMs, stepMs: 1, count: 1 });
  return series.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
}

const stream = { service_name: 'a', level: 'info' };

describe('log queries', () => {
  it('takes late lines in order of time', () => {
    const store = storeOf([3, 1, 2, 1].map((at) => ({ atMs: START + at, labels: stream, line: String(at) })));
    expect(read(store, '{service_name="a"}').map(({ line }) => line)).toEqual(['3', '2', '1', '1']);
  });

  it.each([
    ['{"a":1.50,"b":{"c d":true},"e":[1],"f":null}', { a: '1.50', b_c_d: 'true' }],
    ['{"service_name":"x","1x":"y"}', { service_name_extracted: 'x', _1x: 'y' }],
    ['[1]', { __error__: 'JSONParserErr' }],
    ['no json', { __error__: 'JSONParserErr' }],
    ['{"__proto__":"p","constructor":"c"}', { constructor: 'c' }],
  ])('extracts labels of %s', (line, expected) => {
    const [found] = read(storeOf([{ atMs: START, labels: stream, line }]), '{service_name="a"} | json');
    expect(found?.labels).toMatchObject({ ...stream, ...expected });
  });

  it('groups by as many labels as are named', () => {
    const lines = ['x', 'y'].map((pod) => ({ atMs: START, labels: { ...stream, pod }, line: '' }));
    const query = parseLogql('sum by (pod, level, service_name) (count_over_time({service_name="a"}[1m]))');
    if (query.type !== 'metric') {
      throw new Error('not a metric query');
    }
    const series = queryMetric(storeOf(lines), query, { startMs: START + 1, stepMs: 1, count: 1 });
    expect(series.map(({ labels }) => Object.fromEntries(labels.pairs))).toEqual(
      ['x', 'y'].map((pod) => ({ ...stream, pod }))
    );
  });

  it('counts every line once, whatever the window', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 100 }),
        fc.integer({ min: 1, max: 300 }),
        (times, seconds) => {
          const store = storeOf(
            times.map((at, index) => ({ atMs: START + at, labels: { ...stream, pod: String(index % 3) }, line: 'x' }))
          );
          const endMs = START + 600_000;
          const expected = times.filter((at) => at > 600_000 - seconds * 1000).length;
          expect(countOf(store, `count_over_time({service_name="a"}[${seconds}s])`, endMs)).toBe(expected);
          expect(countOf(store, `sum by (pod) (count_over_time({service_name="a"}[${seconds}s]))`, endMs)).toBe(
            expected
          );
        }
      )
    );
  });

  it('never passes hostile lines on as an exception', () => {
    const query = '{service_name="a"} | json | logfmt | x > 1 or y = "z"';
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(read(storeOf([{ atMs: START, labels: stream, line }]), query).length).toBeLessThanOrEqual(1);
      })
    );
  });
});
