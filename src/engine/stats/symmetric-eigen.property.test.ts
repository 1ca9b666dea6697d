import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../testing/xorshift.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** A A' of an n x rank table: positive semi-definite, of that rank. */
function gram(n: number, rank: number, seed: number): Float64Array {
  const random = xorshift32(seed);
  const factor = Float64Array.from({ length: n * rank }, () => gaussian(random));
  return Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k += 1) {
      sum += factor[Math.floor(at / n) * rank + k]! * factor[(at % n) * rank + k]!;
    }
    return sum;
  });
}

function worstResidual(matrix: Float64Array, n: number, count = n): number {
  const eigen = symmetricEigen(matrix, n, () => count);
  const scale = Math.max(...eigen.values.map(Math.abs), 1e-300);
  let worst = 0;
  for (let k = 0; k < count; k += 1) {
    const v = eigen.vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i += 1) {
      let sum = -eigen.values[k]! * v[i]!;
      for (let j = 0; j < n; j += 1) {
        sum += matrix[i * n + j]! * v[j]!;
      }
      worst = Math.max(worst, Math.abs(sum) / scale);
    }
    for (let other = 0; other <= k; other += 1) {
      let dot = other === k ? -1 : 0;
      for (let i = 0; i < n; i += 1) {
        dot += v[i]! * eigen.vectors[other * n + i]!;
      }
      worst = Math.max(worst, Math.abs(dot));
    }
  }
  return worst;
}

describe('symmetricEigen', () => {
  it('gives orthonormal eigenvectors of random matrices of any rank', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }), fc.integer(), (n, rank, seed) => {
        expect(worstResidual(gram(n, rank, seed), n)).toBeLessThan(1e-10);
      })
    );
  });

  it('gives the leading ones of a larger matrix', () => {
    expect(worstResidual(gram(120, 200, 3), 120, 20)).toBeLessThan(1e-10);
  });

  it('orders the eigenvalues, and their sum is the trace', () => {
    const matrix = gram(30, 40, 11);
    const { values } = symmetricEigen(matrix, 30, () => 0);
    const trace = Array.from({ length: 30 }, (_, i) => matrix[i * 31]!).reduce((sum, value) => sum + value, 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 8);
    expect([...values]).toEqual([...values].sort((left, right) => right - left));
  });

  it.each([
    ['zero', new Float64Array(16), 4],
    ['identity', Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 1 : 0)), 5],
    ['all ones', new Float64Array(36).fill(1), 6],
    ['blocks of twins', Float64Array.from([2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2]), 4],
    ['tiny', Float64Array.from([2e-200, 1e-200, 1e-200, 2e-200]), 2],
    ['one number', Float64Array.of(-3), 1],
  ])('handles a degenerate matrix: %s', (_, matrix, n) => {
    expect(worstResidual(matrix, n)).toBeLessThan(1e-10);
  });

  it('agrees with a case that can be solved by hand', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(vectors[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(vectors[1]).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it.each([
    ['too few numbers', new Float64Array(3), 2],
    ['numbers that are not finite', Float64Array.of(1, NaN, NaN, 1), 2],
  ])('refuses %s', (_, matrix, n) => {
    expect(() => symmetricEigen(matrix, n)).toThrow(RangeError);
  });
});
