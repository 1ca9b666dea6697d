import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { healthyStreams, nullRow } from '../../testing/null-streams.ts';
import { NULL_ROWS } from './null-rows.ts';
import { memberBit, nullSurprisal, SERIES_DETECTORS } from './null-table.ts';
import { TIER_MEMBERS } from './series-config.ts';

const ROWS = 255 + 2;
const sets = fc.integer({ min: 1, max: 2 ** SERIES_DETECTORS.length - 1 });
const bits = (...detectors: Parameters<typeof memberBit>[0][]): number =>
  detectors.reduce((sum, detector) => sum | memberBit(detector), 0);

/** Largest distance of measured columns from those of the table. */
const furthest = (row: readonly number[], members: number): number =>
  Math.max(...row.map((value, column) => Math.abs(value - (NULL_ROWS[5 * (members - 1) + column] ?? NaN))));

describe('the null table', () => {
  it('has a row for every set of detectors, rising', () => {
    expect(NULL_ROWS).toHaveLength(5 * ROWS);
    const falling = NULL_ROWS.filter((value, i) => i % 5 > 0 && value <= (NULL_ROWS[i - 1] ?? 0));
    expect(falling).toEqual([]);
  });

  it('maps means to 0..12, continuous and rising', () => {
    const mean = fc.double({ min: 0, max: 12, noNaN: true });
    fc.assert(
      fc.property(sets, mean, mean, (members, a, b) => {
        const [low, high] = [nullSurprisal(members, Math.min(a, b)), nullSurprisal(members, Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(12);
        expect(nullSurprisal(members, 0)).toBeLessThanOrEqual(1);
      })
    );
    const row = NULL_ROWS.slice(5 * (bits('ewma') - 1), 5 * bits('ewma'));
    row.forEach((value, column) => {
      expect(nullSurprisal(bits('ewma'), value - 1e-9)).toBeCloseTo(column + 1, 6);
      expect(nullSurprisal(bits('ewma'), value + 1e-9)).toBeCloseTo(column + 1, 6);
    });
  });

  // detection 5.3, measured with the prototype: exceedance probabilities 1e-1 to 1e-4
  it.each([
    [bits('range', 'ksDrift', 'ewma'), [0.522, 0.928, 1.434, 2.066]],
    [bits('ewma'), [0.838, 1.499, 2.172, 2.819]],
    [bits('range', 'ewma'), [0.434, 0.982, 1.717, 2.49]],
    [bits('range', 'discord'), [0.25, 0.841, 1.808, 2.831]],
    [bits('range', 'discord', 'ksDrift', 'ewma'), [0.477, 0.879, 1.447, 2.138]],
  ])('is that of the prototype where the members are the same: set %d', (members, expected) => {
    expected.forEach((value, column) => {
      expect(Math.abs((NULL_ROWS[5 * (members - 1) + column] ?? 0) - value)).toBeLessThan(0.1);
    });
  });

  it('is what the light tier gives on the streams of scripts/null-table.ts', () => {
    const streams = healthyStreams(21, 8, TIER_MEMBERS.light);
    for (const members of [4, 5, 6, 7, bits(...TIER_MEMBERS.light)]) {
      expect(furthest(nullRow(streams, members), members), `set ${members}`).toBeLessThan(0.1);
    }
  });

  // An eighth as many streams: enough for one point in a hundred. The script measures what is rarer.
  it('is what other healthy streams give, for the full tier, too', () => {
    const streams = healthyStreams(77, 1, TIER_MEMBERS.full);
    for (const members of [4, 5, 6, 7, bits(...TIER_MEMBERS.light), bits(...TIER_MEMBERS.full)]) {
      expect(furthest(nullRow(streams, members).slice(0, 2), members), `set ${members}`).toBeLessThan(0.1);
    }
  });

  it('refuses a detector of services', () => {
    expect(() => memberBit('subPca6')).toThrow(RangeError);
  });
});
