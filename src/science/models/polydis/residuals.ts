import type * as tfjs from '@tensorflow/tfjs';
import { fitComponents } from '../../basis/basisFit.js';
import type { RowSource } from '../../basis/rowSource.js';
import type { Backend } from '../../networks/backend.js';
import { readOut } from '../../networks/readOut.js';
import type { Course, Samples } from '../method.js';
import { parametersOf } from '../sampleSlices.js';
import { type Exponents, evaluateMonomials } from './polynomial.js';

/** What a polynomial in u leaves of some samples, made anew whenever a slice of it is read. */
export class Residuals implements RowSource {
  readonly rows: number;
  readonly pixels: number;

  /** @param polynomial monomials x width */
  constructor(
    private readonly backend: Backend,
    private readonly samples: Samples,
    private readonly chosen: Int32Array,
    private readonly exponents: Exponents,
    private readonly polynomial: Float64Array,
  ) {
    this.rows = chosen.length;
    this.pixels = samples.width;
  }

  /** With an inverse variance of 1 everywhere: all columns count alike. */
  async read(start: number, count: number): Promise<{ flux: Float32Array; ivar: Float32Array }> {
    const { samples, pixels, exponents } = this;
    const { tf } = this.backend;
    const rows = this.chosen.subarray(start, start + count);
    const x = await samples.gather(rows);
    const monomials = Float32Array.from(evaluateMonomials(parametersOf(samples, rows), exponents));
    const flux = readOut(
      tf.tidy(() => {
        const coefficients = tf.tensor2d(Float32Array.from(this.polynomial), [exponents.length, pixels]);
        const trend = tf.matMul(tf.tensor2d(monomials, [count, exponents.length]), coefficients);
        return tf.sub(tf.tensor2d(x, [count, pixels]), trend) as tfjs.Tensor2D;
      }),
    );
    return { flux, ivar: new Float32Array(flux.length).fill(1) };
  }

  /**
   * The directions of largest variance, largest first, each with its largest element positive. By subspace iteration, not from the covariance: that of
   * 7,728 pixels is 478 MB.
   * @returns count x width
   */
  async principalComponents(count: number, course: Pick<Course, 'seed' | 'report' | 'signal'>): Promise<Float32Array> {
    const options = { seed: course.seed, minimum: count, maximum: count };
    const { directions } = await fitComponents(this.backend, this, options, course.report, course.signal);
    const { values } = directions;
    for (let from = 0; from < values.length; from += this.pixels) {
      const vector = values.subarray(from, from + this.pixels);
      const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      if (largest < 0) for (let k = 0; k < vector.length; k++) vector[k] = -vector[k];
    }
    return values;
  }
}
