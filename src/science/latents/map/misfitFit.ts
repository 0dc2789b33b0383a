import type { Disentangler } from '../../models/method.js';
import type { Backend } from '../../networks/backend.js';
import type { CalibrationStars } from '../calibrationStars.js';
import type { LatentResidual } from '../residual.js';
import { MapEstimator } from './mapEstimator.js';
import { Misfit } from './misfit.js';

/**
 * The decoder's own errors, from held-out stars fitted without any: what is left beyond noise at the best latent, not at the encoder's, so that C_model
 * takes nothing from the directions that latents move a spectrum in.
 */
export function fitMisfit(
  backend: Backend,
  disentangler: Disentangler,
  residual: LatentResidual,
  limits: readonly number[],
  stars: CalibrationStars,
): Misfit {
  const { noise, heldOut } = stars;
  const { width } = noise;
  const part = (values: Float32Array) => values.subarray(0, (heldOut * values.length) / stars.rows.length);
  const own = {
    rows: heldOut,
    x: part(stars.x),
    noise: noise.slice(0, heldOut),
    u: part(stars.u),
    uErrors: part(stars.uErrors),
  };
  const estimator = new MapEstimator(backend, disentangler, residual, Misfit.none(width), limits);
  const { latents, u } = estimator.estimate(own);
  const decoded = disentangler.decode(latents, u, heldOut);
  return Misfit.fit(
    own.x.map((value, i) => value - decoded[i]),
    own.noise,
  );
}
