import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindQuery, QueryRefused, quotePromql } from './bind-query.ts';

describe('a query with variables', () => {
  it.each([
    ['up{namespace=$ns}', { ns: 'shop' }, 'up{namespace="shop"}'],
    ['up{a!=$ns, b = $ns }', { ns: 'x' }, 'up{a!="x", b = "x" }'],
    ['rate(x[$window])', { window: '5m' }, 'rate(x[5m])'],
    ['max_over_time(x[$window:15s])', { window: '2m' }, 'max_over_time(x[2m:15s])'],
    ['sum(x) > $limit', { limit: 5 }, 'sum(x) > 5'],
    ['clamp_max(x, $limit)', { limit: -0.5 }, 'clamp_max(x, (-0.5))'],
    ['a or $zero', { zero: 0 }, 'a or 0'],
    ['up{a="$ns"} # $ns', { ns: 'x' }, 'up{a="$ns"} # $ns'],
    ["up{a='$ns', b=`$ns`, c=$ns}", { ns: 'x' }, 'up{a=\'$ns\', b=`$ns`, c="x"}'],
    ['up', {}, 'up'],
  ])('%s', (query, values, bound) => {
    expect(bindQuery(query, values)).toBe(bound);
  });

  it.each([
    ['a name is missing', 'up{a=$b}', {}],
    ['a name is inherited', 'up{a=$constructor}', {}],
    ['text as a number', 'x > $n', { n: '5' }],
    ['text as a range', 'rate(x[$w])', { w: '5m] offset 1d' }],
    ['a number as a label', 'up{a=$n}', { n: 5 }],
    ['a part of a text', 'up{a="x"$b}', { b: 'x' }],
    ['a regular expression', 'up{a=~$b}', { b: 'x' }],
    ['a negated expression', 'up{a!~$b}', { b: 'x' }],
    ['a label name', 'up{$b="x"}', { b: 'x' }],
    ['a metric name', '$m{a="x"}', { m: 'x' }],
    ['a half name', 'x$n', { n: 5 }],
    ['two values', 'up{a=$b$b}', { b: 'x' }],
    ['no name', 'up > $', {}],
    ['a brace', 'up > ${n}', { n: 5 }],
    ['an open text', 'up{a="x', {}],
    ['an open brace', 'up{a="x"', {}],
    ['a wrong bracket', 'sum(x]', {}],
  ])('is refused: %s', (_, query, values) => {
    expect(() => bindQuery(query, values)).toThrow(QueryRefused);
  });

  it('keeps its shape whatever text is bound into it', () => {
    const shape = (query: string): string[] => {
      const names: string[] = [];
      parser.parse(query).iterate({ enter: ({ name }) => void names.push(name) });
      return names;
    };
    const template = 'sum by (pod) (rate(x_total{namespace=$a,pod!=$b}[5m])) / on () y{c=$a}';
    const expected = shape(bindQuery(template, { a: 'x', b: 'x' }));
    expect(expected).not.toContain('⚠');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', "'", '`', '}', '{', '$', 'a', '\n', ',', '=', '#') })
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(shape(bindQuery(template, { a, b }))).toEqual(expected);
      })
    );
  });

  it('reads back as the text that was bound', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(JSON.parse(quotePromql(text))).toBe(text);
      })
    );
  });

  it('is read or refused, however odd', () => {
    const odd = fc.constantFrom('"', '\\', '$', '{', '}', '[', ']', '(', ')', 'a', '=', '#', '\n');
    fc.assert(
      fc.property(fc.string({ unit: odd, maxLength: 300 }), (query) => {
        expect(['string', 'QueryRefused']).toContain(outcomeOf(query));
      })
    );
  });
});

function outcomeOf(query: string): string {
  try {
    return typeof bindQuery(query, {});
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
}
