import { RANKED } from '../../src/domain/twinRanking.js';
import type { EvidenceTable } from '../../src/science/evaluation/evidenceTable.js';
import { inThreads, shared, sharedArray } from '../../src/science/evaluation/threads.js';
import type { TwinRanks } from '../../src/science/evaluation/twinRanks.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { triangleSize } from '../../src/science/linearAlgebra/triangle.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import type { EncodedSet } from './encoding.js';

/** Rows that a thread takes at a time. */
const BLOCK = 100;

/**
 * Row of each encoded row's twin among the encoded rows, or -1.
 * @param twin the same among the rows of the set
 */
export function twinsAmong({ rows }: EncodedSet, twin: Int32Array): Int32Array {
  const placeOf = new Map(Array.from(rows, (row, place) => [row, place]));
  return rows.map((row) => (twin[row] < 0 ? -1 : (placeOf.get(twin[row]) ?? -1)));
}

/** z by plain L2, each component in units of its standard deviation over the set: what the paper's distance is on a well-scaled latent. */
export function zScored({ encoded: latents, size }: EncodedSet): Float32Array {
  const rows = latents.length / size;
  const scales = Array.from({ length: size }, (_, k) => {
    let [sum, squares] = [0, 0];
    for (let i = k; i < latents.length; i += size) sum += latents[i];
    for (let i = k; i < latents.length; i += size) squares += (latents[i] - sum / rows) ** 2;
    return Math.sqrt(squares / rows) || 1;
  });
  return latents.map((value, i) => value / scales[i % size]);
}

/** Ranks of twins by distance, and after the nearest are ranked again where there is evidence. In worker threads. */
export async function rank(
  { settings }: Workplace,
  vectors: Float32Array,
  size: number,
  twin: Int32Array,
  evidence: EvidenceTable | null,
  course: TaskCourse,
): Promise<TwinRanks> {
  const rows = twin.length;
  const ranks = { byDistance: sharedArray(Int32Array, rows), byEvidence: sharedArray(Int32Array, rows) };
  const task = { vectors: shared(vectors), width: size, twin: shared(twin), evidence, candidates: RANKED };
  await inThreads(
    { kind: 'twins', task, ranks },
    {
      items: rows,
      block: BLOCK,
      processes: settings.simulate.processes,
      signal: course.signal,
      report: (done) => course.report({ stage: 'rank', done, total: rows, unit: 'stars' }),
    },
  );
  return ranks;
}

/** What the Bayes factor compares, on memory that threads share: L' and e' of every row, widened as the metric says. */
export function evidenceOf({ rows, size, information, vector }: EncodedSet, metric: TwinMetric): EvidenceTable {
  const packed = triangleSize(size);
  const table = {
    size,
    information: sharedArray(Float64Array, rows.length * packed),
    vector: sharedArray(Float64Array, rows.length * size),
  };
  for (let row = 0; row < rows.length; row++) {
    const widened = metric.widen({
      information: information.subarray(row * packed, (row + 1) * packed),
      informationVector: vector.subarray(row * size, (row + 1) * size),
    });
    table.information.set(widened.information, row * packed);
    table.vector.set(widened.vector, row * size);
  }
  return table;
}
