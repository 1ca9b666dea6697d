import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockReading, createSimulatedClock, patchDate } from './simulated-clock.ts';

function manual(start: ClockReading) {
  let real = 0;
  const clock = createSimulatedClock(start, () => real);
  return { clock, pass: (ms: number) => (real += ms) };
}

describe('the simulated clock', () => {
  it.each([
    [1, 1000, 1000],
    [60, 1000, 60_000],
    [0, 5000, 0],
  ])('at speed %d shows after %d real ms another %d ms', (speed, realMs, simulatedMs) => {
    const { clock, pass } = manual({ nowMs: 500, speed });
    pass(realMs);
    expect(clock.now()).toBe(500 + simulatedMs);
  });

  it('jumps forward to a later reading', () => {
    const { clock } = manual({ nowMs: 0, speed: 1 });
    clock.sync({ nowMs: 3_600_000, speed: 10 });
    expect([clock.now(), clock.speed()]).toEqual([3_600_000, 10]);
  });

  it('creeps on while it is ahead, until the reading has caught up', () => {
    const { clock, pass } = manual({ nowMs: 0, speed: 60 });
    pass(1000);
    expect(clock.now()).toBe(60_000);
    clock.sync({ nowMs: 59_000, speed: 1 });
    pass(1000);
    expect(clock.now()).toBe(60_500);
    pass(9000);
    expect(clock.now()).toBe(69_000);
  });

  it('never runs backwards', () => {
    const step = fc.record({
      pass: fc.nat(5000),
      drift: fc.integer({ min: -100_000, max: 100_000 }),
      speed: fc.constantFrom(0, 1, 10, 60, 600),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, pass } = manual({ nowMs: 1_000_000, speed: 1 });
        let last = clock.now();
        for (const { pass: ms, drift, speed } of steps) {
          clock.sync({ nowMs: last + drift, speed });
          pass(ms);
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last);
          last = now;
        }
      })
    );
  });
});

describe('the patched Date', () => {
  const target = { Date };
  const own = class OwnDate extends Date {} as unknown as DateConstructor;
  const at = Date.UTC(2030, 0, 2, 3, 4, 5);
  target.Date = own;
  patchDate(target, () => at);
  const Patched = target.Date;

  it('tells the simulated time where no time is given', () => {
    expect(Patched.now()).toBe(at);
    expect(new Patched().getTime()).toBe(at);
    expect(Date.parse((Patched as unknown as () => string)())).toBe(at);
  });

  it('leaves given times alone', () => {
    expect(new Patched(5).getTime()).toBe(5);
    expect(new Patched('2020-01-01T00:00:00Z').getTime()).toBe(1_577_836_800_000);
    expect(new Patched(2020, 0).getFullYear()).toBe(2020);
    expect(Patched.UTC(2020, 0)).toBe(Date.UTC(2020, 0));
  });

  it('keeps instanceof, constructor and subclasses', () => {
    class Later extends Patched {}
    expect(new Patched()).toBeInstanceOf(Patched);
    expect(new Patched().constructor).toBe(Patched);
    expect(new Later()).toBeInstanceOf(Later);
    expect(new Later().getTime()).toBe(at);
  });
});
