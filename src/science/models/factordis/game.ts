import type * as tfjs from '@tensorflow/tfjs';
import type { Backend } from '../../networks/backend.js';
import type { Loss } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { Batch } from '../autoencoder/batch.js';
import type { Learner } from '../autoencoder/learner.js';
import { distance } from './criticLoss.js';
import type { Deal } from './deal.js';
import type { LatentDeviation } from './latentDeviation.js';
import type { FactorDisSettings } from './settings.js';

/** Who plays: the autoencoder makes samples of p and q, the critic tells them apart. */
export interface Game {
  readonly backend: Backend;
  readonly autoencoder: Learner;
  readonly critic: Network;
  /** Units of the latents in the critic's eyes; null for their own. */
  readonly latents: LatentDeviation | null;
  readonly settings: FactorDisSettings;
}

/** Rows of a batch, with what makes samples of p and q of them. */
export type Hand = Batch & Deal;

/**
 * Samples of p, (x, u, z) with z = E(x, u), and below them those of q, (D(z, u'), u', z).
 * @param spectra D(z, u'); where p has decoded spectra too, D(z, u) stands above it
 */
export function samplesOf(
  { backend, latents, settings }: Game,
  { target, u, dealt, noise }: Hand,
  z: tfjs.Tensor2D,
  spectra: tfjs.Tensor2D,
): tfjs.Tensor2D {
  const { tf } = backend;
  const observed = settings.jointSpectrum === 'observed';
  const own = noise && (observed ? noise : tf.concat([noise, noise]));
  const blurred = own ? (tf.add(spectra, own) as tfjs.Tensor2D) : spectra;
  const x = observed ? tf.concat([target, blurred]) : blurred;
  const seen = latents?.standardise(z) ?? z;
  return tf.concat([x, tf.concat([u, dealt]), tf.concat([seen, seen])], 1) as tfjs.Tensor2D;
}

/** Samples of several hands by the autoencoder as it stands, decoded in one pass. */
export function samplesOfHands(
  game: Game,
  weights: Weights,
  hands: readonly Hand[],
  latents: readonly tfjs.Tensor2D[],
  before: (hand: number) => void,
): tfjs.Tensor2D[] {
  const { backend, autoencoder, settings } = game;
  const { tf } = backend;
  const observed = settings.jointSpectrum === 'observed';
  const z = latents.flatMap((z) => (observed ? [z] : [z, z]));
  const u = hands.flatMap(({ u, dealt }) => (observed ? [dealt] : [u, dealt]));
  const spectra = tf.split<tfjs.Tensor2D>(autoencoder.decode(weights, tf.concat(z), tf.concat(u)), hands.length);
  return hands.map((hand, i) => {
    before(i);
    return samplesOf(game, hand, latents[i], spectra[i]);
  });
}

/** Equation (7): L_rec + lambda (E_p C - E_q C), whose gradient goes through both streams and leaves the critic as it is. */
export function autoencoderLoss(game: Game, weights: Weights, critic: Weights, hand: Hand, lambda: number): Loss {
  const { backend, autoencoder, settings } = game;
  const { tf } = backend;
  const z = autoencoder.encode(weights, hand);
  const both = autoencoder.decode(weights, tf.concat([z, z]), tf.concat([hand.u, hand.dealt]));
  const [decoded, recast] = tf.split<tfjs.Tensor2D>(both, 2);
  const reconstructionLoss = autoencoder.reconstructionLoss(decoded, hand);
  const samples = samplesOf(game, hand, z, settings.jointSpectrum === 'observed' ? recast : both);
  const apart = distance(backend, game.critic, critic, samples, 'through', settings.batch);
  return { total: tf.add(reconstructionLoss, tf.mul(apart, lambda)), parts: { reconstructionLoss } };
}
