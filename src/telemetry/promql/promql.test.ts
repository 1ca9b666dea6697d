import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listQueries } from '../signals/list-queries.ts';
import { readsCounter } from './counter.ts';
import { escapeRegExp, labelName, metricName, quote } from './escape.ts';
import { duration, histogramQuantile, rateWindowSeconds, share, sumBy } from './expressions.ts';
import { errorRatio, latencyQuantile, requestRate } from './red.ts';
import { selector, type Matcher } from './selector.ts';

function parses(expr: string): boolean {
  let fine = true;
  parser.parse(expr).iterate({
    enter: (node) => {
      fine &&= !node.type.isError;
    },
  });
  return fine;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('"', '\\', '\n', '"} or vector(1) #', '\u2028', '\ud800', '`', '.*|x')
);

describe('quote', () => {
  it.each([
    ['plain', '"plain"'],
    ['a"b\\c', String.raw`"a\"b\\c"`],
    ['a\nb\u0000', String.raw`"a\u000ab\u0000"`],
    ['\ud800', String.raw`"\ufffd"`],
    ['zażółć 🚀', '"zażółć 🚀"'],
  ])('writes %j', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  it('is undone by reading the escapes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(quote(text))).toBe(text.replace(/\p{Cs}/gu, '\ufffd'));
      })
    );
  });
});

describe('names', () => {
  it.each(['', '1a', 'a-b', 'a"b', 'a{', 'ą', 'a b'])('refuses %j', (name) => {
    expect(() => labelName(name)).toThrow(RangeError);
    expect(() => metricName(name)).toThrow(RangeError);
  });

  it('lets only metrics have colons', () => {
    expect(metricName('job:up:sum')).toBe('job:up:sum');
    expect(() => labelName('a:b')).toThrow(RangeError);
  });
});

describe('builders', () => {
  it('escape values in matchers', () => {
    expect(selector('up', [{ label: 'job', equals: 'a"b' }])).toBe(String.raw`up{job="a\"b"}`);
    expect(selector('up', [{ label: 'job', oneOf: ['a.b', 'c|d'] }])).toBe(String.raw`up{job=~"a\\.b|c\\|d"}`);
    expect(selector('up')).toBe('up');
  });

  it.each([0, 1.5, -1, Number.NaN, Infinity])('refuse a duration of %d s', (seconds) => {
    expect(() => duration(seconds)).toThrow(RangeError);
  });

  it.each([
    [15, 15, 60],
    [60, 15, 75],
    [1, 0.3, 2],
  ])('take for a step of %d s and a scrape of %d s a range of %d s', (step, scrape, range) => {
    expect(rateWindowSeconds(step, scrape)).toBe(range);
  });

  it('always give PromQL that parses, whatever the label values', () => {
    const matcher: fc.Arbitrary<Matcher> = fc.oneof(
      fc.record({ label: fc.constant('a'), equals: anyText }),
      fc.record({ label: fc.constant('b'), notEquals: anyText }),
      fc.record({ label: fc.constant('c'), oneOf: fc.array(anyText) })
    );
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 3 }), fc.integer({ min: 1, max: 1e6 }), (matchers, windowSeconds) => {
        const family = {
          requests: 'requests_total',
          failures: { matchers },
          durations: 'latency_seconds',
          matchers,
          by: ['service'],
          windowSeconds,
        };
        expect(parses(requestRate(family))).toBe(true);
        expect(parses(errorRatio(family))).toBe(true);
        expect(parses(latencyQuantile(family, 0.99))).toBe(true);
      })
    );
  });

  it('give for any namespace as many queries, all of which parse', () => {
    const count = listQueries().length;
    fc.assert(
      fc.property(anyText, (namespace) => {
        const queries = listQueries(namespace);
        expect(queries).toHaveLength(count);
        expect(queries.filter(({ expr }) => !parses(expr))).toEqual([]);
      }),
      { numRuns: 50 }
    );
  });

  it('would notice a broken query', () => {
    expect(parses('sum by (a) (rate(x[5m])')).toBe(false);
  });

  it('compose as written', () => {
    expect(sumBy(['a', 'b'], 'x')).toBe('sum by (a, b) (x)');
    expect(share('p', 't')).toBe('(p or t * 0) / (t > 0)');
    expect(histogramQuantile(0.5, ['s'], 'b')).toBe('histogram_quantile(0.5, sum by (s, le) (b)) >= 0');
  });

  it('escape every RE2 operator', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(new RegExp(`^(?:${escapeRegExp(text)})$`).test(text)).toBe(true);
      })
    );
  });
});

describe('readsCounter', () => {
  it.each([
    'orders_total',
    ' orders_total{shop="a}b", path=~"x{2}"} ',
    'sum by (service) (orders_total)',
    'sum(orders_total{a="b"}) by (service)',
    'max without (pod) (job:size_bytes_sum)',
    'sum by (service, le) (latency_seconds_bucket)',
  ])('is true for %s', (expr) => {
    expect([readsCounter(expr), parses(expr)]).toEqual([true, true]);
  });

  it.each([
    'rate(orders_total[1m])',
    'sum by (service) (increase(orders_total[5m]))',
    'orders_total / items_total',
    'orders_total offset 1d',
    'count by (service) (orders_total)',
    'pg_stat_activity_count',
    'sum by (service) (queue_sum)',
    'total',
    'up{name="orders_total"}',
  ])('is false for %s', (expr) => {
    expect([readsCounter(expr), parses(expr)]).toEqual([false, true]);
  });
});
