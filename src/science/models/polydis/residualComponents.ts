import type { Disentangler } from '../method.js';
import { type Exponents, evaluatePolynomial } from './polynomial.js';

/**
 * z = (x - p(u)) Vᵀ and back, x = p(u) + z V, where p is a polynomial for every column and V holds components x columns. Plain loops in double precision:
 * 13,000 multiplications a row for 160 columns are not worth a tensor, and no row can depend on its batch.
 */
export class ResidualComponents implements Disentangler {
  readonly latentSize: number;

  constructor(
    private readonly exponents: Exponents,
    private readonly polynomial: Float64Array,
    private readonly components: Float64Array,
    private readonly width: number,
  ) {
    this.latentSize = components.length / width;
  }

  encode(x: Float32Array, u: Float32Array, rows: number): Float32Array {
    const { width, latentSize, components } = this;
    const trend = evaluatePolynomial(u, this.exponents, this.polynomial, width);
    const z = new Float32Array(rows * latentSize);
    for (let i = 0; i < z.length; i++) {
      const [row, component] = [Math.floor(i / latentSize) * width, (i % latentSize) * width];
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (x[row + k] - trend[row + k]) * components[component + k];
      z[i] = sum;
    }
    return z;
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

  dispose(): void {}
}
