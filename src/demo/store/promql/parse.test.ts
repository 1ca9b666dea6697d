import { describe, expect, it } from 'vitest';
import type { Expr } from './ast.ts';
import { parsePromql } from './parse.ts';

function show(expr: Expr): string {
  switch (expr.type) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'unary':
      return `neg(${show(expr.expr)})`;
    case 'paren':
      return show(expr.expr);
    case 'selector':
      return `${expr.matchers.at(-1)?.value}${expr.offsetMs === 0 ? '' : `@${expr.offsetMs}`}`;
    case 'range':
      return `${show(expr.selector)}[${expr.rangeMs}]`;
    case 'subquery':
      return `${show(expr.expr)}[${expr.rangeMs}:${expr.stepMs ?? ''}]`;
    case 'binary':
      return `(${show(expr.left)} ${expr.operator} ${show(expr.right)})`;
    case 'call':
      return `${expr.name}(${expr.args.map(show).join(', ')})`;
    default:
      return `${expr.operator}(${show(expr.expr)})`;
  }
}

describe('parsePromql', () => {
  it.each([
    ['-1^2', 'neg((1 ^ 2))'],
    ['2 * -1 ^ 2', '(2 * neg((1 ^ 2)))'],
    ['a ^ -1 ^ 2', '(a ^ neg((1 ^ 2)))'],
    ['a * -1 + b', '((a * -1) + b)'],
    ['-a * b', '(neg(a) * b)'],
    ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
    ['a + b offset 5m', '(a + b@300000)'],
    ['a + b offset 5m * c', '(a + (b@300000 * c))'],
    ['-a offset 1m', 'neg(a@60000)'],
    ['a offset -1m', 'a@-60000'],
    ['rate(a[1m] offset 1h)', 'rate(a@3600000[60000])'],
    ['a or b and c unless d', '(a or ((b and c) unless d))'],
    ['a == b > c', '((a == b) > c)'],
    ['a - b - c', '((a - b) - c)'],
    ['max_over_time(rate(a[1m])[5m:])', 'max_over_time(rate(a[60000])[300000:])'],
    ['0x1F + 017 + 1e3 + .5', '(((31 + 15) + 1000) + 0.5)'],
    ['a # comment', 'a'],
  ])('binds %s', (query, expected) => {
    expect(show(parsePromql(query))).toBe(expected);
  });

  it.each([
    ['', /no expression/],
    ['a[5m', /parse error/],
    ['a{b="x}', /parse error/],
    ['a b', /parse error/],
    ['(a)[5m]', /ranges only allowed for vector selectors/],
    ['a offset 5m[1m]', /no offset modifiers allowed/],
    ['sum(a) offset 5m', /offset modifier must be preceded/],
    ['a offset 1m offset 1m', /multiple times/],
    ['rate(a)', /expected type range vector/],
    ['sum(a[5m])', /expected type instant vector/],
    ['1 == 1', /must use BOOL/],
    ['a + bool b', /bool modifier/],
    ['a and 1', /set operator/],
    ['a and on(x) group_left b', /no grouping allowed/],
    ['a * on(x) group_left(x) b', /must not occur in ON and GROUP/],
    ['{a=~".*"}', /non-empty matcher/],
    ['a{__name__="b"}', /set twice/],
    ['a[0s]', /greater than 0/],
    ['a[60]', /duration/],
    ['1h', /bad number/],
    ['a{b=~"("}', /regexp/],
    ['a{b="\\q"}', /escape/],
    ['topk(a)', /wrong number of arguments/],
    ['clamp(a, 1)', /expected 3 argument/],
    ['a @ 5', /not supported by the embedded store/],
    ['{"quoted"}', /not supported by the embedded store/],
    ['holt_winters(a[5m], 0.5, 0.5)', /parse error|not supported/],
    ['count_values("x", a)', /not supported by the embedded store/],
    ['a + fill(1) b', /not supported by the embedded store/],
    [`${'('.repeat(5000)}a${')'.repeat(5000)}`, /not supported/],
  ])('refuses %s', (query, message) => {
    expect(() => parsePromql(query)).toThrow(message);
  });
});
