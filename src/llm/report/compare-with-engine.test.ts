import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '#model';
import { makeReport } from '../testing/reports.ts';
import { combineVerdict, contradictionsOf } from './compare-with-engine.ts';

const ORDER: readonly Verdict[] = ['INCONCLUSIVE', 'LIKELY', 'CONFIRMED'];
const free = { wasAddressed: false };

describe('combineVerdict', () => {
  it.each<[Verdict, number, Verdict]>([
    ['CONFIRMED', 0.9, 'CONFIRMED'],
    ['CONFIRMED', 0.5, 'CONFIRMED'],
    ['CONFIRMED', 0.49, 'LIKELY'],
    ['LIKELY', 0, 'INCONCLUSIVE'],
    ['INCONCLUSIVE', 1, 'INCONCLUSIVE'],
  ])('makes of %s and %d: %s', (verdict, confidence, expected) => {
    expect(combineVerdict(makeReport({ verdict }), confidence, free)).toMatchObject({
      verdict: expected,
      engine: { verdict, confidence: 0.87 },
      model: { confidence },
      lowered: expected !== verdict,
    });
  });

  it('never raises, lowers by one step at most, and not at all where somebody spoke to the model', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ORDER),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (verdict, confidence, wasAddressed) => {
          const combined = combineVerdict(makeReport({ verdict }), confidence, { wasAddressed });
          const step = ORDER.indexOf(verdict) - ORDER.indexOf(combined.verdict);
          expect(step === 0 || (step === 1 && !wasAddressed)).toBe(true);
        }
      )
    );
  });
});

describe('contradictionsOf', () => {
  const cause = (service: string) => ({ service, confidence: 0.8, cites: [1] });
  it.each([
    ['the same cause', {}, { causes: [cause('orders-db')], confidence: 0.8 }, []],
    ['another cause', {}, { causes: [cause('redis')], confidence: 0.8 }, ['cause']],
    ['one cause more', {}, { causes: [cause('orders-db'), cause('redis')], confidence: 0.8 }, ['cause']],
    ['no cause', {}, { causes: [], confidence: 0.8 }, ['no-cause']],
    ['a cause where none is', { decision: 'no-significant-root-cause' as const }, { causes: [cause('redis')], confidence: 0.9 }, ['unexpected-cause']],
    ['much less certainty', {}, { causes: [cause('orders-db')], confidence: 0.3 }, ['confidence']],
  ])('tells of %s', (_, changes, written, expected) => {
    expect(contradictionsOf(makeReport(changes), written).map(({ about }) => about)).toEqual(expected);
  }); // prettier-ignore
});
