import { type AutoencoderSettings, auto } from './settings.js';

/** What a method must set for a run from trained weights. */
interface Weighted extends AutoencoderSettings {
  readonly lambdaWarmup: number;
}

/**
 * Share of the passes of a run from nothing. The least number of steps of an 'auto' run does not hold here: 1,000 passes over 600 spectra undid, at the peak of the
 * rate, what 6,000 had taught (held-out chi² from 4.7 to 13.8, leakage from .5 to 3 bits).
 */
const WARM_PASSES = 0.2;
/** Share of its peak learning rate: at the full one the weights forget where they came from. */
const WARM_RATE = 0.3;

/** The architecture and lambda of the former run, and a short one of the fresh run's schedule: its rise gives the adversary, which is new, the time to learn. */
export function warm<Settings extends Weighted>(former: Settings, fresh: Settings, rows: number): Settings {
  const stepsPerEpoch = Math.max(1, Math.floor(rows / former.batch));
  const passes = fresh.epochs === 'auto' ? Math.min(auto.epochs, auto.mostSteps / stepsPerEpoch) : fresh.epochs;
  const { rate, lambdaWarmup } = fresh;
  return {
    ...former,
    epochs: Math.max(1, Math.round(WARM_PASSES * passes)),
    rate: former.schedule === 'constant' ? rate : WARM_RATE * rate,
    lambdaWarmup: Math.round(WARM_PASSES * lambdaWarmup),
  };
}
