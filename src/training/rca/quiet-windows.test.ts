import { describe, expect, it } from 'vitest';
import { extractFeatures, linearScores, PRIOR_RANKING_WEIGHTS } from '#engine';
import { quietWindows, toQuietCase } from './quiet-windows.ts';
import { RandomDraws } from './random-draws.ts';
import { simulateCase } from './simulation/simulate-case.ts';

const random = new RandomDraws(5);
const cases = Array.from({ length: 12 }, () => simulateCase(random).case);

describe('toQuietCase', () => {
  it.each([0, 0.4, 1 - 1e-9])('cuts the incident out of the baseline, at %s of it', (place) => {
    for (const input of cases) {
      const quiet = toQuietCase(input, place);
      expect(quiet.events).toBeUndefined();
      expect(quiet.series).toHaveLength(input.series.length);
      quiet.series.forEach((series, i) => {
        const own = input.series[i]!;
        expect(series.incident).toHaveLength(Math.min(own.incident.length, Math.floor(own.baseline.length / 4)));
        expect(series.baseline.length + series.incident.length + 2).toBe(own.baseline.length);
        const from = own.baseline.length - series.baseline.length - series.incident.length;
        expect(from).toBe(2);
        const known = new Set(own.baseline);
        expect([...series.incident, ...series.baseline].every((value) => known.has(value))).toBe(true);
      });
    }
  });

  it('shows less than an incident as a rule', () => {
    const top = (rows: readonly Float64Array[]): number => Math.max(...linearScores(rows, PRIOR_RANKING_WEIGHTS));
    const pairs = cases.flatMap((input) => quietWindows(input, random).map((rows) => [input, top(rows)] as const));
    const lower = pairs.filter(([input, quiet]) => quiet < top(extractFeatures(input).x));
    expect(lower.length).toBeGreaterThan(0.6 * pairs.length);
  });
});
