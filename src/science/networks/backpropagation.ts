import type * as tfjs from '@tensorflow/tfjs';
import type { Network, Weights } from './network.js';
import type { NativeMath } from './operations.js';

/** Layers of a network, for gradients written by hand: SELU between them, the last one linear. */
export interface Layer {
  readonly weight: tfjs.Tensor;
  readonly bias: tfjs.Tensor;
}

export function layersOf(network: Network, weights: Weights): Layer[] {
  const values = Object.keys(network.shapes).map((name) => weights.get(name) as tfjs.Tensor);
  return Array.from({ length: values.length / 2 }, (_, i) => ({ weight: values[2 * i], bias: values[2 * i + 1] }));
}

/** The input of every layer, from x on. */
export function inputsOf(math: NativeMath, layers: readonly Layer[], x: tfjs.Tensor): tfjs.Tensor[] {
  const inputs = [x];
  for (const layer of layers.slice(0, -1)) inputs.push(math.selu(linear(math, layer, inputs[inputs.length - 1])));
  return inputs;
}

/** The network's output. */
export function outputOf(math: NativeMath, layers: readonly Layer[], inputs: readonly tfjs.Tensor[]): tfjs.Tensor2D {
  const last = layers.length - 1;
  return linear(math, layers[last], inputs[last]) as tfjs.Tensor2D;
}

/**
 * Backwards from dy, the gradient by the output.
 * @returns `slopes`: the gradient by the sum in every layer; `received`: by the output of every layer but the last, before the slope of its activation
 */
export function slopesOf(
  math: NativeMath,
  layers: readonly Layer[],
  inputs: readonly tfjs.Tensor[],
  dy: tfjs.Tensor,
): { slopes: tfjs.Tensor[]; received: tfjs.Tensor[] } {
  const last = layers.length - 1;
  const slopes: tfjs.Tensor[] = [];
  const received: tfjs.Tensor[] = [];
  slopes[last] = dy;
  for (let layer = last; layer > 0; layer--) {
    received[layer - 1] = math.timesTransposed(slopes[layer], layers[layer].weight);
    slopes[layer - 1] = math.seluGradient(received[layer - 1], inputs[layer]);
  }
  return { slopes, received };
}

/** The gradient by the network's input. */
export function inputGradientOf(
  math: NativeMath,
  [first]: readonly Layer[],
  [slope]: readonly tfjs.Tensor[],
): tfjs.Tensor {
  return math.timesTransposed(slope, first.weight);
}

/** The gradients by the weight and the bias of every layer, in their order. */
export function weightGradientsOf(
  math: NativeMath,
  inputs: readonly tfjs.Tensor[],
  slopes: readonly tfjs.Tensor[],
): tfjs.Tensor[] {
  return slopes.flatMap((slope, layer) => [math.transposedTimes(inputs[layer], slope), math.columnSums(slope)]);
}

function linear(math: NativeMath, { weight, bias }: Layer, x: tfjs.Tensor): tfjs.Tensor {
  return math.addBias(math.product(x, weight), bias);
}
