import { readArtefact, writeArtefact } from '../../src/science/artefact/artefact.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { group } from '../../src/science/latents/tensorGroup.js';

/**
 * The bytes of a model with another metric: its networks and all else stay. The same metric in the same model gives the same bytes.
 * @param from the model that it is made of
 */
export function withMetric(artefact: Uint8Array, metric: TwinMetric, from: string): Uint8Array {
  const { tensors, metadata } = readArtefact(artefact);
  return writeArtefact({ ...tensors, ...group('metric', metric.toTensors()) }, { ...metadata, calibratedFrom: from });
}
