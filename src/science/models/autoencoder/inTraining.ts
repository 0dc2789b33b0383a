import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { defaultAdam } from '../../networks/adam.js';
import type { Backend } from '../../networks/backend.js';
import type { Weights } from '../../networks/network.js';
import { oneCycle } from '../../networks/oneCycle.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import { heldOutFigures, type Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import { type AutoencoderArchitecture, autoencoderOf } from './architecture.js';
import { type Batch, drawBatch } from './batch.js';
import { columnScale } from './columnScale.js';
import { ConditionalAutoencoder } from './conditionalAutoencoder.js';
import type { AutoencoderSettings } from './settings.js';

/** The conditional autoencoder that every adversarial method trains: weights with their moments, batches, reconstruction, held-out figures. */
export class AutoencoderInTraining {
  readonly architecture: AutoencoderArchitecture;
  readonly trainable: Trainable;
  /** Weights of the squared residuals in a batch's sum. */
  private readonly precision: tfjs.Tensor1D;

  static async start(
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: AutoencoderSettings,
    seed: number,
  ): Promise<AutoencoderInTraining> {
    const scale =
      settings.columns === 'plain'
        ? new Float32Array(samples.width).fill(1)
        : await columnScale(samples, split.training);
    return new AutoencoderInTraining(backend, samples, split, settings, new Random(seed, 0x1171a1), scale);
  }

  private constructor(
    private readonly backend: Backend,
    private readonly samples: Samples,
    private readonly split: Split,
    private readonly settings: AutoencoderSettings,
    random: Random,
    readonly scale: Float32Array,
  ) {
    const { width, parameters, noise } = samples;
    this.architecture = autoencoderOf(settings, width, parameters.length);
    const { encoder, decoder } = this.architecture;
    const initial = { ...encoder.initial(random), ...decoder.initial(random) };
    this.trainable = backend.operations.trainable(initial, defaultAdam);
    const { columns, reconstructionScale, batch } = settings;
    const weights = scale.map((scale, i) =>
      columns === 'plain' ? 1 / (width * batch) : (scale / noise[i]) ** 2 / (reconstructionScale * batch),
    );
    this.precision = backend.tf.tensor1d(weights);
  }

  /** Learning rate of a step. */
  rateAt(step: number, steps: number): number {
    const { schedule, rate, rising } = this.settings;
    return schedule === 'constant' ? rate : oneCycle(step, steps, rate, rising);
  }

  /**
   * A batch, for the caller to dispose.
   * @param leastNoise of input and target, in the units of x
   */
  draw(rows: Int32Array, random: Random, leastNoise = 0): Promise<Batch> {
    const noise = { leastNoise, inputNoise: this.settings.inputNoise };
    return drawBatch(this.backend.tf, this.samples, rows, this.scale, noise, random);
  }

  encode(weights: Weights, { input }: Batch): tfjs.Tensor2D {
    return this.architecture.encoder.apply(this.backend.operations, weights, input, 'data');
  }

  /** D(z, u), in units of the columns' scale. */
  decode(weights: Weights, z: tfjs.Tensor2D, u: tfjs.Tensor2D): tfjs.Tensor2D {
    const { tf, operations } = this.backend;
    return this.architecture.decoder.apply(operations, weights, tf.concat([z, u], 1) as tfjs.Tensor2D);
  }

  /** L_rec of spectra decoded at their own u. */
  reconstructionLoss(decoded: tfjs.Tensor2D, { target }: Batch): tfjs.Scalar {
    const { tf } = this.backend;
    return tf.sum(tf.mul(tf.squaredDifference(decoded, target), this.precision)) as tfjs.Scalar;
  }

  /** Figures on the held-out rows. */
  async assess(): Promise<EpochRecord> {
    const { backend, architecture, trainable, scale } = this;
    const values = trainable.read();
    const weights = new Map(trainable.names.map((name, index) => [name, values[index]]));
    const present = new ConditionalAutoencoder(backend, architecture, weights, scale);
    const figures = await heldOutFigures(present, this.samples, this.split);
    present.dispose();
    return figures;
  }

  /** What is kept of the model. */
  result(): Tensors {
    return { ...this.trainable.values(), scale: { shape: [this.scale.length], values: this.scale } };
  }

  dispose(): void {
    this.trainable.dispose();
    this.precision.dispose();
  }
}
