import type { AutoencoderSettings } from './settings.js';
import { stepsOf } from './settings.js';

/** What a method must set for a run from trained weights. */
interface Weighted extends AutoencoderSettings {
  readonly lambdaWarmup: number;
}

/** Share of the steps of a run from nothing. */
const WARM_STEPS = 0.2;
/** Share of its peak learning rate: at the full one the weights forget where they came from. */
const WARM_RATE = 0.3;

/** The architecture and lambda of the former run, and a short one of the fresh run's schedule: its rise gives the adversary, which is new, the time to learn. */
export function warm<Settings extends Weighted>(former: Settings, fresh: Settings, rows: number): Settings {
  const stepsPerEpoch = Math.max(1, Math.floor(rows / former.batch));
  const epochs = Math.max(
    1,
    Math.round((WARM_STEPS * stepsOf({ ...fresh, batch: former.batch }, rows)) / stepsPerEpoch),
  );
  const { rate, lambdaWarmup } = fresh;
  return {
    ...former,
    epochs,
    rate: former.schedule === 'constant' ? rate : WARM_RATE * rate,
    lambdaWarmup: Math.round(WARM_STEPS * lambdaWarmup),
  };
}
