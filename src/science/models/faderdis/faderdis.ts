import { loadAutoencoder } from '../autoencoder/load.js';
import { trainAutoencoder } from '../autoencoder/train.js';
import { tunable } from '../autoencoder/trial.js';
import { warm } from '../autoencoder/warm.js';
import type { Method } from '../method.js';
import { adapt, type FaderDisSettings, presets, settingsSchema } from './settings.js';
import { FaderDisTrainee } from './trainee.js';

/** FaderDis: an autoencoder whose latents an auxiliary network tries in vain to read u from (Lample et al. 2017; de Mijolla et al. 2021, section 3.3.2). */
export const faderdis: Method<FaderDisSettings> = {
  name: 'faderdis',
  description: 'autoencoder against a network that reads u from its latents (Fader disentanglement)',
  presets,
  adapt,
  schema: settingsSchema,
  train: (backend, samples, settings, course) =>
    trainAutoencoder('faderdis', FaderDisTrainee.start, backend, samples, settings, course),
  load: loadAutoencoder,
  warm,
  tunable: tunable(),
};
