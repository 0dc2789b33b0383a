import type { Backend } from '../../networks/backend.js';
import { loadAutoencoder } from '../autoencoder/load.js';
import { stepsOf } from '../autoencoder/settings.js';
import { tunable } from '../autoencoder/trial.js';
import { heldOutFigures, splitSamples } from '../heldOut.js';
import type { Course, Method, Samples, Trained } from '../method.js';
import { identityOf } from '../runIdentity.js';
import { runTraining } from '../trainingLoop.js';
import { type FaderDisSettings, presets, settingsSchema } from './settings.js';
import { FaderDisTrainee } from './trainee.js';

/** FaderDis: an autoencoder whose latents an auxiliary network tries in vain to read u from (Lample et al. 2017; de Mijolla et al. 2021, section 3.3.2). */
export const faderdis: Method<FaderDisSettings> = {
  name: 'faderdis',
  description: 'autoencoder against a network that reads u from its latents (Fader disentanglement)',
  presets,
  schema: settingsSchema,
  train,
  load: loadAutoencoder,
  tunable: tunable(),
};

async function train(backend: Backend, samples: Samples, settings: FaderDisSettings, course: Course): Promise<Trained> {
  const split = await splitSamples(samples, course.seed, settings.batch);
  const steps = stepsOf(settings, split.training.length);
  const trainee = await FaderDisTrainee.start(backend, samples, split, settings, course.seed, steps);
  try {
    const identity = await identityOf(faderdis.name, settings, samples, course.seed);
    const { batch, patience, patienceFrom } = settings;
    const plan = { rows: split.training, batch, steps, identity, patience, patienceFrom };
    const { tensors, history } = await runTraining(trainee, plan, course);
    const model = loadAutoencoder(backend, tensors, settings);
    const metrics = await heldOutFigures(model, samples, split);
    model.dispose();
    return { tensors, history, metrics };
  } finally {
    trainee.dispose();
  }
}
