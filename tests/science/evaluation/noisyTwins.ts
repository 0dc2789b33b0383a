import type { EvidenceTable } from '../../../src/science/evaluation/evidenceTable.js';
import { Random } from '../../../src/science/networks/random.js';

/**
 * Pairs of stars with one r each from a standard normal population, measured with noise that differs from star to star and from component to component: their evidence, and
 * the estimates r̂ = (L + 1)⁻¹ e as vectors to be searched.
 */
export function noisyTwins(pairs: number, width: number, seed: number) {
  const random = new Random(seed);
  const rows = 2 * pairs;
  const information = new Float64Array((rows * width * (width + 1)) / 2);
  const vector = new Float64Array(rows * width);
  const vectors = new Float32Array(rows * width);
  for (let pair = 0; pair < pairs; pair++) {
    const truth = Array.from({ length: width }, () => random.normal());
    for (const row of [2 * pair, 2 * pair + 1])
      truth.forEach((value, k) => {
        const precision = 10 ** (2.5 * random.uniform());
        information[(row * width * (width + 1)) / 2 + (k * (k + 3)) / 2] = precision;
        vector[row * width + k] = precision * value + Math.sqrt(precision) * random.normal();
        vectors[row * width + k] = vector[row * width + k] / (precision + 1);
      });
  }
  const table: EvidenceTable = { size: width, information, vector };
  return { table, vectors, rows, width };
}

/** Rows 2k and 2k + 1 are twins. */
export function twinsOf(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row ^ 1);
}
