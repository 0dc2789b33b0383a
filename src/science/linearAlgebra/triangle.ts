/**
 * Symmetric matrices and Cholesky factors as their lower triangle by rows, packed: element (i, j), j <= i, stands at i (i + 1) / 2 + j. Plain loops over typed arrays:
 * a comparison of two stars is one 20 x 20 factorisation, 4 µs; a library that allocates its matrices takes ten times as long.
 */
export function triangleSize(n: number): number {
  return (n * (n + 1)) / 2;
}

/** Where element (i, i) stands. */
export function diagonal(i: number): number {
  return (i * (i + 3)) / 2;
}

/**
 * Replaces a positive definite matrix by its Cholesky factor K, A = K Kᵀ.
 * @returns ln det A; NaN where A is not positive definite, and is spoilt
 */
export function factorise(a: Float64Array, n: number): number {
  let logarithm = 0;
  for (let i = 0, row = 0; i < n; row += ++i)
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = a[row + j];
      for (let k = 0; k < j; k++) sum -= a[row + k] * a[other + k];
      if (j < i) a[row + j] = sum / a[other + j];
      else {
        if (!(sum > 0)) return Number.NaN;
        a[row + i] = Math.sqrt(sum);
        logarithm += Math.log(sum);
      }
    }
  return logarithm;
}

/** Replaces b by K⁻¹ b and returns |K⁻¹ b|² = bᵀ A⁻¹ b. */
export function solveForward(factor: Float64Array, b: Float64Array, n: number): number {
  let square = 0;
  for (let i = 0, row = 0; i < n; row += ++i) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[row + k] * b[k];
    b[i] = sum / factor[row + i];
    square += b[i] * b[i];
  }
  return square;
}

/** @returns A⁻¹, packed, of A = K Kᵀ */
export function invert(factor: Float64Array, n: number): Float64Array {
  const columns = new Float64Array(n * n); // row j: column j of K⁻¹
  for (let j = 0; j < n; j++) {
    columns[j * n + j] = 1 / factor[diagonal(j)];
    for (let i = j + 1, row = triangleSize(i); i < n; row += ++i) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[row + k] * columns[j * n + k];
      columns[j * n + i] = sum / factor[row + i];
    }
  }
  const inverse = new Float64Array(triangleSize(n));
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += columns[i * n + k] * columns[j * n + k];
      inverse[at] = sum;
    }
  return inverse;
}

/** @returns A x of a packed A */
export function multiply(a: Float64Array, x: ArrayLike<number>, n: number): Float64Array {
  const product = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      product[i] += a[at] * x[j];
      if (j < i) product[j] += a[at] * x[i];
    }
  return product;
}

/** @returns the whole matrix, row-major */
export function unpack(a: ArrayLike<number>, n: number): Float64Array {
  const full = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      full[i * n + j] = a[at];
      full[j * n + i] = a[at];
    }
  return full;
}

/** @returns the lower triangle of a row-major symmetric matrix */
export function pack(full: ArrayLike<number>, n: number): Float64Array {
  const packed = new Float64Array(triangleSize(n));
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++, at++) packed[at] = full[i * n + j];
  return packed;
}
