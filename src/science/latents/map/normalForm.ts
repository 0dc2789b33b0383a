import { NormalEquations } from '../../linearAlgebra/normalEquations.js';
import { triangleSize } from '../../linearAlgebra/triangle.js';

/** Largest change of a latent (in units of its prior's standard deviation) and of a scaled parameter in one step. */
const LATENT_STEP = 1;
const PARAMETER_STEP = 0.5;
/** Prior precision of a parameter that is exact. */
const EXACT = 1e12;

/**
 * The normal equations of one star about one point: unknowns are the whitened residual latents r, with the prior N(0, I), and the scaled parameters u, with the
 * catalogue's values and errors for their prior.
 */
export class NormalForm {
  /** Likelihood blocks: A (n x n, full), B (n x m), D (m x m), and the gradients in r and u. */
  private readonly a: Float64Array;
  private readonly b: Float64Array;
  private readonly d: Float64Array;
  private readonly gradient: Float64Array;
  private readonly scratch: Float64Array;
  private readonly joint: NormalEquations;
  private readonly ofParameters: NormalEquations;

  /**
   * @param n latents
   * @param m parameters that are fitted
   * @param unwhitening K, n x n, lower triangular: dz = K dr
   */
  constructor(
    private readonly n: number,
    private readonly m: number,
    private readonly unwhitening: Float64Array,
  ) {
    this.a = new Float64Array(n * n);
    this.b = new Float64Array(n * m);
    this.d = new Float64Array(m * m);
    this.gradient = new Float64Array(n + m);
    this.scratch = new Float64Array(n * n);
    this.joint = new NormalEquations(n + m);
    this.ofParameters = new NormalEquations(m);
  }

  /**
   * Takes the products of dx/dz (n), dx/du at fixed z (m) and the residual (1), and turns them into those with respect to r and u at fixed r: dz = K dr + z̄'(u) du.
   * @param products k x k, k = n + m + 1
   * @param slopes dz̄/du_i, m x n
   */
  take(products: Float32Array, slopes: Float64Array): void {
    const { n, m, a, b, d, gradient, scratch, unwhitening } = this;
    const k = n + m + 1;
    // scratch = G_zz K, a = Kᵀ scratch; K is lower triangular.
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = j; l < n; l++) sum += products[i * k + l] * unwhitening[l * n + j];
        scratch[i * n + j] = sum;
      }
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let l = i; l < n; l++) sum += unwhitening[l * n + i] * scratch[l * n + j];
        a[i * n + j] = a[j * n + i] = sum;
      }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let l = i; l < n; l++) sum += unwhitening[l * n + i] * products[l * k + k - 1];
      gradient[i] = sum;
    }
    for (let p = 0; p < m; p++) {
      // Products of the latents with the whole derivative in u: G_zz z̄' + G_zu.
      for (let l = 0; l < n; l++) {
        let sum = products[l * k + n + p];
        for (let j = 0; j < n; j++) sum += products[l * k + j] * slopes[p * n + j];
        scratch[l] = sum;
      }
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let l = i; l < n; l++) sum += unwhitening[l * n + i] * scratch[l];
        b[i * m + p] = sum;
      }
      for (let q = 0; q < m; q++) {
        let sum = products[(n + q) * k + n + p];
        for (let l = 0; l < n; l++)
          sum += slopes[q * n + l] * scratch[l] + products[(n + q) * k + l] * slopes[p * n + l];
        d[q * m + p] = sum;
      }
      let sum = products[(n + p) * k + k - 1];
      for (let l = 0; l < n; l++) sum += slopes[p * n + l] * products[l * k + k - 1];
      gradient[n + p] = sum;
    }
  }

  /**
   * The Gauss-Newton step from (r, u), each component clamped.
   * @param offsets u less the catalogue's
   * @param precisions of the catalogue's u
   * @param step n + m, filled
   * @returns what the whole step would take off the objective to second order: the square of its length in standard deviations of the posterior
   */
  solve(r: Float64Array, offsets: Float64Array, precisions: Float64Array, step: Float64Array): number {
    const { n, m, joint, gradient } = this;
    this.fillJoint(precisions);
    joint.factor();
    for (let i = 0; i < n; i++) step[i] = gradient[i] - r[i];
    for (let p = 0; p < m; p++) step[n + p] = gradient[n + p] - precisions[p] * offsets[p];
    const downhill = step.slice();
    joint.solve(step);
    let decrement = 0;
    for (let i = 0; i < n + m; i++) {
      decrement += downhill[i] * step[i];
      const most = i < n ? LATENT_STEP : PARAMETER_STEP;
      step[i] = Math.max(-most, Math.min(most, step[i]));
    }
    return decrement;
  }

  /** Writes L, u marginalised, as a lower triangle by rows: A - B (D + precisions)⁻¹ Bᵀ. */
  informationInto(precisions: Float64Array, target: Float32Array | Float64Array): void {
    const { n, m, a, b, d, ofParameters } = this;
    const taken = new Float64Array(n * m);
    if (m > 0) {
      for (let p = 0; p < m; p++)
        for (let q = 0; q <= p; q++)
          ofParameters.triangle[triangleSize(p) + q] = d[p * m + q] + (p === q ? precisions[p] : 0);
      ofParameters.factor();
      for (let i = 0; i < n; i++) {
        const own = b.slice(i * m, (i + 1) * m);
        ofParameters.solve(own);
        taken.set(own, i * m);
      }
    }
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++, at++) {
        let sum = a[i * n + j];
        for (let p = 0; p < m; p++) sum -= taken[i * m + p] * b[j * m + p];
        target[at] = sum;
      }
  }

  /** Writes the covariance of u, r marginalised, as a lower triangle by rows; 0 where exact. */
  parameterCovarianceInto(precisions: Float64Array, target: Float64Array): void {
    const { n, m, joint } = this;
    this.fillJoint(precisions);
    joint.factor();
    const inverse = new Float64Array(triangleSize(n + m));
    joint.invertInto(inverse);
    for (let p = 0, at = 0; p < m; p++)
      for (let q = 0; q <= p; q++, at++)
        target[at] = precisions[p] === EXACT || precisions[q] === EXACT ? 0 : inverse[triangleSize(n + p) + n + q];
  }

  private fillJoint(precisions: Float64Array): void {
    const { n, m, a, b, d, joint } = this;
    const { triangle } = joint;
    for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++) triangle[at++] = a[i * n + j] + (i === j ? 1 : 0);
    for (let p = 0; p < m; p++) {
      const row = triangleSize(n + p);
      for (let i = 0; i < n; i++) triangle[row + i] = b[i * m + p];
      for (let q = 0; q <= p; q++) triangle[row + n + q] = d[p * m + q] + (p === q ? precisions[p] : 0);
    }
  }
}

/** The precision that an error of u stands for; 0 and NaN mean exact. */
export function precisionOf(error: number): number {
  return error > 0 ? Math.min(EXACT, 1 / error ** 2) : EXACT;
}

/** e = (L + I) r, with L a lower triangle by rows. */
export function informationVector(information: Float32Array | Float64Array, r: ArrayLike<number>): Float32Array {
  const n = r.length;
  const vector = Float64Array.from(r);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      vector[i] += information[at] * r[j];
      if (j < i) vector[j] += information[at] * r[i];
    }
  return Float32Array.from(vector);
}
