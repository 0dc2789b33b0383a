import type { Report } from '../../domain/progress.js';
import { NearestRows, squaredDistance } from '../evaluation/nearest.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';

/** How often progress is told. */
export const EVERY_ROWS = 500;

/**
 * How far each star must look to have `samples` stars about it, itself among them: small where stars are dense. Every pair is measured: in 20 dimensions a tree of space saves nothing.
 * @returns rows distances
 */
export function coreDistances({ vectors, rows, width }: VectorSet, samples: number, report: Report): Float64Array {
  const core = new Float64Array(rows);
  const nearest = new NearestRows(Math.min(samples, rows) - 1);
  for (let row = 0; row < rows && nearest.most > 0; row++) {
    nearest.find(vectors, rows, width, row);
    for (let i = 0; i < nearest.size; i++) {
      const other = nearest.rows[i] * width;
      core[row] = Math.max(core[row], squaredDistance(vectors, row * width, other, width, Number.POSITIVE_INFINITY));
    }
    if (row % EVERY_ROWS === 0) report({ stage: 'densities', done: row, total: rows, unit: 'stars' });
  }
  return core.map(Math.sqrt);
}
