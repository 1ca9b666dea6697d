/**
 * Solves `A x = b` for a symmetric positive definite `A` by a Cholesky factorisation in place.
 *
 * @param matrix  size x size numbers, row by row; only the lower triangle is read, and overwritten by the factor
 * @param rhs  `size` numbers; overwritten by the solution
 * @param size  >= 1
 * @returns `rhs` holding x; undefined when the matrix is not positive definite within rounding, or not finite
 * Cost size^3 / 6 multiplications, no allocation. Ref: Golub & Van Loan, Matrix Computations, algorithm 4.2.1.
 */
export function solveCholesky(matrix: Float64Array, rhs: Float64Array, size: number): Float64Array | undefined {
  if (!factorise(matrix, size)) {
    return undefined;
  }
  for (let row = 0; row < size; row += 1) {
    let sum = rhs[row] ?? 0;
    for (let k = 0; k < row; k += 1) {
      sum -= (matrix[row * size + k] ?? 0) * (rhs[k] ?? 0);
    }
    rhs[row] = sum / (matrix[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = rhs[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) {
      sum -= (matrix[k * size + row] ?? 0) * (rhs[k] ?? 0);
    }
    rhs[row] = sum / (matrix[row * size + row] ?? 1);
  }
  return rhs.subarray(0, size).every(Number.isFinite) ? rhs : undefined;
}

function factorise(matrix: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column] ?? 0;
      for (let k = 0; k < column; k += 1) {
        sum -= (matrix[row * size + k] ?? 0) * (matrix[column * size + k] ?? 0);
      }
      if (row !== column) {
        matrix[row * size + column] = sum / (matrix[column * size + column] ?? 1);
      } else if (sum > 0 && sum < Infinity) {
        matrix[row * size + row] = Math.sqrt(sum);
      } else {
        return false;
      }
    }
  }
  return true;
}
