import { FileError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { Disentangler } from '../method.js';
import { type AutoencoderSizes, autoencoderOf } from './architecture.js';
import { ConditionalAutoencoder } from './conditionalAutoencoder.js';

const artefact = 'model artefact';

/**
 * An autoencoder from its weights and `scale`, as AutoencoderInTraining.result() gives them.
 * @throws FileError (BAD_FILE) when a tensor is missing or misshapen
 */
export function loadAutoencoder(backend: Backend, tensors: Tensors, sizes: AutoencoderSizes): Disentangler {
  const width = tensors.scale?.shape[0] ?? 0;
  const parameters = (tensors['encoder/0/weight']?.shape[0] ?? 0) - width;
  const scale = expectTensor(tensors, 'scale', [Math.max(1, width)], artefact);
  if (parameters < 1 || parameters > 3)
    throw new FileError({
      file: artefact,
      place: 'encoder/0/weight',
      expected: `1 to 3 rows more than the ${width} of scale`,
      found: `${parameters} more`,
    });
  const architecture = autoencoderOf(sizes, width, parameters);
  const shapes = { ...architecture.encoder.shapes, ...architecture.decoder.shapes };
  const expected = Object.entries(shapes).map(([name, shape]) => ({
    name,
    ...expectTensor(tensors, name, shape, artefact),
  }));
  const weights = new Map(
    expected.map(({ name, shape, values }) => [name, backend.tf.tensor(values, [...shape], 'float32')]),
  );
  return new ConditionalAutoencoder(backend, architecture, weights, Float32Array.from(scale.values));
}
