import { join } from 'node:path';
import { projectRoot } from '../../src/config.js';
import { loadBackend } from '../../src/science/networks/backend.js';
import { deviations, readReference, replayFaderDis } from '../science/models/reference/replayFaderDis.js';
import type { Measurement } from './measurement.js';

/**
 * 32-bit floats on both sides, and sums over 63 million weights. Adam's first steps have the same size whatever the gradient's, so that a weight whose gradient is
 * all rounding goes either way: after 20 steps the gradients agree to 4e-4, in the first to 4e-7.
 */
const tolerances = { losses: 1e-4, first: 1e-5, later: 1e-3 };

/**
 * 20 training steps at the paper's sizes against an independent implementation: the largest relative differences of losses and gradients (see
 * tests/fixtures/paper-reference). A check rather than a race, too large for the test suite: a minute and 4 GB.
 */
export async function bench(): Promise<Measurement[]> {
  const backend = await loadBackend('auto');
  const reference = await readReference('faderdis-paper', join(projectRoot, 'tests/fixtures/paper-reference'));
  const replayed = await replayFaderDis(backend, reference);
  const { losses } = deviations(reference.steps, replayed);
  const { gradients: first } = deviations(reference.steps.slice(0, 1), replayed.slice(0, 1));
  const { gradients: later } = deviations(reference.steps.slice(1), replayed.slice(1));
  const line = (what: string, value: number, mark: number): Measurement => ({
    name: `paper FaderDis against TensorFlow in Python: ${what}`,
    value,
    unit: 'relative difference',
    reference: null,
    ratio: null,
    mark,
    met: value <= mark,
  });
  return [
    line('losses of 20 steps', losses, tolerances.losses),
    line('gradients of the first step', first, tolerances.first),
    line('gradients of the last step', later, tolerances.later),
  ];
}
