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
 * The monomials' values.
 * @param u rows x variables
 * @returns rows x monomials
 */
export function evaluateMonomials(u: Float32Array, exponents: Exponents): Float64Array {
  const variables = exponents[0].length;
  const terms = exponents.length;
  return Float64Array.from({ length: (u.length / variables) * terms }, (_, i) => {
    const row = Math.floor(i / terms) * variables;
    return exponents[i % terms].reduce((product, power, variable) => product * u[row + variable] ** power, 1);
  });
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
  const terms = exponents.length;
  const monomials = evaluateMonomials(u, exponents);
  const rows = monomials.length / terms;
  const values = new Float32Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let term = 0; term < terms; term++) {
      const [monomial, own] = [monomials[row * terms + term], term * width];
      for (let k = 0; k < width; k++) sums[k] += monomial * coefficients[own + k];
    }
    values.set(sums, row * width);
  }
  return values;
}

/**
 * Derivatives of such polynomials with respect to one variable: of each monomial, its power times the monomial of one power less.
 * @returns rows x width
 */
export function polynomialSlopes(
  u: Float32Array,
  exponents: Exponents,
  coefficients: Float64Array,
  width: number,
  variable: number,
): Float32Array {
  const kept = exponents.flatMap((powers, term) => (powers[variable] > 0 ? [term] : []));
  if (kept.length === 0) return new Float32Array((u.length / exponents[0].length) * width);
  const lowered = kept.map((term) => exponents[term].map((power, i) => (i === variable ? power - 1 : power)));
  const weighted = new Float64Array(kept.length * width);
  kept.forEach((term, i) => {
    const power = exponents[term][variable];
    for (let k = 0; k < width; k++) weighted[i * width + k] = power * coefficients[term * width + k];
  });
  return evaluatePolynomial(u, lowered, weighted, width);
}

/**
 * Least squares of every column of the targets on the monomials of u, by normal equations in double precision: over [-1, 1] their condition is about
 * 1e4. Rows are added slice by slice, and none is kept.
 */
export class PolynomialFit {
  private readonly gram: Matrix;
  private readonly moments: Float64Array[];

  constructor(
    private readonly exponents: Exponents,
    private readonly width: number,
  ) {
    const terms = exponents.length;
    this.gram = Matrix.zeros(terms, terms);
    this.moments = Array.from({ length: terms }, () => new Float64Array(width));
  }

  /**
   * @param u rows x variables
   * @param targets rows x width
   */
  add(u: Float32Array, targets: Float32Array): void {
    const { exponents, width, gram, moments } = this;
    const terms = exponents.length;
    const monomials = evaluateMonomials(u, exponents);
    for (let row = 0; row * terms < monomials.length; row++) {
      const own = monomials.subarray(row * terms, (row + 1) * terms);
      const target = targets.subarray(row * width, (row + 1) * width);
      for (let i = 0; i < terms; i++) {
        for (let j = 0; j < terms; j++) gram.set(i, j, gram.get(i, j) + own[i] * own[j]);
        const [moment, weight] = [moments[i], own[i]];
        for (let k = 0; k < width; k++) moment[k] += weight * target[k];
      }
    }
  }

  /** @returns coefficients, monomials x width */
  solve(): Float64Array {
    const { exponents, moments } = this;
    const gram = this.gram.clone();
    // A hair of ridge, 1e-10 of each term's own weight: u on a coarse lattice leaves some monomials dependent.
    for (let i = 0; i < exponents.length; i++) gram.set(i, i, gram.get(i, i) * (1 + 1e-10));
    const solution = new CholeskyDecomposition(gram).solve(new Matrix(moments.map((moment) => Array.from(moment))));
    return Float64Array.from(solution.to1DArray());
  }
}
