import type { Tensor2D } from '@tensorflow/tfjs';
import type { Backend } from '../networks/backend.js';
import type { BasisNumbers } from './basisNumbers.js';
import type { ModeBlock } from './continuumModes.js';

/** Products of a slice of spectra with the modes of their continua, G = model spectrum times mode; weights are relative to each spectrum's level. */
export interface ContinuumProducts {
  /** rows x modes x size: GᵀWV. */
  readonly cross: Float32Array;
  /** rows x modes x modes: GᵀWG. */
  readonly square: Float32Array;
  /** rows x modes: GᵀW (flux - mean). */
  readonly right: Float32Array;
}

/** A block's products with whatever the model spectrum is multiplied by; w pixels, c modes. */
export interface BlockTensors {
  readonly start: number;
  readonly width: number;
  readonly count: number;
  /** c x w. */
  readonly modes: Tensor2D;
  /** w x (c size): every mode times every component. */
  readonly withComponents: Tensor2D;
  /** w x (c c): every mode times every mode. */
  readonly withModes: Tensor2D;
}

export function makeTensors(
  { tf }: Backend,
  basis: BasisNumbers,
  { start, end, count, values }: ModeBlock,
): BlockTensors {
  const { size, components } = basis;
  const width = end - start;
  const withComponents = new Float32Array(width * count * size);
  const withModes = new Float32Array(width * count * count);
  for (let p = 0; p < width; p++)
    for (let k = 0; k < count; k++) {
      const mode = values[k * width + p];
      for (let i = 0; i < size; i++)
        withComponents[(p * count + k) * size + i] = mode * components[(start + p) * size + i];
      for (let l = 0; l < count; l++) withModes[(p * count + k) * count + l] = mode * values[l * width + p];
    }
  return {
    ...{ start, width, count },
    modes: tf.tensor2d(values, [count, width]),
    withComponents: tf.tensor2d(withComponents, [width, count * size]),
    withModes: tf.tensor2d(withModes, [width, count * count]),
  };
}
