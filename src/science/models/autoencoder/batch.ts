import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from '../../networks/operations.js';
import type { Random } from '../../networks/random.js';
import type { Samples } from '../method.js';
import { parametersOf } from '../sampleSlices.js';

/** What a step sees of its spectra. */
export interface Batch {
  /** (x + extra noise) / scale, then u. */
  readonly input: tfjs.Tensor2D;
  /** x / scale: the spectrum with its own noise, which is the target too. */
  readonly target: tfjs.Tensor2D;
  readonly u: tfjs.Tensor2D;
}

/**
 * Reads rows and adds noise to the encoder's input.
 * @param inputNoise amplitudes in units of the spectrum's own noise, one of which is drawn for each spectrum
 */
export async function drawBatch(
  tf: TensorFlow,
  samples: Samples,
  rows: Int32Array,
  scale: Float32Array,
  inputNoise: readonly number[],
  random: Random,
): Promise<Batch> {
  const { width, noise, parameters } = samples;
  const n = parameters.length;
  const target = await samples.gather(rows);
  const conditions = parametersOf(samples, rows);
  const input = new Float32Array(rows.length * (width + n));
  for (let i = 0; i < rows.length; i++) {
    const amplitude = inputNoise[random.integer(inputNoise.length)];
    const [from, to] = [i * width, i * (width + n)];
    for (let k = 0; k < width; k++) {
      const scaled = target[from + k] / scale[k];
      target[from + k] = scaled;
      input[to + k] = amplitude > 0 ? scaled + (amplitude * random.normal() * noise[k]) / scale[k] : scaled;
    }
    input.set(conditions.subarray(i * n, (i + 1) * n), to + width);
  }
  return {
    input: tf.tensor2d(input, [rows.length, width + n]),
    target: tf.tensor2d(target, [rows.length, width]),
    u: tf.tensor2d(conditions, [rows.length, n]),
  };
}
