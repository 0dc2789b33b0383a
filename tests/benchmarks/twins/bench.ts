import type { Measurement } from '../measurement.js';
import { type Design, experiment } from './experiment.js';
import { measurements } from './marks.js';

const training = { trainingPairs: 15_000, trainingSeed: 150_001, queries: 4_000, epochs: null };

/** Settings are chosen on these pairs, and never on those of the test. */
const validation: Design = { ...training, name: 'twins-validation', pairs: 2_000, seed: 20_003 };
const test: Design = { ...training, name: 'twins', pairs: 8_000, seed: 80_023 };
/** Every stage in a few minutes, to see that it runs: its figures say nothing. */
const rehearsal: Design = {
  name: 'twins-rehearsal',
  trainingPairs: 600,
  trainingSeed: 6_007,
  pairs: 200,
  seed: 2_011,
  queries: 200,
  epochs: 60,
};

/** How often true twins are found first beside the best possible, and how well spectra are recast: trained and measured from nothing, with an hour or two of four cores. */
export const bench = () => run(test);
export const benchValidation = () => run(validation);
export const benchRehearsal = () => run(rehearsal);

async function run(design: Design): Promise<Measurement[]> {
  return measurements(await experiment(design));
}
