import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { descend } from '../../networks/descent.js';
import { Network, type Weights } from '../../networks/network.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { Batch } from '../autoencoder/batch.js';
import { AutoencoderInTraining } from '../autoencoder/inTraining.js';
import { prefixed, unprefixed } from '../autoencoder/tensorPrefix.js';
import type { Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import type { Trainee } from '../trainingLoop.js';
import { criticLoss, type Streams } from './criticLoss.js';
import { type Deal, drawDeal } from './deal.js';
import { autoencoderLoss, type Game, streamsOf } from './game.js';
import { LatentDeviation } from './latentDeviation.js';
import type { FactorDisSettings } from './settings.js';

/** FactorDis in training: some steps of the critic on rows of its own, then one of the autoencoder. */
export class FactorDisTrainee implements Trainee {
  private readonly game: Game;
  private readonly critic: Trainable;
  /** Noise of decoded spectra, in the units that the networks see. */
  private readonly noise: Float32Array | null;

  static async start(
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
    backend: Backend,
    noise: Float32Array,
    private readonly rows: Int32Array,
    private readonly settings: FactorDisSettings,
    private readonly seed: number,
    private readonly steps: number,
    autoencoder: AutoencoderInTraining,
  ) {
    const { width, parameters, latentSize } = autoencoder.architecture;
    const { criticBetas, criticLatents, decodedNoise, jointSpectrum } = settings;
    const critic = new Network('critic', [width + parameters + latentSize, ...settings.critic, 1]);
    const latents = criticLatents === 'standardised' ? new LatentDeviation(backend.tf, latentSize) : null;
    this.game = { backend, autoencoder, critic, latents, jointSpectrum };
    const [beta1, beta2] = criticBetas;
    const initial = critic.initial(new Random(seed, 0xc417));
    this.critic = backend.operations.trainable(initial, { beta1, beta2, epsilon: 1e-8 });
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
    return this.game.autoencoder.assess();
  }

  /** Not the critic, which has done its work. */
  result(): Tensors {
    return this.game.autoencoder.result();
  }

  state(): Tensors {
    return {
      ...prefixed('autoencoder', this.game.autoencoder.trainable.state()),
      ...prefixed('critic', this.critic.state()),
      ...prefixed('latents', this.game.latents?.state() ?? {}),
    };
  }

  restore(state: Tensors): void {
    this.game.autoencoder.trainable.restore(unprefixed('autoencoder', state));
    this.critic.restore(unprefixed('critic', state));
    this.game.latents?.restore(unprefixed('latents', state));
  }

  dispose(): void {
    this.game.autoencoder.dispose();
    this.critic.dispose();
    this.game.latents?.dispose();
  }

  /** Equation (6), on rows of its own. */
  private async criticStep(rows: Int32Array, random: Random, read: boolean) {
    const { backend, critic: network } = this.game;
    const { tf } = backend;
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
      (weights) => criticLoss(backend, network, weights, streams, mixing, gradientPenalty),
      read,
    );
    tf.dispose([mixing, ...[streams, batch, deal].flatMap((each) => Object.values(each))]);
    return figures;
  }

  private async autoencoderStep(rows: Int32Array, step: number, read: boolean) {
    const { tf } = this.game.backend;
    const { autoencoder } = this.game;
    const { lambda, lambdaWarmup } = this.settings;
    const { batch, deal } = await this.draw(rows, new Random(this.seed, 0x2015e, step));
    const strength = lambda * Math.min(1, step / Math.max(1, lambdaWarmup));
    const critic = weightsOf(this.critic);
    const figures = descend(
      tf,
      [{ trainable: autoencoder.trainable, rate: autoencoder.rateAt(step, this.steps) }],
      (weights) => autoencoderLoss(this.game, weights, critic, batch, deal, strength),
      read,
    );
    tf.dispose([...critic.values(), ...[batch, deal].flatMap((each) => Object.values(each))]);
    return figures;
  }

  private async draw(rows: Int32Array, random: Random): Promise<{ batch: Batch; deal: Deal }> {
    const { backend, autoencoder } = this.game;
    const batch = await autoencoder.draw(rows, random, this.settings.redrawnNoise);
    return { batch, deal: drawDeal(backend.tf, batch.u, this.noise, random) };
  }

  /** Samples of p and q by the autoencoder as it stands. Takes note of the latents. */
  private streamsNow(batch: Batch, deal: Deal): Streams {
    const { backend, autoencoder, latents } = this.game;
    const weights = weightsOf(autoencoder.trainable);
    const streams = backend.tf.tidy(() => {
      const z = autoencoder.encode(weights, batch);
      latents?.update(z);
      return { ...streamsOf(this.game, weights, batch, deal, z, null) };
    });
    backend.tf.dispose([...weights.values()]);
    return streams;
  }
}

/** Present weights by name, for the caller to dispose. */
function weightsOf(trainable: Trainable): Weights {
  const values = trainable.read();
  return new Map(trainable.names.map((name, i) => [name, values[i]]));
}
