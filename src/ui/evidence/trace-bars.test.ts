import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathStretch } from '#model';
import { chooseStretches, isStrange, toBar } from './trace-bars.ts';

const stretch = (change: Partial<PathStretch> = {}): PathStretch => ({
  service: 'order',
  operation: 'POST /orders',
  startMs: 0,
  selfMs: 10,
  usualSelfMs: null,
  isFailed: false,
  ...change,
});

describe('bars of a trace', () => {
  it('lie where the time was spent, beside what is usual', () => {
    expect(toBar(stretch({ startMs: 250, selfMs: 500, usualSelfMs: 100 }), 1000)).toEqual({
      left: 25,
      width: 50,
      usualWidth: 10,
    });
  });

  it('can always be seen and never leave the track', () => {
    const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(ms, ms, fc.option(ms), ms, (startMs, selfMs, usualSelfMs, durationMs) => {
        const { left, width, usualWidth = width } = toBar(stretch({ startMs, selfMs, usualSelfMs }), durationMs);
        expect(left).toBeGreaterThanOrEqual(0);
        for (const each of [width, usualWidth]) {
          expect(each).toBeGreaterThan(0);
          expect(left + each).toBeLessThanOrEqual(100 + 1e-9);
        }
      })
    );
  });

  it.each([
    [900, 10, true],
    [900, null, true],
    [900, 800, false],
    [20, 1, false],
  ])('are strange where %s ms of a second were %s ms before: %s', (selfMs, usualSelfMs, expected) => {
    expect(isStrange(stretch({ selfMs, usualSelfMs }), 1000)).toBe(expected);
  });

  it('are those of the longest stretches, in the order of time; none is lost', () => {
    const path = Array.from({ length: 30 }, (_, index) => stretch({ startMs: 30 - index, selfMs: index }));
    const { shown, hidden } = chooseStretches(path);
    expect(shown.map(({ selfMs }) => selfMs)).toEqual(Array.from({ length: 8 }, (_, index) => 29 - index));
    expect(shown.length + hidden.length).toBe(30);
  });
});
