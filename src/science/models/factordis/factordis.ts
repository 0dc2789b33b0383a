import { loadAutoencoder } from '../autoencoder/load.js';
import { trainAutoencoder } from '../autoencoder/train.js';
import { tunable } from '../autoencoder/trial.js';
import { warm } from '../autoencoder/warm.js';
import type { Method } from '../method.js';
import { type FactorDisSettings, presets, settingsSchema } from './settings.js';
import { FactorDisTrainee } from './trainee.js';

/** FactorDis: an autoencoder against a Wasserstein critic that tells (x, u, z) as they occur from (x, u, z) with u dealt anew (de Mijolla et al. 2021, section 3.3.1). */
export const factordis: Method<FactorDisSettings> = {
  name: 'factordis',
  description: 'autoencoder against a critic that tells joint samples of (x, u, z) from factorised ones',
  presets,
  schema: settingsSchema,
  train: (backend, samples, settings, course) =>
    trainAutoencoder('factordis', FactorDisTrainee.start, backend, samples, settings, course),
  load: loadAutoencoder,
  warm,
  tunable: tunable(),
};
