import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearPattern, PatternError } from './linear-pattern.ts';

const find = (pattern: string, text: string): readonly string[] =>
  new LinearPattern(pattern).spans(text).map(([from, to]) => text.slice(from, to));

describe('LinearPattern', () => {
  it.each([
    [String.raw`CUST-\d+`, 'CUST-1 xCUST-22y', ['CUST-1', 'CUST-22']],
    ['a|ab|abc', 'abcab', ['abc', 'ab']],
    ['(foo|bar){2}', 'foobar barbaz', ['foobar']],
    ['[^ ]+@x', 'a@x bb@x', ['a@x', 'bb@x']],
    ['a?b*c', 'c abc bbc', ['c', 'abc', 'bbc']],
    [String.raw`\+\d{2,3}`, '+1 +12 +1234', ['+12', '+123']],
    ['[a-c]{2,}', 'abcabc d', ['abcabc']],
    ['(?:x)y', 'xy', ['xy']],
    [String.raw`\S.\S`, 'a b c', ['a b']],
    ['[]-]+', ']-]', [']-]']],
  ])('%s finds in %j', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected);
  });

  it.each([
    '',
    'a*',
    'a{0}',
    '(',
    ')',
    '[a',
    'a**',
    'a+?',
    '(?=a)b',
    String.raw`(a)\1`,
    '^a',
    'a$',
    '{2}',
    'a{5,2}',
    'a{99}',
    String.raw`\q`,
    '((((((((((((a))))))))))))',
    'x'.repeat(201),
    '(([a-z]{64}){64}){64}',
    '[z-a]',
  ])('refuses %j', (pattern) => {
    expect(() => new LinearPattern(pattern)).toThrow(PatternError);
  });

  it('agrees with RegExp on where a match begins, and matches at least as much', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '.', 'c', String.raw`\d`, '(ab|c)', '(a|b)');
    const piece = fc.tuple(atom, fc.constantFrom('', '', '?', '+', '{1,3}', '*')).map((parts) => parts.join(''));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => `x${parts.join('')}`);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abcx1]{0,30}$/), (source, text) => {
        const match = new RegExp(source).exec(text);
        const [span] = new LinearPattern(source).spans(text);
        expect(span?.[0]).toBe(match?.index);
        expect((span?.[1] ?? 0) - (span?.[0] ?? 0)).toBeGreaterThanOrEqual(match?.[0].length ?? 0);
      })
    );
  });

  it('comes to an end where backtracking does not', () => {
    const text = `${'a'.repeat(20_000)}!`;
    expect(find('(a|a)+(a|aa)+b', text)).toEqual([]);
    expect(find('(a+a+a+a+)b', text)).toEqual([]);
  });
});
