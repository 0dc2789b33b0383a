import type { EstimateInput } from '../../src/compute/compute.js';
import type { LatentToEstimate } from '../../src/storage/abundanceEstimate.js';
import type { LatentEstimate } from '../../src/storage/latent.js';

/** Stored latents as an estimator takes them. */
export function toEstimateInput(stars: readonly LatentToEstimate[]): EstimateInput {
  const joined = (name: keyof LatentEstimate) => {
    const width = stars[0]?.estimate[name].length ?? 0;
    const all = new Float32Array(stars.length * width);
    stars.forEach(({ estimate }, row) => {
      all.set(estimate[name], row * width);
    });
    return all;
  };
  return {
    latents: {
      rows: stars.length,
      latentSize: stars[0]?.estimate.residual.length ?? 0,
      residual: joined('residual'),
      information: joined('information'),
      informationVector: joined('informationVector'),
      refined: joined('refined'),
      refinedCovariance: joined('refinedCovariance'),
    },
    snr: Float64Array.from(stars, ({ snr }) => snr ?? Number.NaN),
    extrapolated: Uint8Array.from(stars, ({ extrapolated }) => Number(extrapolated)),
  };
}
