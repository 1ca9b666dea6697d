import { describe, expect, it } from 'vitest';
import { compileRe2 } from './re2.ts';

describe('compileRe2', () => {
  it.each([
    ['5..', '503', true],
    ['5..', '5034', false],
    ['a|b', 'ab', false],
    ['.*', '', true],
    ['.', '\n', false],
    ['(?s).', '\n', true],
    ['(?i)abc', 'aBC', true],
    ['\\d+\\.\\d', '12.3', true],
    ['[^a-c]+', 'xyz', true],
    ['[\\w-]+', 'a-b', true],
    ['\\-\\_x', '-_x', true],
    ['x{2}', 'xx', true],
    ['x{', 'x{', true],
    ['(?P<n>a)b', 'ab', true],
    ['\\s', '\u00a0', false],
  ])('%s on %j is %s', (pattern, text, matches) => {
    expect(compileRe2(pattern, true).test(text)).toBe(matches);
  });

  it.each(['(?=a)', '(?<!a)b', '(a)\\1', '\\pL', '[[:alpha:]]', 'a\\', '[a', '(', '*a', 'x'.repeat(5000)])(
    'refuses %s',
    (pattern) => {
      expect(() => compileRe2(pattern, true)).toThrow(/regular expression/);
    }
  );
});
