import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { defaultAdam } from '../../networks/adam.js';
import type { Backend } from '../../networks/backend.js';
import { descend, type Loss } from '../../networks/descent.js';
import { reverseGradient } from '../../networks/gradientReversal.js';
import type { Network, Weights } from '../../networks/network.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { Batch } from '../autoencoder/batch.js';
import { AutoencoderInTraining } from '../autoencoder/inTraining.js';
import { prefixed, unprefixed } from '../autoencoder/tensorPrefix.js';
import type { Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import type { Trainee } from '../trainingLoop.js';
import { auxiliaryOf } from './auxiliary.js';
import { discretise } from './bins.js';
import type { FaderDisSettings } from './settings.js';

/** FaderDis in training: autoencoder and auxiliary network take their steps together, on one tape. */
export class FaderDisTrainee implements Trainee {
  private readonly network: Network;
  private readonly auxiliary: Trainable;
  private readonly labels: Int32Array;

  static async start(
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: FaderDisSettings,
    seed: number,
    steps: number,
    { from }: { readonly from?: Tensors | undefined } = {},
  ): Promise<FaderDisTrainee> {
    const autoencoder = await AutoencoderInTraining.start(backend, samples, split, settings, seed, from);
    return new FaderDisTrainee(backend, samples, settings, seed, steps, autoencoder);
  }

  private constructor(
    private readonly backend: Backend,
    { u, parameters }: Samples,
    private readonly settings: FaderDisSettings,
    private readonly seed: number,
    private readonly steps: number,
    private readonly autoencoder: AutoencoderInTraining,
  ) {
    this.network = auxiliaryOf(settings, parameters.length);
    const initial = this.network.initial(new Random(seed, 0xad5e));
    this.auxiliary = backend.operations.trainable(initial, defaultAdam);
    this.labels = discretise(u, parameters.length, settings.bins, settings.binning);
  }

  async step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null> {
    const { adversaryRate, lambda, lambdaWarmup } = this.settings;
    const { tf } = this.backend;
    const batch = await this.autoencoder.draw(rows, new Random(this.seed, 0x2015e, step));
    const labels = tf.tensor1d(
      Int32Array.from(rows, (row) => this.labels[row]),
      'int32',
    );
    const strength = lambda * Math.min(1, step / Math.max(1, lambdaWarmup));
    const groups = [
      { trainable: this.autoencoder.trainable, rate: this.autoencoder.rateAt(step, this.steps) },
      { trainable: this.auxiliary, rate: adversaryRate },
    ];
    const losses = descend(tf, groups, (weights) => this.loss(weights, batch, labels, strength), read);
    tf.dispose([labels, ...Object.values(batch)]);
    return losses;
  }

  assess(): Promise<EpochRecord> {
    return this.autoencoder.assess();
  }

  /** Not the auxiliary network, which has done its work. */
  result(): Tensors {
    return this.autoencoder.result();
  }

  state(): Tensors {
    return {
      ...prefixed('autoencoder', this.autoencoder.trainable.state()),
      ...prefixed('auxiliary', this.auxiliary.state()),
    };
  }

  restore(state: Tensors): void {
    this.autoencoder.trainable.restore(unprefixed('autoencoder', state));
    this.auxiliary.restore(unprefixed('auxiliary', state));
  }

  dispose(): void {
    this.autoencoder.dispose();
    this.auxiliary.dispose();
  }

  /**
   * L_rec + CE(A(z)), where the gradient of CE is reversed on its way from A into z: A minimises CE, the autoencoder L_rec - lambda CE, as in equation
   * (8) of de Mijolla et al. (2021).
   */
  private loss(weights: Weights, batch: Batch, labels: tfjs.Tensor1D, lambda: number): Loss {
    const { tf, operations } = this.backend;
    const z = this.autoencoder.encode(weights, batch);
    const decoded = this.autoencoder.decode(weights, z, batch.u);
    const reconstructionLoss = this.autoencoder.reconstructionLoss(decoded, batch);
    const guess = this.network.apply(operations, weights, reverseGradient(tf, z, lambda));
    const adversaryLoss = operations.crossEntropy(guess, labels);
    return { total: tf.add(reconstructionLoss, adversaryLoss), parts: { reconstructionLoss, adversaryLoss } };
  }
}
