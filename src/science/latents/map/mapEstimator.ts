import { triangleSize } from '../../linearAlgebra/triangle.js';
import type { Disentangler } from '../../models/method.js';
import type { Backend } from '../../networks/backend.js';
import type { LatentResidual } from '../residual.js';
import type { MapEstimate, MapInput } from './estimate.js';
import type { Misfit } from './misfit.js';
import { informationVector } from './normalForm.js';
import { SliceFit } from './sliceFit.js';

/** Numbers of derivatives in memory at a time: 64 MB. */
const MOST_NUMBERS = 16e6;
const MOST_ROWS = 256;

/**
 * Maximum a posteriori latents, by Gauss-Newton from the encoder's: the least of
 *
 *   (x - D(z, u))ᵀ (C + C_model)⁻¹ (x - D(z, u)) + rᵀ r + sum of ((u - u of the catalogue) / its error)²,   z = z̄(u) + K r.
 *
 * It weighs a spectrum by its own noise and knows the population, both of which the encoder cannot; and it fits u where the catalogue has errors.
 */
export class MapEstimator {
  readonly latentSize: number;

  constructor(
    private readonly backend: Backend,
    private readonly disentangler: Disentangler,
    private readonly residual: LatentResidual,
    private readonly misfit: Misfit,
    /** |u| beyond which no parameter is fitted, one for each. */
    private readonly limits: readonly number[],
  ) {
    this.latentSize = disentangler.latentSize;
  }

  /** Rows are independent of each other. */
  estimate(input: MapInput): MapEstimate {
    const { rows } = input;
    const n = this.latentSize;
    const m = this.limits.length;
    const width = this.misfit.width;
    const result = {
      rows,
      encoded: new Float32Array(rows * n),
      latents: new Float32Array(rows * n),
      residual: new Float32Array(rows * n),
      information: new Float32Array(rows * triangleSize(n)),
      informationVector: new Float32Array(rows * n),
      u: Float32Array.from(input.u),
      uCovariance: new Float64Array(rows * triangleSize(m)),
      chi2: new Float32Array(rows),
      steps: new Uint8Array(rows),
    };
    const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / ((n + m + 1) * width))));
    for (let start = 0; start < rows; start += most) {
      const end = Math.min(start + most, rows);
      const part = (values: Float32Array) =>
        values.subarray((start * values.length) / rows, (end * values.length) / rows);
      const x = part(input.x);
      const u = part(input.u);
      const encoded = this.disentangler.encode(x, u, end - start);
      const fit = new SliceFit(this.backend, this.disentangler, this.residual, this.misfit, this.limits, {
        rows: end - start,
        x,
        noise: input.noise.slice(start, end),
        u,
        uErrors: part(input.uErrors),
      });
      fit.run(encoded);
      result.encoded.set(encoded, start * n);
      result.latents.set(this.residual.restore(fit.r, fit.u), start * n);
      result.residual.set(fit.r, start * n);
      result.information.set(fit.information, start * triangleSize(n));
      result.u.set(fit.u, start * m);
      result.uCovariance.set(fit.uCovariance, start * triangleSize(m));
      result.chi2.set(fit.chi2, start);
      result.steps.set(fit.steps, start);
    }
    for (let row = 0; row < rows; row++) {
      const information = result.information.subarray(row * triangleSize(n), (row + 1) * triangleSize(n));
      const r = result.residual.subarray(row * n, (row + 1) * n);
      result.informationVector.set(informationVector(information, r), row * n);
    }
    return result;
  }
}
