import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from '../../networks/operations.js';
import type { Random } from '../../networks/random.js';
import type { Samples } from '../method.js';
import { parametersOf } from '../sampleSlices.js';

/** What a step sees of its spectra. */
export interface Batch {
  /** (x + extra noise) / scale, then u. */
  readonly input: tfjs.Tensor2D;
  /** x / scale: the spectrum with its own noise, since nobody knows it without. */
  readonly target: tfjs.Tensor2D;
  readonly u: tfjs.Tensor2D;
}

/** Noise that a step adds. */
export interface DrawnNoise {
  /** Standard deviation that the noise of x has at least, in the units of x: what samples.noise falls short of it goes into input and target alike. */
  readonly leastNoise: number;
  /** Amplitudes of the noise on the input alone, in units of the spectrum's own, one of which is drawn for each spectrum. */
  readonly inputNoise: readonly number[];
}

/** Reads rows and adds noise to them. */
export async function drawBatch(
  tf: TensorFlow,
  samples: Samples,
  rows: Int32Array,
  scale: Float32Array,
  { leastNoise, inputNoise }: DrawnNoise,
  random: Random,
): Promise<Batch> {
  const { width, noise, parameters } = samples;
  const n = parameters.length;
  const target = await samples.gather(rows);
  const conditions = parametersOf(samples, rows);
  const input = new Float32Array(rows.length * (width + n));
  const missing = noise.map((sigma) => Math.sqrt(Math.max(0, leastNoise ** 2 - sigma ** 2)));
  for (let i = 0; i < rows.length; i++) {
    const amplitude = inputNoise[random.integer(inputNoise.length)];
    const [from, to] = [i * width, i * (width + n)];
    for (let k = 0; k < width; k++) {
      const noisy = missing[k] > 0 ? target[from + k] + missing[k] * random.normal() : target[from + k];
      target[from + k] = noisy / scale[k];
      input[to + k] = (amplitude > 0 ? noisy + amplitude * random.normal() * noise[k] : noisy) / scale[k];
    }
    input.set(conditions.subarray(i * n, (i + 1) * n), to + width);
  }
  return {
    input: tf.tensor2d(input, [rows.length, width + n]),
    target: tf.tensor2d(target, [rows.length, width]),
    u: tf.tensor2d(conditions, [rows.length, n]),
  };
}
