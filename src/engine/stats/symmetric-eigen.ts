import { addScaled, dot } from './dense-vector.ts';
import { Xorshift32 } from './xorshift.ts';

/** The leading part of an eigen-decomposition. */
export interface SymmetricEigen {
  /** All n eigenvalues, falling. */
  readonly values: Float64Array;
  /** The wanted eigenvectors, one after the other, each of n numbers and length 1, pairwise orthogonal. */
  readonly vectors: Float64Array;
  /** How many eigenvectors there are. */
  readonly count: number;
}

const MAX_SWEEPS = 60;
const INVERSE_ITERATIONS = 3;

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `below[i]` couples i - 1 and i; `below[0]` is 0. */
  readonly below: Float64Array;
  /** Row i holds the Householder vector of step i in its first i numbers. */
  readonly reflectors: Float64Array;
  readonly halfNorms: Float64Array;
}

/**
 * Eigenvalues and leading eigenvectors of a symmetric matrix: Householder reduction to a tridiagonal one, its
 * eigenvalues by implicit QL, the wanted eigenvectors by inverse iteration with full re-orthogonalisation.
 *
 * @param matrix  n x n numbers, row by row; only the lower triangle is read; finite
 * @param n  >= 1
 * @param wanted  how many eigenvectors, given the eigenvalues in falling order
 * @returns values and vectors; the sign of a vector is that which makes its largest entry positive
 * @throws RangeError when the matrix is too small for n or QL does not converge (numbers that are not finite)
 * Cost 4/3 n^3 + 4 n^2 k + 2 n k^2 multiplications, k = vectors: 264 in 20 ms, 912 in about a second.
 * Ref: Golub & Van Loan, Matrix Computations, algorithms 8.3.1 and 8.3.3; Parlett, The Symmetric Eigenvalue Problem,
 * chapter 4. Deviation: eigenvectors are not accumulated by QL, because only few are wanted.
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
  wanted: (values: Float64Array) => number = () => n
): SymmetricEigen {
  if (!(n >= 1 && matrix.length >= n * n)) {
    throw new RangeError('symmetricEigen needs n >= 1 and n * n numbers');
  }
  const reduced = tridiagonalise(matrix.slice(0, n * n), n);
  const values = eigenvaluesByQl(reduced.diagonal.slice(), reduced.below.slice()).sort().reverse();
  const count = Math.max(0, Math.min(n, wanted(values)));
  const vectors = new Float64Array(count * n);
  const random = new Xorshift32(1);
  for (let k = 0; k < count; k += 1) {
    inverseIteration(reduced, values[k] ?? 0, vectors, k, random);
  }
  for (let k = 0; k < count; k += 1) {
    const vector = vectors.subarray(k * n, (k + 1) * n);
    backTransform(reduced, vector);
    fixSign(vector);
  }
  return { values, vectors, count };
}

/** Reduces the lower triangle of `a`, which it overwrites, row after row from the last. */
function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n);
  const halfNorms = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i >= 1; i -= 1) {
    const u = a.subarray(i * n, i * n + i);
    let scale = 0;
    for (let k = 0; k < i - 1; k += 1) {
      scale += Math.abs(u[k] ?? 0);
    }
    const last = u[i - 1] ?? 0;
    if (scale === 0) {
      below[i] = last;
      continue;
    }
    scale += Math.abs(last);
    let norm = 0;
    for (let k = 0; k < i; k += 1) {
      const value = (u[k] ?? 0) / scale;
      u[k] = value;
      norm += value * value;
    }
    const head = u[i - 1] ?? 0;
    const root = head >= 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    below[i] = scale * root;
    const half = norm - head * root;
    u[i - 1] = head - root;
    halfNorms[i] = half;
    reflect(a, n, i, u, half, product);
  }
  for (let i = 0; i < n; i += 1) {
    diagonal[i] = a[i * n + i] ?? 0;
  }
  return { diagonal, below, reflectors: a, halfNorms };
}

/** A <- (1 - u u' / h) A (1 - u u' / h) on the leading i x i block, lower triangle only. */
function reflect(a: Float64Array, n: number, i: number, u: Float64Array, half: number, p: Float64Array): void {
  symmetricProduct(a, n, i, u, p);
  const shift = dot(p, 0, u, 0, i) / (2 * half * half);
  for (let k = 0; k < i; k += 1) {
    p[k] = (p[k] ?? 0) / half - shift * (u[k] ?? 0);
  }
  for (let j = 0; j < i; j += 1) {
    addScaled(a, j * n, -(u[j] ?? 0), p, 0, j + 1);
    addScaled(a, j * n, -(p[j] ?? 0), u, 0, j + 1);
  }
}

/** p <- A u on the leading i x i block, of which only the lower triangle is read. */
function symmetricProduct(a: Float64Array, n: number, i: number, u: Float64Array, p: Float64Array): void {
  p.fill(0, 0, i);
  for (let j = 0; j < i; j += 1) {
    addScaled(p, 0, u[j] ?? 0, a, j * n, j);
    p[j] = (p[j] ?? 0) + dot(a, j * n, u, 0, j + 1);
  }
}

function eigenvaluesByQl(d: Float64Array, below: Float64Array): Float64Array {
  const n = d.length;
  const e = new Float64Array(n);
  e.set(below.subarray(1));
  for (let l = 0; l < n; l += 1) {
    for (let sweep = 0; ; sweep += 1) {
      const m = firstUncoupled(d, e, l);
      if (m === l) {
        break;
      }
      if (sweep === MAX_SWEEPS) {
        throw new RangeError('symmetricEigen does not converge: the matrix holds numbers that are not finite');
      }
      qlSweep(d, e, l, m);
    }
  }
  return d;
}

function firstUncoupled(d: Float64Array, e: Float64Array, from: number): number {
  for (let m = from; m < d.length - 1; m += 1) {
    const size = Math.abs(d[m] ?? 0) + Math.abs(d[m + 1] ?? 0);
    if (Math.abs(e[m] ?? 0) <= Number.EPSILON * size || e[m] === 0) {
      return m;
    }
  }
  return d.length - 1;
}

function qlSweep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const el = e[l] ?? 0;
  let g = ((d[l + 1] ?? 0) - (d[l] ?? 0)) / (2 * el);
  let r = Math.hypot(g, 1);
  g = (d[m] ?? 0) - (d[l] ?? 0) + el / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i -= 1) {
    const f = s * (e[i] ?? 0);
    const b = c * (e[i] ?? 0);
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] ?? 0) - p;
    r = ((d[i] ?? 0) - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
  }
  d[l] = (d[l] ?? 0) - p;
  e[l] = g;
  e[m] = 0;
}

/** Writes eigenvector k of the tridiagonal matrix, orthogonal to those before it. */
function inverseIteration(
  reduced: Tridiagonal,
  value: number,
  vectors: Float64Array,
  k: number,
  random: Xorshift32
): void {
  const n = reduced.diagonal.length;
  const x = vectors.subarray(k * n, (k + 1) * n);
  for (let i = 0; i < n; i += 1) {
    x[i] = random.next() - 0.5;
  }
  for (let round = 0; round < INVERSE_ITERATIONS; round += 1) {
    orthogonalise(vectors, k, n);
    solveShifted(reduced, value, x);
    orthogonalise(vectors, k, n);
  }
  orthogonalise(vectors, k, n);
}

/** Makes vector k orthogonal to the k before it, and of length 1. */
function orthogonalise(vectors: Float64Array, k: number, n: number): void {
  const x = vectors.subarray(k * n, (k + 1) * n);
  normalise(x);
  for (let other = 0; other < k; other += 1) {
    addScaled(x, 0, -dot(x, 0, vectors, other * n, n), vectors, other * n, n);
  }
  normalise(x);
}

function normalise(x: Float64Array): void {
  let largest = 0;
  for (const value of x) {
    largest = Math.max(largest, Math.abs(value));
  }
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) {
    x[i] = largest > 0 ? (x[i] ?? 0) / largest : 1;
    sum += (x[i] ?? 0) ** 2;
  }
  const norm = Math.sqrt(sum);
  for (let i = 0; i < x.length; i += 1) {
    x[i] = (x[i] ?? 0) / norm;
  }
}

/** x <- (T - value)^-1 x by elimination with row exchanges; a zero pivot becomes a tiny one. */
function solveShifted({ diagonal, below }: Tridiagonal, value: number, x: Float64Array): void {
  const n = diagonal.length;
  const size = diagonal.reduce((most, d, i) => Math.max(most, Math.abs(d) + Math.abs(below[i] ?? 0)), 0);
  const tiny = Math.max(Number.EPSILON * size, 1e-300);
  const pivotOf = (number: number): number => (Math.abs(number) < tiny ? tiny : number);
  // Upper triangle with two diagonals above the main one; two places more, so that the last rows need no exception.
  const [main, first, second] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const coupling = new Float64Array(n + 2);
  coupling.set(below);
  let current = at(diagonal, 0) - value;
  let next = at(coupling, 1);
  for (let i = 0; i < n - 1; i += 1) {
    const sub = at(coupling, i + 1);
    const diag = at(diagonal, i + 1) - value;
    const upper = at(x, i);
    const lower = at(x, i + 1);
    const exchange = Math.abs(sub) > Math.abs(current);
    const pivot = exchange ? sub : pivotOf(current);
    const factor = (exchange ? current : sub) / pivot;
    main[i] = pivot;
    first[i] = exchange ? diag : next;
    second[i] = exchange ? at(coupling, i + 2) : 0;
    x[i] = exchange ? lower : upper;
    x[i + 1] = (exchange ? upper : lower) - factor * at(x, i);
    current = (exchange ? next : diag) - factor * at(first, i);
    next = exchange ? -factor * at(second, i) : at(coupling, i + 2);
  }
  main[n - 1] = pivotOf(current);
  for (let i = n - 1; i >= 0; i -= 1) {
    x[i] = (at(x, i) - at(first, i) * at(x, i + 1) - at(second, i) * at(x, i + 2)) / at(main, i);
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

/** From the tridiagonal basis back to that of the matrix. */
function backTransform({ reflectors, halfNorms }: Tridiagonal, x: Float64Array): void {
  const n = x.length;
  for (let i = 1; i < n; i += 1) {
    const half = halfNorms[i] ?? 0;
    if (half !== 0) {
      addScaled(x, 0, -dot(x, 0, reflectors, i * n, i) / half, reflectors, i * n, i);
    }
  }
}

function fixSign(x: Float64Array): void {
  let largest = 0;
  for (const value of x) {
    largest = Math.abs(value) > Math.abs(largest) ? value : largest;
  }
  if (largest < 0) {
    for (let i = 0; i < x.length; i += 1) {
      x[i] = -(x[i] ?? 0);
    }
  }
}
