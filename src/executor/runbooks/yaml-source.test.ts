import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './problem.ts';
import { loadRunbook } from './load-runbook.ts';
import { inlineCel } from './testing/example.ts';
import { HOSTILE_YAML } from './testing/hostile-yaml.ts';
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

describe('YAML that is refused', () => {
  it.each(HOSTILE_YAML)('%s', (_, text, expected) => {
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
