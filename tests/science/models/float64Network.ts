import type { Tensors } from '../../../src/science/artefact/tensors.js';
import type { Network } from '../../../src/science/networks/network.js';

/** Weights in double precision, by name. */
export type DoubleWeights = Readonly<Record<string, Float64Array>>;

const scale = 1.0507009873554805;
const alpha = 1.6732632423543772;

export function inDoublePrecision(tensors: Tensors): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { values }]) => [name, Float64Array.from(values)]));
}

/** A network's output for one row, and the gradient of its first output with respect to the row: plain loops, to hold TensorFlow against. */
export function evaluate(
  network: Network,
  weights: DoubleWeights,
  row: readonly number[],
): { output: number[]; gradient: number[] } {
  const { name, sizes } = network;
  const last = sizes.length - 2;
  let h = [...row];
  const slopes: number[][] = [];
  for (let layer = 0; layer <= last; layer++) {
    const [w, b] = [weights[`${name}/${layer}/weight`], weights[`${name}/${layer}/bias`]];
    const sums = Array.from(b, (bias, j) => h.reduce((sum, value, i) => sum + value * w[i * b.length + j], bias));
    slopes.push(sums.map((x) => (layer === last ? 1 : x > 0 ? scale : scale * alpha * Math.exp(x))));
    h = sums.map((x) => (layer === last ? x : x > 0 ? scale * x : scale * alpha * Math.expm1(x)));
  }
  let back: number[] = h.map((_, j) => (j === 0 ? 1 : 0));
  for (let layer = last; layer >= 0; layer--) {
    const w = weights[`${name}/${layer}/weight`];
    const d = back.map((value, j) => value * slopes[layer][j]);
    back = Array.from({ length: sizes[layer] }, (_, i) => d.reduce((sum, v, j) => sum + v * w[i * d.length + j], 0));
  }
  return { output: h, gradient: back };
}

/** Central differences of a function of weights, one weight at a time, in the order of `names`. */
export function centralDifferences(
  weights: DoubleWeights,
  names: readonly string[],
  f: (weights: DoubleWeights) => number,
): number[] {
  const step = 1e-6;
  return names.flatMap((name) =>
    Array.from(weights[name], (value, i) => {
      const at = (by: number) => f({ ...weights, [name]: weights[name].with(i, value + by) });
      return (at(step) - at(-step)) / (2 * step);
    }),
  );
}
