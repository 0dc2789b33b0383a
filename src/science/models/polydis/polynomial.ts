import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Powers of each variable, one row a monomial. */
export type Exponents = readonly (readonly number[])[];

/**
 * Exponents of all monomials in `variables` variables up to a total degree, the constant first: 15 rows for 2 variables and degree 4, 35 for 3.
 */
export function monomialExponents(variables: number, degree: number): number[][] {
  let exponents: number[][] = [[]];
  for (let variable = 0; variable < variables; variable++)
    exponents = exponents.flatMap((row) => {
      const left = degree - row.reduce((sum, power) => sum + power, 0);
      return Array.from({ length: left + 1 }, (_, power) => [...row, power]);
    });
  const total = (row: number[]) => row.reduce((sum, power) => sum + power, 0);
  return exponents.sort((a, b) => total(a) - total(b));
}

/**
 * A polynomial of u for each of `width` columns.
 * @param u rows x variables
 * @param coefficients monomials x width
 * @returns rows x width
 */
export function evaluatePolynomial(
  u: Float32Array,
  exponents: Exponents,
  coefficients: Float64Array,
  width: number,
): Float32Array {
  const variables = exponents[0].length;
  const rows = u.length / variables;
  const values = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    monomials(u.subarray(row * variables, (row + 1) * variables), exponents).forEach((monomial, term) => {
      for (let k = 0; k < width; k++) sums[k] += monomial * coefficients[term * width + k];
    });
    values.set(sums, row * width);
  }
  return values;
}

/**
 * Least squares of every column of `targets` on the monomials of u, by normal equations in double precision: over [-1, 1] their condition is about 1e4.
 * @param targets rows x width
 * @param chosen the rows that count
 * @returns coefficients, monomials x width
 */
export function fitPolynomial(
  u: Float32Array,
  targets: Float32Array,
  width: number,
  exponents: Exponents,
  chosen: Int32Array,
): Float64Array {
  const terms = exponents.length;
  const variables = exponents[0].length;
  const gram = Matrix.zeros(terms, terms);
  const moments = Array.from({ length: terms }, () => new Float64Array(width));
  for (const row of chosen) {
    const own = monomials(u.subarray(row * variables, (row + 1) * variables), exponents);
    const target = targets.subarray(row * width, (row + 1) * width);
    for (let i = 0; i < terms; i++) {
      for (let j = 0; j < terms; j++) gram.set(i, j, gram.get(i, j) + own[i] * own[j]);
      const [moment, weight] = [moments[i], own[i]];
      for (let k = 0; k < width; k++) moment[k] += weight * target[k];
    }
  }
  // A hair of ridge, 1e-10 of each term's own weight: u on a coarse lattice leaves some monomials dependent.
  for (let i = 0; i < terms; i++) gram.set(i, i, gram.get(i, i) * (1 + 1e-10));
  const solution = new CholeskyDecomposition(gram).solve(new Matrix(moments.map((moment) => Array.from(moment))));
  return Float64Array.from(solution.to1DArray());
}

/** Of one row's u. */
function monomials(u: Float32Array, exponents: Exponents): Float64Array {
  return Float64Array.from(exponents, (powers) =>
    powers.reduce((product, power, variable) => product * u[variable] ** power, 1),
  );
}
