/** The monomials of a complete polynomial in u: all products of powers up to a total degree, 15 of two parameters at degree 4, 35 of three. */
export class ParameterPolynomial {
  /** One row of powers per monomial, by rising total degree: [0,0], [1,0], [0,1], [2,0], [1,1], … The order is part of the artefact's format. */
  readonly exponents: readonly (readonly number[])[];

  constructor(
    readonly parameterCount: number,
    degree: number,
  ) {
    this.exponents = Array.from({ length: degree + 1 }, (_, total) => exponentsOfTotal(parameterCount, total)).flat();
  }

  /** Number of monomials. */
  get size(): number {
    return this.exponents.length;
  }

  /** @param u rows x parameterCount. @returns the monomials of one row; the array is used again by the next call when passed as `out` */
  at(u: Float32Array, row: number, out = new Float64Array(this.size)): Float64Array {
    const offset = row * this.parameterCount;
    for (let m = 0; m < out.length; m++) {
      let product = 1;
      for (let i = 0; i < this.parameterCount; i++) product *= u[offset + i] ** this.exponents[m][i];
      out[m] = product;
    }
    return out;
  }
}

function exponentsOfTotal(count: number, total: number): number[][] {
  if (count === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, k) =>
    exponentsOfTotal(count - 1, k).map((rest) => [total - k, ...rest]),
  ).flat();
}
