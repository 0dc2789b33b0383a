/** Two sets of vectors of the same stars, row by row, whose axes need not be the same. Row-major. */
export interface Compared {
  readonly rows: number;
  readonly former: Float32Array;
  readonly formerSize: number;
  readonly current: Float32Array;
  readonly currentSize: number;
}

/** Pairs of stars whose distances are compared: the correlation is then known to .01. */
const PAIRS = 20_000;
/** Length of a twin list. */
const NEIGHBOURS = 10;
/** Stars whose twin lists are compared. */
const QUERIES = 200;

/**
 * How much the geometry of the latents has changed, 0 … 1: one minus the correlation, at least 0, of the distances of pairs of stars in both sets. Two trainings put the same
 * stars at other places and along other axes; which stars are close is what must not change.
 */
export function latentDrift(compared: Compared): number {
  const { rows, former, formerSize, current, currentSize } = compared;
  if (rows < 2) return 0;
  const [a, b]: [number[], number[]] = [[], []];
  // Every row with the one so many rows on: all pairs of a lag, lag after lag.
  for (let lag = 1; lag < rows && a.length < PAIRS; lag++)
    for (let row = 0; row + lag < rows && a.length < PAIRS; row++) {
      a.push(Math.sqrt(squaredDistance(former, formerSize, row, row + lag)));
      b.push(Math.sqrt(squaredDistance(current, currentSize, row, row + lag)));
    }
  return 1 - Math.max(0, correlation(a, b));
}

/** The mean share of a star's 10 nearest in one set that are among its 10 nearest in the other, 0 … 1; of the first 200 stars. */
export function twinOverlap(compared: Compared): number {
  const { rows, former, formerSize, current, currentSize } = compared;
  const queries = Math.min(rows, QUERIES);
  const length = Math.min(NEIGHBOURS, rows - 1);
  if (length < 1) return 1;
  let shared = 0;
  for (let query = 0; query < queries; query++) {
    const before = new Set(nearestTo(query, former, formerSize, rows, length));
    shared += nearestTo(query, current, currentSize, rows, length).filter((row) => before.has(row)).length;
  }
  return shared / (queries * length);
}

function nearestTo(query: number, vectors: Float32Array, size: number, rows: number, length: number): number[] {
  const distances = Float64Array.from({ length: rows }, (_, row) => squaredDistance(vectors, size, query, row));
  distances[query] = Number.POSITIVE_INFINITY;
  return Array.from({ length: rows }, (_, row) => row)
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, length);
}

function squaredDistance(vectors: Float32Array, size: number, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (vectors[a * size + i] - vectors[b * size + i]) ** 2;
  return sum;
}

/** Pearson's; 1 where both are constant. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - meanA) * (b[i] - meanB);
    aa += (value - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  });
  return aa === 0 && bb === 0 ? 1 : ab / Math.sqrt(aa * bb || 1);
}
