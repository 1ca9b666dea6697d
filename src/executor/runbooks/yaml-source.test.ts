import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './problem.ts';
import { loadRunbook } from './load-runbook.ts';
import { inlineCel } from './testing/example.ts';
import { MAX_YAML_CHARACTERS, readYamlSource, YamlRefused } from './yaml-source.ts';

function refusal(text: string): string {
  try {
    readYamlSource(text, 'x.yaml');
  } catch (error) {
    if (error instanceof YamlRefused) {
      return formatProblem(error.problem);
    }
    throw error;
  }
  return '';
}

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
  .split('')
  .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  .join('\n')}`;

describe('YAML that is refused', () => {
  it.each([
    ['a billion laughs', bomb, /x\.yaml:1:7 anchors and aliases/],
    ['an alias', 'a: &x 1\nb: *x', /anchors and aliases/],
    ['an anchor alone', 'a: &x 1', /x\.yaml:1:\d+ anchors/],
    ['an alias of nothing', 'a: *x', /x\.yaml:1:4 /],
    ['a merge key', 'a: &x {b: 1}\nc:\n  <<: *x', /x\.yaml/],
    ['a merge key without alias', 'a:\n  <<: {b: 1}\n  <<: {c: 1}', /twice/],
    ['a tag of JavaScript', 'a: !!js/function "function(){}"', /x\.yaml:1/],
    ['a tag of Python', 'a: !!python/object/apply:os.system ["id"]', /x\.yaml:1/],
    ['a tag of its own', 'a: !secret x', /x\.yaml:1/],
    ['a tag directive', '%TAG ! tag:x,2000:\n---\na: !y 1', /x\.yaml/],
    ['a prototype key', 'a:\n  __proto__: {admin: true}', /x\.yaml:2:3 "__proto__" is not accepted/],
    ['a quoted prototype key', '"__proto__": 1', /__proto__/],
    ['an escaped prototype key', '"\\u005f_proto__": 1', /__proto__/],
    ['a constructor key', 'constructor: {prototype: {x: 1}}', /constructor/],
    ['a key twice', 'a: 1\nb: 2\na: 3', /x\.yaml:3:1 the key "a" is there twice/],
    ['a key that is a list', '? [a, b]\n: 1', /x\.yaml:1/],
    ['two documents', 'a: 1\n---\nb: 2', /several documents/],
    ['nothing', '', /empty/],
    ['only a comment', '# hello', /empty/],
    ['infinity', 'a: .inf', /too large or not finite/],
    ['not a number', 'a: .nan', /too large or not finite/],
    ['a number beyond 2^53', 'a: 9007199254740993', /too large or not finite/],
    ['a huge exponent', 'a: 1e999', /too large or not finite/],
    ['a tab as indent', 'a:\n\tb: 1', /x\.yaml:2/],
    ['a NUL', 'a: b\u0000c', /U\+0000 cannot be seen/],
    ['a bell', 'a: b\u0007c', /U\+0007/],
    ['text from right to left', 'a: "\u202eevil"', /x\.yaml:1:5 the character U\+202E/],
    ['an isolate', 'a: \u2066b', /U\+2066/],
    ['a space of no width', 'na\u200bme: 1', /U\+200B/],
    ['a byte order mark inside', 'a: \ufeffb', /U\+FEFF/],
    ['a tag character', 'a: b\u{e0041}', /U\+E0041/],
    ['a line separator', 'a: b\u2028c: 1', /U\+2028/],
    ['an escaped control character', 'a: "b\\u0000c"', /cannot be seen/],
    ['an escaped direction character', 'a: "\\u202e"', /cannot be seen/],
    ['10 MB', `a: "${'x'.repeat(10_000_000)}"`, /characters/],
    ['10 MB of brackets', '['.repeat(10_000_000), /characters/],
    ['60,000 brackets', '['.repeat(60_000), /nested too deeply/],
    ['60,000 braces', '{a: '.repeat(15_000), /nested too deeply/],
    [
      'a deep block',
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      /nested too deeply/,
    ],
    ['a deep list', `${'- '.repeat(2000)}a`, /nested too deeply/],
    ['a deep mapping on one line', `${'? '.repeat(2000)}a`, /nested too deeply/],
    ['30,000 entries', 'a: [' + '1,'.repeat(30_000) + '1]', /too many values/],
    ['2,000 keys', Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join('\n'), /more than 500 keys/],
    ['2,000 equal keys', 'a: 1\n'.repeat(2000), /twice/],
    ['30,000 open quotes', '"'.repeat(30_000), /x\.yaml/],
    ['30,000 colons', ':'.repeat(30_000), /x\.yaml|^$/],
    ['2,000 question marks', '?\n'.repeat(2000), /x\.yaml/],
    ['a long line of anchors', '&a '.repeat(20_000), /x\.yaml/],
    ['many faults', 'a: [\n'.repeat(39) + ']: }\n'.repeat(1000), /x\.yaml/],
  ])('%s', (_, text, expected) => {
    const before = performance.now();
    const said = refusal(text);
    // The budget of one hostile input, whatever it is.
    expect(performance.now() - before).toBeLessThan(1000);
    expect(said).toMatch(expected);
  });

  it('does not change any prototype', () => {
    refusal('a:\n  __proto__: {polluted: true}');
    refusal('constructor: {prototype: {polluted: true}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('YAML that is accepted', () => {
  it.each([
    [
      'words of other languages',
      'a: "Überlast im Bezahldienst, 자동 복구"',
      { a: 'Überlast im Bezahldienst, 자동 복구' },
    ],
    ['block text', 'a: |\n  one\n  two\n', { a: 'one\ntwo\n' }],
    ['Windows line ends', 'a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['yes and on as text', 'on: [yes, no]', { on: ['yes', 'no'] }],
    ['nothing as null', 'a:\n', { a: null }],
  ])('%s', (_, text, value) => {
    expect(readYamlSource(text, 'x.yaml').value).toEqual(value);
  });

  it('is never longer than the limit', () => {
    const text = `a: ${'x'.repeat(MAX_YAML_CHARACTERS - 3)}`;
    expect(refusal(text)).toBe('');
    expect(refusal(`${text}x`)).toMatch(/characters/);
  });
});

describe('any text at all', () => {
  const yamlish = fc
    .array(
      fc.constantFrom(
        'a',
        'spec',
        ':',
        ' ',
        '\n',
        '  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '&x',
        '*x',
        '!t',
        '"',
        "'",
        '|',
        '>',
        '#',
        '1',
        ',',
        '?',
        '%',
        '---',
        '\t',
        'é',
        '\u202e',
        '__proto__'
      ),
      { maxLength: 80 }
    )
    .map((parts) => parts.join(''));

  it.each([
    ['noise', fc.string({ unit: 'binary', maxLength: 300 })],
    ['pieces of YAML', yamlish],
  ])('is read or refused with a remedy: %s', async (_, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const result = await loadRunbook(text, 'x.yaml', inlineCel);
        expect(result.ok).toBe(false);
        expect(result.ok ? [] : result.problems.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(
          true
        );
      })
    );
  });
});
