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
  /** What the residuals of a row count in L_rec, rows x 1. */
  readonly weight: tfjs.Tensor2D;
}

/** The same as numbers, row-major. */
export type BatchValues = Readonly<Record<keyof Batch, Float32Array>>;

/** Noise that a step adds. */
export interface DrawnNoise {
  /** Standard deviation that the noise of x has at least, in the units of x: what the spectrum's own falls short of it goes into input and target alike. */
  readonly leastNoise: number;
  /** Amplitudes of the noise on the input alone, in units of the spectrum's own, one of which is drawn for each spectrum. */
  readonly inputNoise: readonly number[];
}

/**
 * Reads rows and adds noise to them.
 * @param weight of all rows of the samples
 */
export async function drawBatch(
  tf: TensorFlow,
  samples: Samples,
  weight: Float32Array,
  rows: Int32Array,
  scale: Float32Array,
  drawn: DrawnNoise,
  random: Random,
): Promise<Batch> {
  const { width, parameters } = samples;
  const columns = width + parameters.length;
  const values = {
    target: await samples.gather(rows),
    u: parametersOf(samples, rows),
    weight: Float32Array.from(rows, (row) => weight[row]),
    input: new Float32Array(rows.length * columns),
  };
  fillBatch(values, samples.noise, scale, drawn, random);
  return {
    input: tf.tensor2d(values.input, [rows.length, columns]),
    target: tf.tensor2d(values.target, [rows.length, width]),
    u: tf.tensor2d(values.u, [rows.length, parameters.length]),
    weight: tf.tensor2d(values.weight, [rows.length, 1]),
  };
}

/**
 * Makes `input` and `target` out of x and u.
 * @param values `target` holds x; `u` and `weight` are given
 * @param noise of the columns of a row of weight 1, in the units of x
 */
export function fillBatch(
  { input, target, u, weight }: BatchValues,
  noise: Float32Array,
  scale: Float32Array,
  { leastNoise, inputNoise }: DrawnNoise,
  random: Random,
): void {
  const width = scale.length;
  const rows = target.length / width;
  const n = u.length / rows;
  for (let i = 0; i < rows; i++) {
    const variance = 1 / weight[i];
    const amplitude = inputNoise[random.integer(inputNoise.length)] * Math.sqrt(variance);
    const [from, to] = [i * width, i * (width + n)];
    for (let k = 0; k < width; k++) {
      const missing = leastNoise ** 2 - variance * noise[k] ** 2;
      const noisy = missing > 0 ? target[from + k] + Math.sqrt(missing) * random.normal() : target[from + k];
      target[from + k] = noisy / scale[k];
      input[to + k] = (amplitude > 0 ? noisy + amplitude * random.normal() * noise[k] : noisy) / scale[k];
    }
    input.set(u.subarray(i * n, (i + 1) * n), to + width);
  }
}
