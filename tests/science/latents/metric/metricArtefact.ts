import { writeArtefact } from '../../../../src/science/artefact/artefact.js';
import { TwinMetric } from '../../../../src/science/latents/metric/twinMetric.js';
import { group } from '../../../../src/science/latents/tensorGroup.js';
import { gaussians } from '../randomNumbers.js';
import { randomCovariance } from './randomEvidence.js';

/** A metric of so many latents, the same for the same seed. */
export function syntheticMetric(latentSize: number, seed = 1): TwinMetric {
  const normal = gaussians(seed);
  return new TwinMetric({
    scatter: randomCovariance(latentSize, 0.1, normal),
    inconsistency: randomCovariance(latentSize, 0.02, normal),
    widening: 0.3,
    population: null,
  });
}

/** An artefact of which comparisons can be made, and nothing else. */
export function metricArtefact(metric: TwinMetric): Uint8Array {
  return writeArtefact(group('metric', metric.toTensors()), {});
}
