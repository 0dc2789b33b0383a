import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { defaultAdam } from '../../networks/adam.js';
import type { Backend } from '../../networks/backend.js';
import { descend, type Loss } from '../../networks/descent.js';
import { reverseGradient } from '../../networks/gradientReversal.js';
import type { Weights } from '../../networks/network.js';
import { oneCycle } from '../../networks/oneCycle.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import { heldOutFigures, type Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import { sampleSlices } from '../sampleSlices.js';
import type { Trainee } from '../trainingLoop.js';
import { type Architecture, architectureOf } from './architecture.js';
import { discretise } from './bins.js';
import { ConditionalAutoencoder } from './conditionalAutoencoder.js';
import type { FaderDisSettings } from './settings.js';

/** What a step sees of its spectra. */
interface Batch {
  /** (x + extra noise) / scale, then u. */
  readonly input: tfjs.Tensor2D;
  /** x / scale: the spectrum with its own noise, which is the target too. */
  readonly target: tfjs.Tensor2D;
  readonly u: tfjs.Tensor2D;
  readonly labels: tfjs.Tensor1D;
}

/** FaderDis in training: autoencoder and auxiliary network take their steps together, on one tape. */
export class FaderDisTrainee implements Trainee {
  private readonly architecture: Architecture;
  private readonly autoencoder: Trainable;
  private readonly auxiliary: Trainable;
  private readonly labels: Int32Array;
  /** (scale / noise)² / (reconstructionScale x batch): the squared residuals' weights. */
  private readonly precision: tfjs.Tensor1D;

  static async start(
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: FaderDisSettings,
    seed: number,
    steps: number,
  ): Promise<FaderDisTrainee> {
    const scale = await standardDeviations(samples, split.training);
    return new FaderDisTrainee(backend, samples, split, settings, seed, steps, scale);
  }

  private constructor(
    private readonly backend: Backend,
    private readonly samples: Samples,
    private readonly split: Split,
    private readonly settings: FaderDisSettings,
    private readonly seed: number,
    private readonly steps: number,
    readonly scale: Float32Array,
  ) {
    const { width, parameters, noise, u } = samples;
    const { operations, tf } = backend;
    this.architecture = architectureOf(settings, width, parameters.length);
    const { encoder, decoder, auxiliary } = this.architecture;
    const random = new Random(seed, 0x1171a1);
    this.autoencoder = operations.trainable({ ...encoder.initial(random), ...decoder.initial(random) }, defaultAdam);
    this.auxiliary = operations.trainable(auxiliary.initial(random), defaultAdam);
    this.labels = discretise(u, parameters.length, settings.bins, settings.binning);
    const divisor = settings.reconstructionScale * settings.batch;
    this.precision = tf.tensor1d(this.scale.map((scale, i) => (scale / noise[i]) ** 2 / divisor));
  }

  async step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null> {
    const { rate, rising, adversaryRate, lambda, lambdaWarmup } = this.settings;
    const batch = await this.gather(rows, new Random(this.seed, 0x2015e, step));
    const strength = lambda * Math.min(1, step / Math.max(1, lambdaWarmup));
    const groups = [
      { trainable: this.autoencoder, rate: oneCycle(step, this.steps, rate, rising) },
      { trainable: this.auxiliary, rate: adversaryRate },
    ];
    const losses = descend(this.backend.tf, groups, (weights) => this.loss(weights, batch, strength), read);
    this.backend.tf.dispose(Object.values(batch));
    return losses;
  }

  async assess(): Promise<EpochRecord> {
    const { backend, architecture, autoencoder, scale } = this;
    const values = autoencoder.read();
    const weights = new Map(autoencoder.names.map((name, index) => [name, values[index]]));
    const present = new ConditionalAutoencoder(backend, architecture, weights, scale);
    const figures = await heldOutFigures(present, this.samples, this.split);
    present.dispose();
    return figures;
  }

  /** What is kept of the model: not the auxiliary network, which has done its work. */
  result(): Tensors {
    return { ...this.autoencoder.values(), scale: { shape: [this.scale.length], values: this.scale } };
  }

  state(): Tensors {
    return { ...prefixed('autoencoder', this.autoencoder.state()), ...prefixed('auxiliary', this.auxiliary.state()) };
  }

  restore(state: Tensors): void {
    this.autoencoder.restore(unprefixed('autoencoder', state));
    this.auxiliary.restore(unprefixed('auxiliary', state));
  }

  dispose(): void {
    this.autoencoder.dispose();
    this.auxiliary.dispose();
    this.precision.dispose();
  }

  /**
   * L_rec + CE(A(z)), where the gradient of CE is reversed on its way from A into z: A minimises CE, the autoencoder L_rec - lambda CE, as in equation
   * (8) of de Mijolla et al. (2021).
   */
  private loss(weights: Weights, { input, target, u, labels }: Batch, lambda: number): Loss {
    const { tf, operations } = this.backend;
    const { encoder, decoder, auxiliary } = this.architecture;
    const z = encoder.apply(operations, weights, input, 'data');
    const decoded = decoder.apply(operations, weights, tf.concat([z, u], 1) as tfjs.Tensor2D);
    const reconstructionLoss = tf.sum(tf.mul(tf.squaredDifference(decoded, target), this.precision)) as tfjs.Scalar;
    const guess = auxiliary.apply(operations, weights, reverseGradient(tf, z, lambda));
    const adversaryLoss = operations.crossEntropy(guess, labels);
    return { total: tf.add(reconstructionLoss, adversaryLoss), parts: { reconstructionLoss, adversaryLoss } };
  }

  private async gather(rows: Int32Array, random: Random): Promise<Batch> {
    const { tf } = this.backend;
    const { u, width, noise, parameters } = this.samples;
    const { inputNoise } = this.settings;
    const n = parameters.length;
    const x = await this.samples.gather(rows);
    const input = new Float32Array(rows.length * (width + n));
    const target = new Float32Array(rows.length * width);
    const conditions = new Float32Array(rows.length * n);
    rows.forEach((row, i) => {
      const amplitude = inputNoise[random.integer(inputNoise.length)];
      const [from, to] = [i * width, i * (width + n)];
      for (let k = 0; k < width; k++) {
        const scaled = x[from + k] / this.scale[k];
        target[from + k] = scaled;
        input[to + k] = amplitude > 0 ? scaled + (amplitude * random.normal() * noise[k]) / this.scale[k] : scaled;
      }
      const own = u.subarray(row * n, (row + 1) * n);
      conditions.set(own, i * n);
      input.set(own, to + width);
    });
    return {
      input: tf.tensor2d(input, [rows.length, width + n]),
      target: tf.tensor2d(target, [rows.length, width]),
      u: tf.tensor2d(conditions, [rows.length, n]),
      labels: tf.tensor1d(
        Int32Array.from(rows, (row) => this.labels[row]),
        'int32',
      ),
    };
  }
}

/** Of each column over some rows; 1 for a column that does not vary. */
async function standardDeviations(samples: Samples, rows: Int32Array): Promise<Float32Array> {
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

function prefixed(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}:${name}`, tensor]));
}

function unprefixed(prefix: string, tensors: Tensors): Tensors {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}:`));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}
