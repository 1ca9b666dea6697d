import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HTTP_BOUNDS, LatencyHistogram, SPAN_BOUNDS } from './latency-histogram.ts';

describe('LatencyHistogram', () => {
  it('has the bounds that the shop promises', () => {
    expect(SPAN_BOUNDS.map(String)).toEqual(
      '0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 4.096 8.192 16.384'.split(' ')
    );
  });

  it.each([SPAN_BOUNDS, HTTP_BOUNDS])(
    'puts a value into the first bucket whose bound it does not exceed',
    (...bounds) => {
      fc.assert(
        fc.property(
          fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.constantFrom(...SPAN_BOUNDS, ...HTTP_BOUNDS)),
          (seconds) => {
            const list = bounds.length === SPAN_BOUNDS.length && bounds[0] === 0.002 ? SPAN_BOUNDS : HTTP_BOUNDS;
            const histogram = new LatencyHistogram(list);
            histogram.observe(seconds, 3);
            const expected = list.findIndex((bound) => seconds <= bound);
            expect(histogram.counts.indexOf(3)).toBe(expected < 0 ? list.length : expected);
            expect(histogram.count).toBe(3);
            expect(histogram.sumSeconds).toBe(3 * seconds);
          }
        )
      );
    }
  );
});
