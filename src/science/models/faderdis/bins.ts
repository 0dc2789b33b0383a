/**
 * u discretised (de Mijolla et al. 2021, section 3.3.2): each parameter in bins, one class for every combination.
 * @param u rows x parameters, scaled to [-1, 1]
 * @returns for each row sum over p of bin_p bins^p, from 0 to bins^parameters - 1
 */
export function discretise(
  u: Float32Array,
  parameters: number,
  bins: number,
  binning: 'auto' | 'width' | 'count',
): Int32Array {
  const rows = u.length / parameters;
  const labels = new Int32Array(rows);
  for (let p = parameters - 1; p >= 0; p--) {
    const values = Float64Array.from({ length: rows }, (_, row) => u[row * parameters + p]);
    const edges = edgesFor(values, bins, binning);
    for (let row = 0; row < rows; row++) labels[row] = labels[row] * bins + binOf(values[row], edges);
  }
  return labels;
}

/** Bins of equal width serve a uniform parameter. One whose fullest bin has over 1.5 times its share is far from that. */
const fullest = 1.5;

function edgesFor(values: Float64Array, bins: number, binning: 'auto' | 'width' | 'count'): Float64Array {
  const even = Float64Array.from({ length: bins - 1 }, (_, i) => -1 + (2 * (i + 1)) / bins);
  if (binning === 'width') return even;
  if (binning === 'auto') {
    const counts = new Int32Array(bins);
    for (const value of values) counts[binOf(value, even)]++;
    if (Math.max(...counts) <= (fullest * values.length) / bins) return even;
  }
  const sorted = values.toSorted();
  return Float64Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * values.length) / bins)]);
}

/** How many edges lie at or below the value. */
function binOf(value: number, edges: Float64Array): number {
  let bin = 0;
  while (bin < edges.length && value >= edges[bin]) bin++;
  return bin;
}
