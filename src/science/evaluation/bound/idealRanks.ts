import { factorise, solveForward, triangleSize } from '../../linearAlgebra/triangle.js';
import type { IdealObservation } from './idealEvidence.js';

/** An ideal observation, and whose twin is looked for. */
export interface IdealRanking {
  readonly observation: IdealObservation;
  /** Row of each row's twin, or -1. */
  readonly twin: Int32Array;
  /** Rows of each class, see `rowsByClass`. */
  readonly members: readonly Int32Array[];
}

export function rowsByClass({ classOf, information, size }: IdealObservation): Int32Array[] {
  const members: number[][] = Array.from({ length: information.length / triangleSize(size) }, () => []);
  classOf.forEach((c, row) => void members[c].push(row));
  return members.map((rows) => Int32Array.from(rows));
}

/**
 * For each row of some classes: how many others have a larger Bayes factor with it than its twin; -1 without a twin. All rows are candidates.
 *
 * ev(La + Lb, ea + eb) = ½ |K⁻¹ ea + K⁻¹ eb|² - ln det K with K Kᵀ = La + Lb + 1. K depends on the classes of the two alone, K⁻¹ eb on the class of the query and the
 * candidate: 16,000 x 16,000 comparisons of 18 numbers are 400 x 400 factorisations, 400 x 16,000 substitutions and sums of 18 products: seconds instead of ten minutes.
 * @param ranks rows; filled in for the rows of classes `from` to `to`
 */
export function rankIdeally(
  { observation, twin, members }: IdealRanking,
  from: number,
  to: number,
  ranks: Int32Array,
): void {
  const alone = evidenceAlone(observation, members);
  const rows = observation.classOf.length;
  const { size: n, vector } = observation;
  const solved = new Float64Array(rows * n);
  const offsets = new Float64Array(members.length);
  const factors = new Float64Array(members.length * triangleSize(n));
  for (let c = from; c < to; c++) {
    const queries = members[c].filter((row) => twin[row] >= 0);
    if (!queries.length) continue;
    solveAll(observation, members, c, { solved, offsets, factors });
    for (const query of queries) {
      const own = ownSolutions(vector.subarray(query * n, (query + 1) * n), factors, members.length, n);
      ranks[query] = rankOf(query, twin[query], { observation, solved, offsets, own, alone });
    }
  }
}

interface Solutions {
  /** rows x n: K⁻¹ e of every candidate, K of the query's class and its own. */
  readonly solved: Float64Array;
  /** By class: ln det K. */
  readonly offsets: Float64Array;
  /** By class: K. */
  readonly factors: Float64Array;
}

function solveAll(
  { size: n, information, vector }: IdealObservation,
  members: readonly Int32Array[],
  c: number,
  { solved, offsets, factors }: Solutions,
): void {
  const packed = triangleSize(n);
  solved.set(vector);
  members.forEach((rows, other) => {
    const factor = factors.subarray(other * packed, (other + 1) * packed);
    for (let i = 0; i < packed; i++) factor[i] = information[c * packed + i] + information[other * packed + i];
    for (let i = 0; i < n; i++) factor[(i * (i + 3)) / 2] += 1;
    offsets[other] = 0.5 * factorise(factor, n);
    for (const row of rows) solveForward(factor, solved.subarray(row * n, (row + 1) * n), n);
  });
}

/** classes x n: K⁻¹ e of the query, for every class that a candidate may have. */
function ownSolutions(e: Float64Array, factors: Float64Array, classes: number, n: number): Float64Array {
  const packed = triangleSize(n);
  const own = new Float64Array(classes * n);
  for (let c = 0; c < classes; c++) {
    const part = own.subarray(c * n, (c + 1) * n);
    part.set(e);
    solveForward(factors.subarray(c * packed, (c + 1) * packed), part, n);
  }
  return own;
}

interface Scores {
  readonly observation: IdealObservation;
  readonly solved: Float64Array;
  readonly offsets: Float64Array;
  readonly own: Float64Array;
  readonly alone: Float64Array;
}

function rankOf(query: number, twin: number, scores: Scores): number {
  const ofTwin = score(twin, scores);
  let before = 0;
  let ties = -1; // the twin itself
  for (let row = 0; row < scores.alone.length; row++) {
    if (row === query) continue;
    const value = score(row, scores);
    if (value > ofTwin) before++;
    else if (value === ofTwin) ties++;
  }
  return before + Math.ceil(ties / 2);
}

/** The log Bayes factor, less what it has from the query alone. */
function score(row: number, { observation, solved, offsets, own, alone }: Scores): number {
  const { size: n, classOf } = observation;
  const c = classOf[row];
  let square = 0;
  for (let i = 0; i < n; i++) {
    const value = solved[row * n + i] + own[c * n + i];
    square += value * value;
  }
  return 0.5 * square - offsets[c] - alone[row];
}

function evidenceAlone(
  { size: n, information, vector }: IdealObservation,
  members: readonly Int32Array[],
): Float64Array {
  const packed = triangleSize(n);
  const alone = new Float64Array(vector.length / n);
  members.forEach((rows, c) => {
    const factor = information.slice(c * packed, (c + 1) * packed);
    for (let i = 0; i < n; i++) factor[(i * (i + 3)) / 2] += 1;
    const logDeterminant = factorise(factor, n);
    for (const row of rows)
      alone[row] = 0.5 * (solveForward(factor, vector.slice(row * n, (row + 1) * n), n) - logDeterminant);
  });
  return alone;
}
