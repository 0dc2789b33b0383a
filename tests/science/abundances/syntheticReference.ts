import type { LatentBatch } from '../../../src/science/abundances/latentBatch.js';
import { pickLatents, priorCovariance, thinLatents } from '../../../src/science/abundances/latentBatch.js';
import type { ReferenceSet } from '../../../src/science/abundances/referenceSet.js';
import { planViews } from '../../../src/science/abundances/views.js';
import { multiply } from '../../../src/science/linearAlgebra/triangle.js';
import { Random } from '../../../src/science/networks/random.js';

/** Latent size, and species: one linear in r, one curved, one that no line tells, and one without lines that follows the first. */
const n = 3;
export const species = ['Fe', 'Mg', 'P', 'Rb'] as const;

/**
 * Stars whose r is drawn from the prior, and their maximum a posteriori latents at a signal to noise of their own: information diag(.04, .02, .01) snr². Fe is removed by
 * the model as a parameter where `metallicity` is given.
 */
export function syntheticReference(
  rows: number,
  { seed, snr, metallicity = false }: { seed: number; snr: readonly [number, number]; metallicity?: boolean },
): ReferenceSet {
  const random = new Random(seed);
  const m = metallicity ? 3 : 2;
  const latents = {
    rows,
    latentSize: n,
    residual: new Float32Array(rows * n),
    information: new Float32Array(rows * 6),
    informationVector: new Float32Array(rows * n),
    refined: new Float32Array(rows * m),
    refinedCovariance: new Float32Array((rows * m * (m + 1)) / 2),
  } satisfies LatentBatch;
  const abundances = new Float64Array(rows * species.length);
  const seen = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const r = Float64Array.from({ length: n }, () => random.normal());
    seen[row] = snr[0] * (snr[1] / snr[0]) ** random.uniform();
    const diagonal = [0.04, 0.02, 0.01].map((each) => each * seen[row] ** 2);
    const information = Float32Array.of(diagonal[0], 0, diagonal[1], 0, 0, diagonal[2]);
    const e = r.map((value, i) => diagonal[i] * value + Math.sqrt(diagonal[i]) * random.normal());
    latents.information.set(information, row * 6);
    latents.informationVector.set(e, row * n);
    latents.residual.set(multiply(priorCovariance(information, n), e, n), row * n);
    const feh = 0.2 * r[0] + 0.01 * random.normal();
    latents.refined.set([4000 + 1000 * random.uniform(), 1.5 + 1.5 * random.uniform(), feh].slice(0, m), row * m);
    const mg = 0.1 * r[1] + 0.03 * r[2] ** 2 + 0.01 * random.normal();
    const p = 0.15 * random.normal();
    abundances.set([feh, mg, p, 0.5 * feh + 0.02 * random.normal()], row * species.length);
  }
  return { latents, elements: species, abundances, snr: seen };
}

/** With noisier views of its stars: noise is all that these have, so that thinning is what noisier spectra would show. */
export function withViews(reference: ReferenceSet): ReferenceSet {
  const plan = planViews(reference, Array.from(reference.snr.keys()), 3, 1);
  const latents = thinLatents(pickLatents(reference.latents, plan.row), plan.share, new Random(4));
  return { ...reference, views: { ...plan, latents } };
}
