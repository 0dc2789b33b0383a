import { Random } from '../networks/random.js';

/**
 * Makes rows orthonormal, in place, by modified Gram-Schmidt in double precision: .3 s for 176 rows of 7,500. Rows of a subspace iteration
 * span a range of 1e4 in size, which single precision (the backend's) does not survive. A row that depends on those before it is replaced
 * by a random one.
 * @param rows at most as many as they are long
 */
export function orthonormalise(values: Float32Array, rows: number, width: number, random: Random): void {
  const done: Float64Array[] = [];
  for (let row = 0; row < rows; row++) {
    let candidate = Float64Array.from(values.subarray(row * width, (row + 1) * width));
    while (!removeAndScale(candidate, done)) candidate = Float64Array.from({ length: width }, () => random.normal());
    done.push(candidate);
    values.set(candidate, row * width);
  }
}

/** What is left of a row after the others are taken out must be more than single precision's own noise. */
const INDEPENDENT = 1e-6;

/** @returns false where nothing is left */
function removeAndScale(row: Float64Array, others: readonly Float64Array[]): boolean {
  const before = Math.sqrt(dot(row, row));
  for (const other of others) {
    const share = dot(row, other);
    for (let i = 0; i < row.length; i++) row[i] -= share * other[i];
  }
  const after = Math.sqrt(dot(row, row));
  if (!(after > INDEPENDENT * before)) return false;
  for (let i = 0; i < row.length; i++) row[i] /= after;
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
