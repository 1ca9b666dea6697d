import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTONOMY_LEVELS, type AutonomyFact, earnedAutonomy } from './autonomy.ts';

const RESULTS: Readonly<Record<string, AutonomyFact['result']>> = {
  a: 'agreed',
  d: 'disagreed',
  v: 'verified',
  f: 'failed',
};
const facts = (text: string): AutonomyFact[] => [...text].map((letter) => ({ result: RESULTS[letter] ?? 'failed' }));
const level = (text: string, ...rest: readonly [(typeof AUTONOMY_LEVELS)[number], (typeof AUTONOMY_LEVELS)[number]?]) =>
  earnedAutonomy(facts(text), ...rest).level;

describe('autonomy', () => {
  it.each([
    ['stays where it was put', '', 'suggest', undefined, 'suggest'],
    ['rises by agreement', 'aaa', 'shadow', undefined, 'suggest'],
    ['rises twice', 'aaaaaa', 'shadow', undefined, 'approve'],
    ['is never automatic unless somebody allowed it', 'v'.repeat(50), 'approve', undefined, 'approve'],
    ['is earned by ten verified successes', 'v'.repeat(10), 'approve', 'auto', 'auto'],
    ['is not earned by nine', 'v'.repeat(9), 'approve', 'auto', 'approve'],
    ['is not earned by agreement', 'a'.repeat(50), 'approve', 'auto', 'approve'],
    ['is lost by one failure', `${'v'.repeat(10)}f`, 'approve', 'auto', 'approve'],
    ['is earned anew from the start', `${'v'.repeat(10)}f${'v'.repeat(9)}`, 'approve', 'auto', 'approve'],
    ['a rejected proposal ends the row', `${'v'.repeat(9)}dv`, 'approve', 'auto', 'approve'],
    ['falls to the bottom and no further', 'fffff', 'approve', 'auto', 'shadow'],
    ['never starts above the ceiling', '', 'auto', 'suggest', 'suggest'],
  ] as const)('%s', (_, text, start, ceiling, expected) => {
    expect(level(text, start, ceiling)).toBe(expected);
  });

  it('is never above the ceiling, and one failure more never raises it', () => {
    const any = fc.constantFrom(...AUTONOMY_LEVELS);
    const letters = fc.array(fc.constantFrom('a', 'd', 'v', 'f'), { maxLength: 60 }).map((list) => list.join(''));
    fc.assert(
      fc.property(letters, any, any, (text, start, ceiling) => {
        const rank = (name: (typeof AUTONOMY_LEVELS)[number]) => AUTONOMY_LEVELS.indexOf(name);
        const now = level(text, start, ceiling);
        expect(rank(now)).toBeLessThanOrEqual(rank(ceiling));
        const after = level(`${text}f`, start, ceiling);
        expect(rank(after)).toBe(Math.max(0, rank(now) - 1));
      })
    );
  });
});
