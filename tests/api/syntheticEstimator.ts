import type { Compute } from '../../src/compute/compute.js';
import { type StoredEstimator, storeEstimator } from '../../src/storage/abundanceEstimator.js';
import type { Database } from '../../src/storage/database.js';
import type { Release } from '../../src/storage/dataRelease.js';
import { loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { syntheticSpectra } from '../science/latents/syntheticSpectra.js';

const STARS = 500;

/** An estimator of iron that was really trained, on further stars of the synthetic survey, as if they were of a release. */
export async function trainSyntheticEstimator(
  db: Database,
  compute: Compute,
  model: StoredModel,
  release: Pick<Release, 'id' | 'revision'>,
  method = 'linear',
): Promise<StoredEstimator> {
  const stars = syntheticSpectra(STARS, { seed: 3, snr: 100 });
  const encoded = await compute.encode({ id: model.id, load: () => loadArtefact(db, model.id) }, stars);
  const { latentSize, residual, information, informationVector, refined, refinedCovariance } = encoded;
  const reference = {
    latents: {
      rows: STARS,
      latentSize,
      residual,
      information,
      informationVector,
      refined: Float32Array.from(refined),
      refinedCovariance: Float32Array.from(refinedCovariance),
    },
    elements: ['Fe'],
    abundances: Float64Array.from({ length: STARS }, (_, row) => stars.parameters[3 * row + 2]),
    snr: new Float64Array(STARS).fill(100),
  };
  const training = { method: 'linear', parameters: model.parameters, reference, seed: 1 };
  const course = { report: () => {}, signal: new AbortController().signal };
  const { artefact, figures, differential } = await compute.trainAbundances(training, course);
  const learnt = { reference: 'truth' as const, releaseId: release.id, revision: release.revision };
  const described = { modelId: model.id, method, elements: reference.elements, figures, differential, config: {} };
  const fingerprint = `${method.length}${release.id}`.padEnd(64, '0');
  return storeEstimator(db, { ...described, ...learnt, fingerprint }, artefact);
}
