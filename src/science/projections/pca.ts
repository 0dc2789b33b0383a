import { coordinate, principalAxes } from '../surveyAnalysis/principalAxes.js';
import { checkVectors, type VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { Projected } from './projected.js';

/** The first two principal components of the vectors. @throws InputError for fewer than 3 stars */
export function projectPca(set: VectorSet): Projected {
  checkVectors(set, 3);
  const frame = principalAxes(set);
  const along = (axis: number) =>
    Float32Array.from({ length: set.rows }, (_, row) => (axis < set.width ? coordinate(set, row, frame, axis) : 0));
  const total = frame.variances.reduce((sum, variance) => sum + variance, 0);
  return {
    x: along(0),
    y: along(1),
    results: { explainedVariance: [0, 1].map((axis) => (total > 0 ? (frame.variances[axis] ?? 0) / total : 0)) },
  };
}
