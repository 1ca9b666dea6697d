import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorldClock } from './world-clock.ts';

describe('WorldClock', () => {
  it('runs at its speed, stops at 0 and jumps forward only', () => {
    let real = 1000;
    const clock = new WorldClock(5000, 2, () => real);
    real += 100;
    expect(clock.now()).toBe(5200);
    clock.setSpeed(0);
    real += 100;
    expect(clock.now()).toBe(5200);
    clock.moveTo(6000);
    clock.moveTo(10);
    expect(clock.now()).toBe(6000);
  });

  it('never goes backwards, whatever is asked', () => {
    const step = fc.record({
      pass: fc.integer({ min: 0, max: 1000 }),
      speed: fc.option(fc.double({ min: 0, max: 600, noNaN: true }), { nil: undefined }),
      move: fc.option(fc.integer({ min: -5000, max: 5000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let real = 0;
        const clock = new WorldClock(1_000_000, 1, () => real);
        let last = clock.now();
        for (const { pass, speed, move } of steps) {
          real += pass;
          if (speed !== undefined) {
            clock.setSpeed(speed);
          }
          if (move !== undefined) {
            clock.moveTo(clock.now() + move);
          }
          expect(clock.now()).toBeGreaterThanOrEqual(last);
          last = clock.now();
        }
      })
    );
  });
});
