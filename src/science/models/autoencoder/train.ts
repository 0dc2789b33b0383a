import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { heldOutFigures, type Split, splitSamples } from '../heldOut.js';
import type { Course, Samples, Trained } from '../method.js';
import { identityOf } from '../runIdentity.js';
import { runTraining, type Trainee } from '../trainingLoop.js';
import { loadAutoencoder } from './load.js';
import { type AutoencoderSettings, stepsOf } from './settings.js';

/** What starts the networks of a method, for a run of so many steps. */
export type StartTrainee<Settings> = (
  backend: Backend,
  samples: Samples,
  split: Split,
  settings: Settings,
  seed: number,
  steps: number,
  options: { readonly threads: number; readonly from: Tensors | undefined },
) => Promise<Trainee & { dispose(): void }>;

/** Method.train of a method that trains a conditional autoencoder against an adversary of its own. */
export async function trainAutoencoder<Settings extends AutoencoderSettings>(
  method: string,
  start: StartTrainee<Settings>,
  backend: Backend,
  samples: Samples,
  settings: Settings,
  course: Course,
): Promise<Trained> {
  const { batch, patience, patienceFrom } = settings;
  const split = await splitSamples(samples, course.seed, batch);
  const steps = stepsOf(settings, split.training.length);
  const trainee = await start(backend, samples, split, settings, course.seed, steps, {
    threads: course.threads ?? 1,
    from: course.startFrom,
  });
  try {
    const identity = await identityOf(method, settings, samples, course.seed);
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
