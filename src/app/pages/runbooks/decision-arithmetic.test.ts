import { describe, expect, it } from 'vitest';
import { suggestion } from '../../../ui/testing/runbooks.ts';
import { readArithmetic } from './decision-arithmetic.ts';

describe('readArithmetic', () => {
  it('says what rule, history and default give, and which one decided', () => {
    expect(readArithmetic(suggestion().decision.arithmetic)).toEqual([
      'Rule: scale-out, confidence 0.9.',
      'History: no similar cases.',
      'Default: manual, confidence 0.5.',
      'Decided: there are no similar cases.',
    ]);
    const history = { action: 'restart', verified: 7, tried: 8, successRate: 0.875, cases: 10 };
    expect(readArithmetic({ history })[1]).toBe(
      'History: restart was verified to help in 7 of 8, success rate 0.875, among the last 10 similar cases.'
    );
  });

  it.each([[null], [7], ['x'], [[]], [{ rule: [], history: 3, reason: {} }]])('never fails on %j', (value) => {
    for (const line of readArithmetic(value)) {
      expect(line).not.toContain('undefined');
    }
  });
});
