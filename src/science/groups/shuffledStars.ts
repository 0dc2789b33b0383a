import { Random } from '../networks/random.js';
import { coordinate, principalAxes } from '../surveyAnalysis/principalAxes.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';

/**
 * An archive without kin: every coordinate along the principal axes is dealt out among the stars anew. How the population spreads and correlates stays, to first order; what two stars have
 * in common beyond that is gone. Permuting the components of the vectors themselves would also undo the correlations, thin the population out, and make every group look significant.
 * What bends, as the sequences of stellar populations do, is not kept: such a sequence is an over-density too.
 */
export function shuffle(set: VectorSet, seed: number, realisation: number): VectorSet {
  const { rows, width } = set;
  const frame = principalAxes(set);
  const vectors = new Float32Array(rows * width);
  for (let axis = 0; axis < width; axis++) {
    const order = new Random(seed, realisation, axis).permutation(rows);
    for (let row = 0; row < rows; row++) vectors[row * width + axis] = coordinate(set, order[row], frame, axis);
  }
  // Distances are the same in the frame of the axes: there is no need to turn back.
  return { vectors, rows, width };
}
