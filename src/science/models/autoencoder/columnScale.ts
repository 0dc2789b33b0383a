import type { Samples } from '../method.js';
import { sampleSlices } from '../sampleSlices.js';

/** Standard deviation of each column over some rows; 1 for a column that does not vary. */
export async function columnScale(samples: Samples, rows: Int32Array): Promise<Float32Array> {
  const { width } = samples;
  const sum = new Float64Array(width);
  const square = new Float64Array(width);
  for await (const { count, x } of sampleSlices(samples, rows))
    for (let row = 0, at = 0; row < count; row++)
      for (let k = 0; k < width; k++, at++) {
        sum[k] += x[at];
        square[k] += x[at] * x[at];
      }
  return Float32Array.from({ length: width }, (_, k) => {
    const mean = sum[k] / rows.length;
    return Math.sqrt(Math.max(0, square[k] / rows.length - mean * mean)) || 1;
  });
}
