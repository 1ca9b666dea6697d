import { describe, expect, it } from 'vitest';
import { fitParetoTail, paretoQuantile, paretoSurvival } from './generalised-pareto.ts';
import { normalTailSurprisal } from './normal-tail.ts';
import { quantileSorted, sortedFinite } from './quantile.ts';
import { medianAbsoluteDeviation, robustScale, standardDeviation } from './robust-scale.ts';

// x = [3.1, 0.2, 8.7, 4.4, 4.4, -1.5, 12.25]; numpy 2.4.6, scipy 1.17.1, statsmodels 0.15.0
const X = [3.1, 0.2, 8.7, 4.4, 4.4, -1.5, 12.25];

describe('quantileSorted equals numpy.quantile(x, p)', () => {
  it.each([
    [0, -1.5],
    [0.1, -0.48],
    [0.25, 1.65],
    [0.5, 4.4],
    [0.75, 6.55],
    [0.97, 11.611],
    [1, 12.25],
  ])('p = %d', (p, expected) => {
    expect(quantileSorted(sortedFinite(X), p)).toBeCloseTo(expected, 12);
  });
});

describe('spread', () => {
  it('equals scipy.stats.median_abs_deviation(x)', () => {
    expect(medianAbsoluteDeviation(X, 4.4)).toBeCloseTo(4.2, 12);
  });

  it('equals max((q3-q1)/1.349, 1.4826*median_abs_deviation(x)) of numpy and scipy', () => {
    expect(robustScale(X).scale).toBeCloseTo(6.22692, 10);
  });

  it('equals numpy.std(x)', () => {
    expect(standardDeviation(X)).toBeCloseTo(4.378064524375107, 12);
  });
});

describe('normalTailSurprisal equals -scipy.stats.norm.logsf(z)/ln 10', () => {
  it.each([
    [-1, 0.07502601295781802],
    [0, 0.30102999566398114],
    [0.5, 0.5106919892652408],
    [1, 0.7995455414919703],
    [2, 1.6430160801409368],
    [3, 2.869699035929369],
    [4.26489, 4.999998455749563],
    [5, 6.5426456723906545],
    [8, 15.206142551017157],
    [12, 32.75043916119186],
    [30, 197.30920926166095],
  ])('z = %d', (z, expected) => {
    expect(Math.abs(normalTailSurprisal(z) - expected)).toBeLessThan(2e-5);
  });
});

describe('generalised Pareto', () => {
  // a0, a1 by probability-weighted moments in numpy: xi = 2 - a0/(a0-2 a1), beta = 2 a0 a1/(a0-2 a1)
  it('has the moments of numpy', () => {
    const tail = fitParetoTail([0.1, 0.25, 0.3, 0.42, 0.5, 0.77, 0.9, 1.4, 2.2, 5.1], 1);
    expect(tail.shape).toBeCloseTo(0.36835712116610986, 12);
    expect(tail.scale).toBeCloseTo(0.7541815973276647, 12);
  });

  // scipy.stats.genpareto.sf(v, c, scale=s)
  it.each([
    [0, 1.5, 2, 0.26359713811572677],
    [0.3, 0.8, 4, 0.047155603182596935],
    [0.5, 0.4, 300, 7.073336351290175e-6],
  ])('shape %d, scale %d: survival at %d', (shape, scale, excess, expected) => {
    expect(paretoSurvival({ shape, scale }, excess) / expected).toBeCloseTo(1, 10);
  });

  // scipy.stats.genpareto.isf(1e-3, c, scale=s)
  it.each([
    [0.3, 0.8, 18.515419592647504],
    [0, 1.5, 10.361632918473205],
  ])('shape %d, scale %d: quantile', (shape, scale, expected) => {
    expect(paretoQuantile({ shape, scale }, 1e-3)).toBeCloseTo(expected, 8);
  });
});
