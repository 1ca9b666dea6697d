import { describe, expect, it } from 'vitest';
import { estimateSlope, type SlopeEstimate } from './estimate-slope.ts';

const ROWS = Array.from({ length: 48 }, (_, row) => row);
const wave = (turns: number, shift = 0): Float64Array =>
  Float64Array.from(ROWS, (row) => Math.SQRT2 * Math.sin((2 * Math.PI * turns * row) / ROWS.length + shift));

function estimate(
  outcome: Float64Array,
  treatment: Float64Array,
  covariates: readonly Float64Array[] = []
): SlopeEstimate {
  const found = estimateSlope({ outcome, treatment, covariates, incidentRows: 0 }, ROWS);
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('estimateSlope', () => {
  // Waves of different turns over whole periods are at right angles.
  const treatment = wave(3);
  const outcome = treatment.map((value, row) => value + wave(7)[row]!);

  it('gives slope, interval and p of one Student variable', () => {
    const { slope, standardError, degreesOfFreedom, p } = estimate(outcome, treatment);
    expect(slope.value).toBeCloseTo(1, 12);
    expect(slope.high! - slope.value).toBeCloseTo(slope.value - slope.low!, 12);
    expect((slope.high! - slope.value) / standardError).toBeGreaterThan(1.96);
    expect(degreesOfFreedom).toBeLessThan(46);
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.01);
  });

  it('widens the interval for another incident by 15 % of the slope', () => {
    const { slope, anotherIncident, standardError } = estimate(outcome, treatment);
    const widening = (anotherIncident.high! - slope.value) / (slope.high! - slope.value);
    expect(widening).toBeCloseTo(Math.hypot(standardError, 0.15) / standardError, 10);
  });

  it('asks of a hidden cause the golden share where effect and rest are equally large', () => {
    // f^2 = 1: (sqrt(5) - 1) / 2. With the published t = 4.18445 and 783 degrees (f^2 = 0.02236) the formula gives 0.13878.
    expect(estimate(outcome, treatment).hiddenCauseStrength).toBeCloseTo((Math.sqrt(5) - 1) / 2, 10);
    const faint = treatment.map((value, row) => Math.sqrt(4.18445 ** 2 / 783) * value + wave(7)[row]!);
    expect(estimate(faint, treatment).hiddenCauseStrength).toBeCloseTo(0.13878, 4);
  });

  it('is certain of nothing where there is no slope', () => {
    const { slope, p, hiddenCauseStrength } = estimate(wave(7), treatment);
    expect(slope.value).toBeCloseTo(0, 10);
    expect(p).toBeCloseTo(1, 6);
    expect(hiddenCauseStrength).toBeCloseTo(0, 6);
  });

  it.each([
    ['explained-by-adjustment', outcome, [treatment]],
    ['no-error-estimate', treatment, []],
    ['no-error-estimate', new Float64Array(ROWS.length), []],
  ])('says %s', (reason, target, covariates) => {
    expect(estimateSlope({ outcome: target, treatment, covariates, incidentRows: 0 }, ROWS)).toBe(reason);
  });
});
