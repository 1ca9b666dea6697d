import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCitations } from './citations.ts';

describe('splitCitations', () => {
  it('finds single and listed numbers', () => {
    expect(splitCitations('a [3], b [4, 5].')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'citation', number: 3 },
      { kind: 'text', text: ', b ' },
      { kind: 'citation', number: 4 },
      { kind: 'citation', number: 5 },
      { kind: 'text', text: '.' },
    ]);
  });

  it.each(['[x]', '[]', 'rate(x[5m])', '[1', '[12345]', '<script>[a]</script>'])('leaves %s as text', (text) => {
    expect(splitCitations(text)).toEqual([{ kind: 'text', text }]);
  });

  it('loses no text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.integer({ min: 0, max: 99 }).map((n) => `[${n}]`)
          )
        ),
        (pieces) => {
          const text = pieces.join('');
          const joined = splitCitations(text)
            .map((part) => (part.kind === 'text' ? part.text : `[${part.number}]`))
            .join('');
          expect(joined.length).toBeLessThanOrEqual(text.length);
          expect(joined.replaceAll(/\[\d+\]/g, '')).toBe(text.replaceAll(/\[\d{1,4}(\s*,\s*\d{1,4})*\]/g, ''));
        }
      )
    );
  });
});
