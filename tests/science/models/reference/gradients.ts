import type { Tensors } from '../../../../src/science/artefact/tensors.js';
import { defaultAdam } from '../../../../src/science/networks/adam.js';
import { uniform } from './formulas.js';

/** A gradient's norm, and its product with a fixed vector, which tells its direction. */
export interface Gradient {
  readonly norm: number;
  readonly along: number;
}

/** The gradients of a step, out of Adam's first moments before and after it: m' = beta1 m + (1 - beta1) g. Names as the networks have them. */
export function gradientsBetween(before: Tensors, after: Tensors): Record<string, Gradient> {
  const gradients: Record<string, Gradient> = {};
  for (const [key, { values }] of Object.entries(after)) {
    const name = /^[^:]+:(.*)\/m$/.exec(key)?.[1];
    if (name === undefined) continue;
    const previous = before[key].values;
    const { beta1 } = defaultAdam;
    gradients[name] = describe(Float64Array.from(values, (value, i) => (value - beta1 * previous[i]) / (1 - beta1)));
  }
  return gradients;
}

export function describe(values: Float32Array | Float64Array): Gradient {
  const direction = uniform(7, values.length);
  let [square, along] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    square += values[i] ** 2;
    along += values[i] * direction[i];
  }
  return { norm: Math.sqrt(square), along };
}

/** A trainee's state with these weights in place of its own; its moments are still 0. */
export function withWeights(state: Tensors, weights: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(state).map(([key, tensor]) => [key, weights[key.slice(key.indexOf(':') + 1)] ?? tensor]),
  );
}
