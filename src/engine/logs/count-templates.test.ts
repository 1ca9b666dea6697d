import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { countTemplates } from './count-templates.ts';

const lines = (texts: readonly string[], level?: string): LogLine[] =>
  texts.map((line, atMs) => ({ atMs, line, labels: level === undefined ? {} : { level } }));
const ids = (text: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${text} ${i}`);

describe('countTemplates', () => {
  it('counts lines of the same template in both windows', () => {
    const before = lines([...ids('order stored', 8), ...ids('cache warmed', 3)]);
    const after = [...lines(ids('order stored', 2)), ...lines(ids('no such column', 5), 'error')];
    const { templates, errors } = countTemplates(before, after);
    expect(Object.fromEntries(templates)).toEqual({
      'order stored <NUM>': [8, 2],
      'cache warmed <NUM>': [3, 0],
      'error: no such column <NUM>': [0, 5],
    });
    expect(errors).toEqual([0, 5]);
  });

  it('keeps a hundred templates, the most frequent by share of their window', () => {
    const words = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)));
    const rare = words.map((word) => `${word} ${word}`);
    const { templates } = countTemplates(lines([...rare, ...ids('frequent line', 50)]), lines(ids('new line', 3)));
    expect(templates.size).toBe(100);
    expect(templates.get('frequent line <NUM>')).toEqual([50, 0]);
    expect(templates.get('new line <NUM>')).toEqual([0, 3]);
  });

  it('loses no line where there are few templates, whatever they say', () => {
    const texts = fc.array(fc.string(), { maxLength: 20 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const { templates } = countTemplates(lines(before), lines(after));
        const sums = [...templates.values()].reduce(([n, a], [b, i]) => [n + b, a + i] as const, [0, 0] as const);
        expect(sums).toEqual([before.length, after.length]);
      })
    );
  });
});
