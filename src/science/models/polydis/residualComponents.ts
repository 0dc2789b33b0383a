import type { Disentangler, Linearisation } from '../method.js';
import { type Exponents, evaluateMonomials, evaluatePolynomial, polynomialSlopes } from './polynomial.js';

/**
 * z = (x - p(u)) Vᵀ and back, x = p(u) + z V, where p is a polynomial for every column and V holds components x columns. Plain loops in double precision:
 * 13,000 multiplications a row for 160 columns are not worth a tensor, and no row can depend on its batch.
 */
export class ResidualComponents implements Disentangler {
  readonly latentSize: number;
  /** Vᵀ of the polynomial's coefficients, monomials x latentSize: z = x Vᵀ - m(u) (B Vᵀ) takes half the time of x - p(u) first. */
  private readonly projected: Float64Array;

  /**
   * @param polynomial B, monomials x width
   * @param components V, latentSize x width
   */
  constructor(
    private readonly exponents: Exponents,
    private readonly polynomial: Float64Array,
    private readonly components: Float64Array,
    private readonly width: number,
  ) {
    this.latentSize = components.length / width;
    this.projected = this.project(polynomial, exponents.length);
  }

  encode(x: Float32Array, u: Float32Array, rows: number): Float32Array {
    const { latentSize, projected, exponents } = this;
    const z = this.project(x, rows);
    const monomials = evaluateMonomials(u, exponents);
    const terms = exponents.length;
    for (let row = 0; row < rows; row++)
      for (let term = 0; term < terms; term++) {
        const monomial = monomials[row * terms + term];
        for (let j = 0; j < latentSize; j++) z[row * latentSize + j] -= monomial * projected[term * latentSize + j];
      }
    return Float32Array.from(z);
  }

  decode(z: Float32Array, u: Float32Array, rows: number): Float32Array {
    const { width, latentSize, components } = this;
    const x = evaluatePolynomial(u, this.exponents, this.polynomial, width);
    const sums = new Float64Array(width);
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      for (let component = 0; component < latentSize; component++) {
        const weight = z[row * latentSize + component];
        for (let k = 0; k < width; k++) sums[k] += weight * components[component * width + k];
      }
      for (let k = 0; k < width; k++) x[row * width + k] += sums[k];
    }
    return x;
  }

  linearise(z: Float32Array, u: Float32Array, rows: number, inParameters: boolean): Linearisation {
    const { width, components, exponents, polynomial } = this;
    const parameters = inParameters ? exponents[0].length : 0;
    const byLatent = new Float32Array(rows * components.length);
    for (let row = 0; row < rows; row++) byLatent.set(components, row * components.length);
    const byParameter = new Float32Array(rows * parameters * width);
    for (let variable = 0; variable < parameters; variable++) {
      const slopes = polynomialSlopes(u, exponents, polynomial, width, variable);
      for (let row = 0; row < rows; row++)
        byParameter.set(slopes.subarray(row * width, (row + 1) * width), (row * parameters + variable) * width);
    }
    return { x: this.decode(z, u, rows), byLatent, byParameter };
  }

  /** x - p(u) + p(to): the whole residual goes along, not its components alone (de Mijolla et al. 2021, section 5.4). */
  recast(x: Float32Array, u: Float32Array, to: Float32Array): Float32Array {
    const before = evaluatePolynomial(u, this.exponents, this.polynomial, this.width);
    const after = evaluatePolynomial(to, this.exponents, this.polynomial, this.width);
    return x.map((value, i) => value - before[i] + after[i]);
  }

  dispose(): void {}

  /** values Vᵀ, rows x latentSize. */
  private project(values: Float32Array | Float64Array, rows: number): Float64Array {
    const { width, latentSize, components } = this;
    return Float64Array.from({ length: rows * latentSize }, (_, i) => {
      const [row, component] = [Math.floor(i / latentSize) * width, (i % latentSize) * width];
      let sum = 0;
      for (let k = 0; k < width; k++) sum += values[row + k] * components[component + k];
      return sum;
    });
  }
}
