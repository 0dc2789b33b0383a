import type { Tunable } from '../method.js';
import { trialShare } from '../tuning.js';
import { type AutoencoderSettings, stepsOf } from './settings.js';

/** What a method must set for its lambda to be searched. */
interface Weighted extends AutoencoderSettings {
  readonly lambda: number;
  readonly lambdaWarmup: number;
}

/** Short runs of an adversarial autoencoder: the whole schedule, its rise and its anneal included, in a fifth of the steps. */
export function tunable<Settings extends Weighted>(): Tunable<Settings> {
  return {
    lambda: ({ lambda }) => lambda,
    trial: (settings, lambda, rows) => {
      const stepsPerEpoch = Math.max(1, Math.floor(rows / settings.batch));
      const epochs = Math.max(1, Math.round((trialShare * stepsOf(settings, rows)) / stepsPerEpoch));
      return { ...settings, lambda, epochs, lambdaWarmup: Math.round(trialShare * settings.lambdaWarmup) };
    },
  };
}
