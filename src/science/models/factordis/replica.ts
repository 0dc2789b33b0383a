import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { figuresOf, type Slope, slopeOf } from '../../networks/descent.js';
import { Network, type Weights } from '../../networks/network.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { Columns, Learner } from '../autoencoder/learner.js';
import { prefixed, unprefixed } from '../autoencoder/tensorPrefix.js';
import { autoencoderGradient } from './autoencoderGradient.js';
import { criticGradient } from './criticGradient.js';
import { criticLoss } from './criticLoss.js';
import { alone, type Exchange, shareOf } from './exchange.js';
import { autoencoderLoss, type Game, type Hand, samplesOfHands } from './game.js';
import { LatentDeviation, momentsOf } from './latentDeviation.js';
import type { FactorDisSettings } from './settings.js';
import { fillTurn, type TurnShape, type TurnValues } from './turn.js';

/** What a replica is asked to play: some turns of a step. */
export interface Round {
  readonly step: number;
  readonly turns: readonly number[];
  /** The autoencoder's learning rate, and lambda, at this step. */
  readonly rate: number;
  readonly strength: number;
  readonly read: boolean;
}

/**
 * Autoencoder and critic with their optimisers, as one thread has them. Threads that play together hold the same weights from the first step to the last, since
 * each takes its share of every batch and all take the steps of the summed gradient: the very step of the whole batch, but for the rounding of sums.
 */
export class Replica {
  readonly game: Game;
  readonly critic: Trainable;
  private exchange: Exchange = alone;
  /** Noise of decoded spectra of weight 1, in the units that the networks see. */
  private readonly amplitudes: Float32Array | null;

  constructor(
    private readonly backend: Backend,
    private readonly columns: Columns,
    private readonly settings: FactorDisSettings,
    private readonly seed: number,
    autoencoder: Learner,
  ) {
    const { width, parameters, latentSize } = autoencoder.architecture;
    const { criticBetas, criticLatents, decodedNoise } = settings;
    const critic = new Network('critic', [width + parameters + latentSize, ...settings.critic, 1]);
    const latents = criticLatents === 'standardised' ? new LatentDeviation(backend.tf, latentSize) : null;
    this.game = { backend, autoencoder, critic, latents, settings };
    const [beta1, beta2] = criticBetas;
    const initial = critic.initial(new Random(seed, 0xc417));
    this.critic = backend.operations.trainable(initial, { beta1, beta2, epsilon: 1e-8 });
    const amplitude = (sigma: number, k: number) => (decodedNoise * sigma) / autoencoder.scale[k];
    this.amplitudes = decodedNoise > 0 ? columns.noise.map(amplitude) : null;
  }

  /** From now on it plays its share with others. */
  join(exchange: Exchange): void {
    this.exchange = exchange;
  }

  /** The most numbers that it ever sums with others: a gradient with its figures, or the moments of all turns' latents. */
  numbersSummed(turns: number): number {
    const { autoencoder, critic, settings } = this.game;
    const { encoder, decoder } = autoencoder.architecture;
    const size = (network: Network) =>
      Object.values(network.shapes).reduce((sum, shape) => sum + shape.reduce((product, each) => product * each), 0);
    return Math.max(size(critic) + 2, size(encoder) + size(decoder) + 1, 2 * settings.latentSize * turns);
  }

  get shape(): TurnShape {
    const { width, parameters } = this.columns;
    return { rows: this.settings.batch, width, parameters: parameters.length, noisy: this.amplitudes !== null };
  }

  /**
   * Plays the turns in their order: the critic's, in whose time the autoencoder stands still, then the autoencoder's.
   * @param values of each turn, with x and u in them; what a turn draws is drawn here
   * @returns the figures of the last turn of each kind, where they are to be read
   */
  play(values: readonly TurnValues[], round: Round): Readonly<Record<string, number>> | null {
    const { columns, amplitudes, settings, seed, exchange } = this;
    const { scale } = this.game.autoencoder;
    const { step, turns, read } = round;
    turns.forEach((turn, i) => {
      if (i % exchange.players === exchange.own)
        fillTurn(values[i], { columns, scale, amplitudes }, settings, seed, step, turn);
    });
    exchange.meet();
    const figures = this.backend.tf.tidy(() => {
      const ofCritic = values.filter((_, i) => turns[i] > 0);
      const [ofAutoencoder] = values.filter((_, i) => turns[i] === 0);
      const critics = ofCritic.length > 0 ? this.playCritic(ofCritic, read) : {};
      return { ...(ofAutoencoder ? this.playAutoencoder(ofAutoencoder, round) : {}), ...critics };
    });
    return read ? figures : null;
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
  }

  /** Equation (6), turn by turn; the samples of all turns are made in one pass, as the autoencoder does not change in between. */
  private playCritic(turns: readonly TurnValues[], read: boolean) {
    const { tf } = this.backend;
    const { autoencoder } = this.game;
    const hands = turns.map((turn) => this.handOf(turn));
    const weights = weightsOf(autoencoder.trainable);
    const all = autoencoder.encode(weights, { input: tf.concat(hands.map(({ input }) => input)) });
    const latents = tf.split<tfjs.Tensor2D>(all, turns.length);
    const heed = this.latentsHeeded(latents);
    const samples = samplesOfHands(this.game, weights, hands, latents, heed);
    tf.dispose([...weights.values()]);
    const figures = samples.map((each, i) =>
      this.descend(this.critic, this.settings.criticRate, () => this.criticSlope(each, turns[i]), read),
    );
    return figures[figures.length - 1];
  }

  private criticSlope(samples: tfjs.Tensor2D, { mixing }: TurnValues): Slope {
    const { tf, operations } = this.backend;
    const { gradientPenalty, batch } = this.settings;
    const where = this.own(mixing, 1);
    if (!operations.math)
      return slopeOf(tf, [this.critic], (weights) =>
        criticLoss(this.backend, this.game.critic, weights, samples, where, gradientPenalty, batch),
      );
    const weights = weightsOf(this.critic);
    const slope = criticGradient(
      tf,
      operations.math,
      this.game.critic,
      weights,
      samples,
      where,
      gradientPenalty,
      batch,
    );
    tf.dispose([...weights.values()]);
    return slope;
  }

  private playAutoencoder(turn: TurnValues, { rate, strength, read }: Round) {
    const { trainable } = this.game.autoencoder;
    const hand = this.handOf(turn);
    return this.descend(trainable, rate, () => this.autoencoderSlope(hand, strength), read);
  }

  private autoencoderSlope(hand: Hand, strength: number): Slope {
    const { tf, operations } = this.backend;
    const { trainable } = this.game.autoencoder;
    const critic = weightsOf(this.critic);
    if (!operations.math)
      return slopeOf(tf, [trainable], (weights) => autoencoderLoss(this.game, weights, critic, hand, strength));
    const weights = weightsOf(trainable);
    const slope = autoencoderGradient(this.game, operations.math, weights, critic, hand, strength);
    tf.dispose([...weights.values(), ...critic.values()]);
    return slope;
  }

  /** One step down what the slopes of all players add up to. */
  private descend(trainable: Trainable, rate: number, slope: () => Slope, read: boolean) {
    return this.backend.tf.tidy(() => {
      const own = slope();
      const { gradients, parts } = this.summed(own);
      const figures = read ? figuresOf(parts) : {};
      // Those of a tape outlive a tidy.
      this.backend.tf.dispose(Object.values(own.parts));
      trainable.apply(gradients, rate);
      return figures;
    });
  }

  private summed({ gradients, parts }: Slope): Slope {
    const { exchange, backend } = this;
    if (exchange.players === 1) return { gradients, parts };
    const names = Object.keys(parts);
    const tensors = [...gradients, ...Object.values(parts)];
    const total = exchange.sum(tensors.map((tensor) => tensor.dataSync<'float32'>()));
    let at = 0;
    const sums = tensors.map(({ size, shape }) => {
      at += size;
      return backend.tf.tensor(total.slice(at - size, at), shape);
    });
    const own = sums.slice(gradients.length) as tfjs.Scalar[];
    return {
      gradients: sums.slice(0, gradients.length),
      parts: Object.fromEntries(names.map((name, i) => [name, own[i]])),
    };
  }

  /** What takes note of a turn's latents, before its samples are made. */
  private latentsHeeded(latents: readonly tfjs.Tensor2D[]): (turn: number) => void {
    const { latents: deviation, settings } = this.game;
    if (!deviation) return () => {};
    const size = 2 * settings.latentSize;
    const total = this.exchange
      .sum(latents.map((z) => momentsOf(z.dataSync<'float32'>(), settings.latentSize)))
      .slice();
    return (turn) => deviation.update(total.subarray(turn * size, (turn + 1) * size), settings.batch);
  }

  private handOf({ input, target, u, weight, dealt, noise }: TurnValues): Hand {
    const { width, parameters } = this.columns;
    const n = parameters.length;
    return {
      input: this.own(input, width + n),
      target: this.own(target, width),
      u: this.own(u, n),
      weight: this.own(weight, 1),
      dealt: this.own(dealt, n),
      noise: noise && this.own(noise, width),
    };
  }

  /** This thread's rows. */
  private own(values: Float32Array, columns: number): tfjs.Tensor2D {
    const { first, end } = shareOf(this.exchange, values.length / columns);
    return this.backend.tf.tensor2d(values.slice(first * columns, end * columns), [end - first, columns]);
  }
}

/** Present weights by name, for the caller to dispose. */
function weightsOf(trainable: Trainable): Weights {
  const values = trainable.read();
  return new Map(trainable.names.map((name, i) => [name, values[i]]));
}
