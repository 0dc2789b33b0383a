import { FileError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import { heldOutFigures, splitSamples } from '../heldOut.js';
import type { Course, Disentangler, Method, Samples, Trained } from '../method.js';
import { identityOf } from '../runIdentity.js';
import { runTraining } from '../trainingLoop.js';
import { architectureOf } from './architecture.js';
import { ConditionalAutoencoder } from './conditionalAutoencoder.js';
import { type FaderDisSettings, presets, settingsSchema, stepsOf } from './settings.js';
import { FaderDisTrainee } from './trainee.js';

/** FaderDis: an autoencoder whose latents an auxiliary network tries in vain to read u from (Lample et al. 2017; de Mijolla et al. 2021, section 3.3.2). */
export const faderdis: Method<FaderDisSettings> = {
  name: 'faderdis',
  description: 'autoencoder against a network that reads u from its latents (Fader disentanglement)',
  presets,
  schema: settingsSchema,
  train,
  load,
};

async function train(backend: Backend, samples: Samples, settings: FaderDisSettings, course: Course): Promise<Trained> {
  const split = await splitSamples(samples, course.seed, settings.batch);
  const steps = stepsOf(settings, split.training.length);
  const trainee = await FaderDisTrainee.start(backend, samples, split, settings, course.seed, steps);
  try {
    const identity = await identityOf(faderdis.name, settings, samples, course.seed);
    const history = await runTraining(
      trainee,
      { rows: split.training, batch: settings.batch, steps, identity },
      course,
    );
    const tensors = trainee.result();
    const model = load(backend, tensors, settings);
    const metrics = await heldOutFigures(model, samples, split);
    model.dispose();
    return { tensors, history, metrics };
  } finally {
    trainee.dispose();
  }
}

function load(backend: Backend, tensors: Tensors, settings: FaderDisSettings): Disentangler {
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
  const architecture = architectureOf(settings, width, parameters);
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

const artefact = 'model artefact';
