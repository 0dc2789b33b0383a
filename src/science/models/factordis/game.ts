import type * as tfjs from '@tensorflow/tfjs';
import type { Backend } from '../../networks/backend.js';
import type { Loss } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { Batch } from '../autoencoder/batch.js';
import type { AutoencoderInTraining } from '../autoencoder/inTraining.js';
import { distance, type Streams } from './criticLoss.js';
import type { Deal } from './deal.js';
import type { LatentDeviation } from './latentDeviation.js';
import type { FactorDisSettings } from './settings.js';

/** Who plays: the autoencoder makes samples of p and q, the critic tells them apart. */
export interface Game {
  readonly backend: Backend;
  readonly autoencoder: AutoencoderInTraining;
  readonly critic: Network;
  /** Units of the latents in the critic's eyes; null for their own. */
  readonly latents: LatentDeviation | null;
  readonly jointSpectrum: FactorDisSettings['jointSpectrum'];
}

/**
 * Samples of p, (x, u, z) with z = E(x, u), and of q, (D(z, u'), u', z).
 * @param decoded D(z, u) where it is known already
 */
export function streamsOf(
  { backend, autoencoder, latents, jointSpectrum }: Game,
  weights: Weights,
  { target, u }: Batch,
  deal: Deal,
  z: tfjs.Tensor2D,
  decoded: tfjs.Tensor2D | null,
): Streams {
  const { tf } = backend;
  const blurred = (spectra: tfjs.Tensor2D) => (deal.noise ? tf.add(spectra, deal.noise) : spectra);
  const own = jointSpectrum === 'observed' ? target : blurred(decoded ?? autoencoder.decode(weights, z, u));
  const recast = blurred(autoencoder.decode(weights, z, deal.u));
  const seen = latents?.standardise(z) ?? z;
  return {
    joint: tf.concat([own, u, seen], 1) as tfjs.Tensor2D,
    factorised: tf.concat([recast, deal.u, seen], 1) as tfjs.Tensor2D,
  };
}

/** Equation (7): L_rec + lambda (E_p C - E_q C), whose gradient goes through both streams and leaves the critic as it is. */
export function autoencoderLoss(
  game: Game,
  weights: Weights,
  critic: Weights,
  batch: Batch,
  deal: Deal,
  lambda: number,
): Loss {
  const { backend, autoencoder } = game;
  const { tf } = backend;
  const z = autoencoder.encode(weights, batch);
  const decoded = autoencoder.decode(weights, z, batch.u);
  const reconstructionLoss = autoencoder.reconstructionLoss(decoded, batch);
  const streams = streamsOf(game, weights, batch, deal, z, decoded);
  const apart = distance(backend, game.critic, critic, streams, 'through');
  return { total: tf.add(reconstructionLoss, tf.mul(apart, lambda)), parts: { reconstructionLoss } };
}
