import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { defaultAdam } from '../../networks/adam.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { Weights } from '../../networks/network.js';
import { oneCycle } from '../../networks/oneCycle.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { Samples } from '../method.js';
import { type AutoencoderArchitecture, autoencoderOf } from './architecture.js';
import type { Batch } from './batch.js';
import type { AutoencoderSettings } from './settings.js';

/** What a learner knows of its spectra, which are handed to it batch by batch. */
export type Columns = Pick<Samples, 'width' | 'parameters' | 'noise'>;

/** The conditional autoencoder that every adversarial method trains: weights with their moments, and its part of the loss. */
export class Learner {
  readonly architecture: AutoencoderArchitecture;
  readonly trainable: Trainable;
  /** Weights of the squared residuals in a batch's sum. */
  readonly precision: tfjs.Tensor1D;

  /**
   * @param scale of the columns, by which x is divided before the networks see it
   * @param from weights to begin with, as `result` gives them; absent: drawn from the seed
   */
  constructor(
    protected readonly backend: Backend,
    { width, parameters, noise }: Columns,
    protected readonly settings: AutoencoderSettings,
    seed: number,
    readonly scale: Float32Array,
    from?: Tensors,
  ) {
    this.architecture = autoencoderOf(settings, width, parameters.length);
    const initial = from ? weightsIn(from, this.architecture) : drawnWeights(this.architecture, seed);
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

  encode(weights: Weights, { input }: Pick<Batch, 'input'>): tfjs.Tensor2D {
    return this.architecture.encoder.apply(this.backend.operations, weights, input, 'data');
  }

  /** D(z, u), in units of the columns' scale. */
  decode(weights: Weights, z: tfjs.Tensor2D, u: tfjs.Tensor2D): tfjs.Tensor2D {
    const { tf, operations } = this.backend;
    return this.architecture.decoder.apply(operations, weights, tf.concat([z, u], 1) as tfjs.Tensor2D);
  }

  /** L_rec of spectra decoded at their own u: the sum over a batch, or the share of those rows in it. */
  reconstructionLoss(decoded: tfjs.Tensor2D, { target, weight }: Pick<Batch, 'target' | 'weight'>): tfjs.Scalar {
    const { tf } = this.backend;
    const squares = tf.mul(tf.squaredDifference(decoded, target), weight);
    return tf.sum(tf.mul(squares, this.precision)) as tfjs.Scalar;
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

function drawnWeights({ encoder, decoder }: AutoencoderArchitecture, seed: number): Tensors {
  const random = new Random(seed, 0x1171a1);
  return { ...encoder.initial(random), ...decoder.initial(random) };
}

/** @throws FileError where a trained model's tensors are not this architecture's */
function weightsIn(tensors: Tensors, { encoder, decoder }: AutoencoderArchitecture): Tensors {
  const shapes = Object.entries({ ...encoder.shapes, ...decoder.shapes });
  return Object.fromEntries(shapes.map(([name, shape]) => [name, expectTensor(tensors, name, shape, 'former model')]));
}
