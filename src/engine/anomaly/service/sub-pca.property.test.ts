import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, xorshift32 } from '../../testing/xorshift.ts';
import { fitSubPca, RESIDUAL_STEPS } from './sub-pca.ts';
import { addWindowMoments } from './window-covariance.ts';

const WIDTH = 3;
const WINDOW = 4;
const SIZE = WIDTH * WINDOW;

/** Rows that follow `rank` hidden sines, with noise. */
function rowsOf(count: number, rank: number, noise: number, seed: number): Float64Array {
  const random = xorshift32(seed);
  const mix = Array.from({ length: rank * WIDTH }, () => gaussian(random));
  const phases = Array.from({ length: rank }, () => 6 * random());
  return Float64Array.from({ length: count * WIDTH }, (_, at) => {
    const [t, j] = [Math.floor(at / WIDTH), at % WIDTH];
    const signal = phases.reduce((sum, phase, k) => sum + mix[k * WIDTH + j]! * Math.sin(t / 7 + phase), 0);
    return signal + noise * gaussian(random);
  });
}

describe('addWindowMoments', () => {
  it('equals the plain sums over all windows of all stretches', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 21, max: 40 }), (seed, cut, end) => {
        const rows = rowsOf(40, 2, 1, seed);
        const moments = { sums: new Float64Array(SIZE), products: new Float64Array(SIZE * SIZE), count: 0 };
        const sums = new Float64Array(SIZE);
        const products = new Float64Array(SIZE * SIZE);
        let count = 0;
        for (const [from, to] of [
          [0, cut],
          [cut, end],
        ] as const) {
          addWindowMoments(moments, rows, from, to, WIDTH, WINDOW);
          for (let start = from; start + WINDOW <= to; start += 1) {
            const window = rows.subarray(start * WIDTH, start * WIDTH + SIZE);
            window.forEach((value, i) => {
              sums[i]! += value;
              for (let k = 0; k <= i; k += 1) {
                products[i * SIZE + k]! += value * window[k]!;
              }
            });
            count += 1;
          }
        }
        expect(moments.count).toBe(count);
        expect(Math.max(0, ...moments.sums.map((sum, i) => Math.abs(sum - sums[i]!)))).toBeLessThan(1e-9);
        expect(Math.max(0, ...moments.products.map((sum, i) => Math.abs(sum - products[i]!)))).toBeLessThan(1e-9);
      })
    );
  });
});

describe('sub-PCA', () => {
  it('has an orthonormal basis, and residuals are orthogonal to it', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rows = rowsOf(200, 1, 0.5, seed);
        const { basis, count, mean } = fitSubPca(rows, [[0, 200]], WIDTH, WINDOW)!.parts;
        const centred = rows.subarray(300, 300 + SIZE).map((value, i) => value - mean[i]!);
        const vector = (k: number): Float64Array => basis.subarray(k * SIZE, (k + 1) * SIZE);
        const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
        const residual = centred.slice();
        for (let k = 0; k < count; k += 1) {
          const along = dot(vector(k), centred);
          residual.forEach((value, i) => (residual[i] = value - along * vector(k)[i]!));
        }
        for (let k = 0; k < count; k += 1) {
          expect(Math.abs(dot(residual, vector(k)))).toBeLessThan(1e-8);
          expect(Math.abs(dot(vector(k), vector(k)) - 1)).toBeLessThan(1e-8);
        }
        const tail = new Float64Array(RESIDUAL_STEPS * WIDTH);
        fitSubPca(rows, [[0, 200]], WIDTH, WINDOW)!.residuals(rows, 300, tail);
        tail.forEach((value, i) => expect(value).toBeCloseTo(residual[SIZE - tail.length + i]!, 8));
      }),
      { numRuns: 20 }
    );
  });

  it('reconstructs rows of low rank exactly', () => {
    // Rows that alternate between two lie on a line; one component holds them.
    const tail = new Float64Array(RESIDUAL_STEPS * WIDTH);
    const flat = Float64Array.from({ length: 300 }, (_, at) => (Math.floor(at / WIDTH) % 2) * (1 + (at % WIDTH)));
    fitSubPca(flat, [[0, 100]], WIDTH, WINDOW)!.residuals(flat, 30, tail);
    expect(Math.max(...tail.map(Math.abs))).toBeLessThan(1e-8);
  });

  it('does not depend on the order of the features', () => {
    const rows = rowsOf(300, 2, 0.3, 9);
    const turned = rows.map((_, at) => rows[at - (at % WIDTH) + ((at + 1) % WIDTH)]!);
    const [a, b] = [rows, turned].map((list) => fitSubPca(list, [[0, 300]], WIDTH, WINDOW)!);
    const [left, right] = [new Float64Array(9), new Float64Array(9)];
    a!.residuals(rows, 60, left);
    b!.residuals(turned, 60, right);
    right.forEach((value, at) => expect(value).toBeCloseTo(left[at - (at % WIDTH) + ((at + 1) % WIDTH)]!, 8));
  });

  it('has no model where no stretch holds a window', () => {
    const rows = rowsOf(30, 1, 1, 1);
    const stretches = Array.from({ length: 10 }, (_, i) => [3 * i, 3 * i + 3] as const);
    expect(fitSubPca(rows, stretches, WIDTH, WINDOW)).toBeUndefined();
  });
});
