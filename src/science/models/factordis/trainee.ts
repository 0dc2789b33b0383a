import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { descend, type Loss } from '../../networks/descent.js';
import { Network, type Weights } from '../../networks/network.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { Batch } from '../autoencoder/batch.js';
import { AutoencoderInTraining } from '../autoencoder/inTraining.js';
import { prefixed, unprefixed } from '../autoencoder/tensorPrefix.js';
import type { Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import type { Trainee } from '../trainingLoop.js';
import { criticLoss, distance, type Streams } from './criticLoss.js';
import { type Deal, drawDeal } from './deal.js';
import { LatentDeviation } from './latentDeviation.js';
import type { FactorDisSettings } from './settings.js';

/** FactorDis in training: some steps of the critic on rows of its own, then one of the autoencoder. */
export class FactorDisTrainee implements Trainee {
  private readonly network: Network;
  private readonly critic: Trainable;
  private readonly latents: LatentDeviation | null;
  /** Noise of decoded spectra, in the units that the networks see. */
  private readonly noise: Float32Array | null;

  static async start(
    this: void,
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: FactorDisSettings,
    seed: number,
    steps: number,
  ): Promise<FactorDisTrainee> {
    const autoencoder = await AutoencoderInTraining.start(backend, samples, split, settings, seed);
    return new FactorDisTrainee(backend, samples.noise, split.training, settings, seed, steps, autoencoder);
  }

  private constructor(
    private readonly backend: Backend,
    noise: Float32Array,
    private readonly rows: Int32Array,
    private readonly settings: FactorDisSettings,
    private readonly seed: number,
    private readonly steps: number,
    private readonly autoencoder: AutoencoderInTraining,
  ) {
    const { width, parameters, latentSize } = autoencoder.architecture;
    const { critic, criticBetas, criticLatents, decodedNoise } = settings;
    this.network = new Network('critic', [width + parameters + latentSize, ...critic, 1]);
    const [beta1, beta2] = criticBetas;
    const initial = this.network.initial(new Random(seed, 0xc417));
    this.critic = backend.operations.trainable(initial, { beta1, beta2, epsilon: 1e-8 });
    this.latents = criticLatents === 'standardised' ? new LatentDeviation(backend.tf, latentSize) : null;
    const amplitude = (sigma: number, k: number) => (decodedNoise * sigma) / autoencoder.scale[k];
    this.noise = decodedNoise > 0 ? noise.map(amplitude) : null;
  }

  async step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null> {
    const { criticSteps } = this.settings;
    let criticFigures: Readonly<Record<string, number>> | null = null;
    for (let turn = 1; turn <= criticSteps; turn++) {
      const random = new Random(this.seed, 0xc417, step, turn);
      const own = Int32Array.from(rows, () => this.rows[random.integer(this.rows.length)]);
      criticFigures = await this.criticStep(own, random, read && turn === criticSteps);
    }
    const figures = await this.autoencoderStep(rows, step, read);
    return figures && { ...figures, ...criticFigures };
  }

  assess(): Promise<EpochRecord> {
    return this.autoencoder.assess();
  }

  /** Not the critic, which has done its work. */
  result(): Tensors {
    return this.autoencoder.result();
  }

  state(): Tensors {
    return {
      ...prefixed('autoencoder', this.autoencoder.trainable.state()),
      ...prefixed('critic', this.critic.state()),
      ...prefixed('latents', this.latents?.state() ?? {}),
    };
  }

  restore(state: Tensors): void {
    this.autoencoder.trainable.restore(unprefixed('autoencoder', state));
    this.critic.restore(unprefixed('critic', state));
    this.latents?.restore(unprefixed('latents', state));
  }

  dispose(): void {
    this.autoencoder.dispose();
    this.critic.dispose();
    this.latents?.dispose();
  }

  /** Equation (6), on rows of its own. */
  private async criticStep(rows: Int32Array, random: Random, read: boolean) {
    const { tf } = this.backend;
    const { criticRate, gradientPenalty } = this.settings;
    const { batch, deal } = await this.draw(rows, random);
    const mixing = tf.tensor2d(
      Float32Array.from(rows, () => random.uniform()),
      [rows.length, 1],
    );
    const streams = this.streamsNow(batch, deal);
    const figures = descend(
      tf,
      [{ trainable: this.critic, rate: criticRate }],
      (weights) => criticLoss(this.backend, this.network, weights, streams, mixing, gradientPenalty),
      read,
    );
    tf.dispose([mixing, ...[streams, batch, deal].flatMap((each) => Object.values(each))]);
    return figures;
  }

  /** Equation (7): L_rec + lambda (E_p C - E_q C), whose gradient goes through both streams. */
  private async autoencoderStep(rows: Int32Array, step: number, read: boolean) {
    const { autoencoder, backend, network } = this;
    const { tf } = backend;
    const { lambda, lambdaWarmup } = this.settings;
    const { batch, deal } = await this.draw(rows, new Random(this.seed, 0x2015e, step));
    const strength = lambda * Math.min(1, step / Math.max(1, lambdaWarmup));
    const [names, values] = [this.critic.names, this.critic.read()];
    const critic = new Map(names.map((name, i) => [name, values[i]]));
    const loss = (weights: Weights): Loss => {
      const z = autoencoder.encode(weights, batch);
      const decoded = autoencoder.decode(weights, z, batch.u);
      const reconstructionLoss = autoencoder.reconstructionLoss(decoded, batch);
      const apart = distance(backend, network, critic, this.streams(weights, batch, deal, z, decoded), 'through');
      return { total: tf.add(reconstructionLoss, tf.mul(apart, strength)), parts: { reconstructionLoss } };
    };
    const groups = [{ trainable: autoencoder.trainable, rate: autoencoder.rateAt(step, this.steps) }];
    const figures = descend(tf, groups, loss, read);
    tf.dispose([...values, ...[batch, deal].flatMap((each) => Object.values(each))]);
    return figures;
  }

  private async draw(rows: Int32Array, random: Random): Promise<{ batch: Batch; deal: Deal }> {
    const batch = await this.autoencoder.draw(rows, random, this.settings.redrawnNoise);
    return { batch, deal: drawDeal(this.backend.tf, batch.u, this.noise, random) };
  }

  /** Samples of p and q by the autoencoder as it stands. Takes note of the latents. */
  private streamsNow(batch: Batch, deal: Deal): Streams {
    const { tf } = this.backend;
    const { names } = this.autoencoder.trainable;
    const values = this.autoencoder.trainable.read();
    const weights = new Map(names.map((name, i) => [name, values[i]]));
    const streams = tf.tidy(() => {
      const z = this.autoencoder.encode(weights, batch);
      this.latents?.update(z);
      return { ...this.streams(weights, batch, deal, z, null) };
    });
    tf.dispose(values);
    return streams;
  }

  /** @param decoded D(z, u) where it is known already */
  private streams(
    weights: Weights,
    batch: Batch,
    deal: Deal,
    z: tfjs.Tensor2D,
    decoded: tfjs.Tensor2D | null,
  ): Streams {
    const { tf } = this.backend;
    const blurred = (spectra: tfjs.Tensor2D) => (deal.noise ? tf.add(spectra, deal.noise) : spectra);
    const own =
      this.settings.jointSpectrum === 'observed'
        ? batch.target
        : blurred(decoded ?? this.autoencoder.decode(weights, z, batch.u));
    const recast = blurred(this.autoencoder.decode(weights, z, deal.u));
    const latents = this.latents?.standardise(z) ?? z;
    return {
      joint: tf.concat([own, batch.u, latents], 1) as tfjs.Tensor2D,
      factorised: tf.concat([recast, deal.u, latents], 1) as tfjs.Tensor2D,
    };
  }
}
