import { NotReadyError } from '../../../domain/errors.js';
import { readArtefact } from '../../artefact/artefact.js';
import { ungroup } from '../tensorGroup.js';
import { TwinMetric } from './twinMetric.js';

/**
 * The metric of a stored model, without the model: no tensor library is needed.
 * @throws FileError for bytes that are no artefact or hold a damaged metric, NotReadyError for a model of a version that had none
 */
export function readMetric(artefact: Uint8Array): TwinMetric {
  const tensors = ungroup('metric', readArtefact(artefact).tensors);
  if (!tensors.scatter)
    throw new NotReadyError(
      'the model has no metric: an older version trained it',
      'npx starkin train makes a new one; then npx starkin encode and npx starkin promote',
    );
  return TwinMetric.fromTensors(tensors, tensors.scatter.shape[0]);
}
