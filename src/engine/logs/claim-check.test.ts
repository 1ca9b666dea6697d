import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { ClaimCheck } from './claim-check.ts';

function after(claims: readonly number[]): ClaimCheck {
  const check = new ClaimCheck();
  claims.forEach((claim) => check.push(claim));
  return check;
}
const quiet = (bins: number): number[] => new Array<number>(bins).fill(0);

describe('ClaimCheck', () => {
  it('lets a first claim stand, and a second incident of the day', () => {
    expect(after(quiet(300)).check(5)).toBe(5);
    expect(after([...quiet(100), 5, ...quiet(100)]).check(5)).toBeGreaterThan(4.5);
  });

  it('lowers what happens every hour below the warning level', () => {
    const hourly = Array.from({ length: 2016 }, (_, i) => (i % 12 === 0 ? 5 : 0));
    expect(after(hourly).check(5)).toBeLessThan(1.5);
    expect(after(hourly).check(6)).toBe(6);
  });

  it('does not hold an episode against itself in its first hour, but afterwards', () => {
    expect(after([...quiet(100), ...new Array<number>(11).fill(4)]).check(4)).toBe(4);
    expect(after([...quiet(100), ...new Array<number>(400).fill(4)]).check(4)).toBeLessThan(2.5);
  });

  it('lets calibrators learn except in the first hour of an episode', () => {
    const check = new ClaimCheck();
    const claims = [0, 4, ...new Array<number>(14).fill(4), 0, 0, 0, 0];
    const learned = claims.map((claim) => {
      check.push(claim);
      return check.isLearning;
    });
    expect(learned.map(Number).join('')).toBe('10000000000001111111');
  });

  it('never raises a claim and never goes below 0', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { maxLength: 300 }), (claims) => {
        const check = after(claims);
        for (const claim of claims) {
          expect(check.check(claim)).toBeLessThanOrEqual(claim);
          expect(check.check(claim)).toBeGreaterThanOrEqual(0);
        }
      })
    );
  });

  it('continues after save and load', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 3, 5), { maxLength: 60 }), fc.nat(60), (claims, at) => {
        const plain = after(claims);
        const writer = new StateWriter();
        after(claims.slice(0, at)).write(writer);
        const loaded = new ClaimCheck();
        loaded.read(new StateReader(writer.finish()));
        claims.slice(at).forEach((claim) => loaded.push(claim));
        expect([loaded.check(3), loaded.check(5), loaded.isLearning]).toEqual([
          plain.check(3),
          plain.check(5),
          plain.isLearning,
        ]);
      })
    );
  });
});
