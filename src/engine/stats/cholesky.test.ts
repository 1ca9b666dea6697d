import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveCholesky } from './cholesky.ts';

describe('solving with Cholesky', () => {
  it('solves what was multiplied', () => {
    const entries = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(entries, (numbers) => {
        const size = 4;
        const factor = numbers.slice(0, size * size);
        const solution = numbers.slice(size * size);
        const matrix = new Float64Array(size * size);
        for (let a = 0; a < size; a += 1) {
          for (let b = 0; b < size; b += 1) {
            for (let k = 0; k < size; k += 1) {
              matrix[a * size + b]! += (factor[a * size + k] ?? 0) * (factor[b * size + k] ?? 0);
            }
          }
          matrix[a * size + a]! += 1;
        }
        const rhs = Float64Array.from({ length: size }, (_, a) =>
          solution.reduce((sum, x, b) => sum + (matrix[a * size + b] ?? 0) * x, 0)
        );
        const found = solveCholesky(matrix, rhs, size);
        solution.forEach((x, a) => expect(found?.[a]).toBeCloseTo(x, 8));
      })
    );
  });

  it.each([
    ['singular', [1, 1, 1, 1]],
    ['indefinite', [1, 2, 2, 1]],
    ['not finite', [Number.NaN, 0, 0, 1]],
    ['infinite', [Infinity, 0, 0, 1]],
  ])('refuses a matrix that is %s', (_, matrix) => {
    expect(solveCholesky(Float64Array.from(matrix), new Float64Array([1, 2]), 2)).toBeUndefined();
  });
});
