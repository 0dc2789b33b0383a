import type * as tfjs from '@tensorflow/tfjs';
import {
  inputGradientOf,
  inputsOf,
  layersOf,
  outputOf,
  slopesOf,
  weightGradientsOf,
} from '../../networks/backpropagation.js';
import type { Slope } from '../../networks/descent.js';
import type { Weights } from '../../networks/network.js';
import type { NativeMath } from '../../networks/operations.js';
import { type Game, type Hand, samplesOf } from './game.js';

/**
 * The gradient of autoencoderLoss worked by hand on TensorFlow's kernels: from the critic's scores back into both streams of samples, through the decoder and, with
 * what the critic sees of z itself, into the encoder. The tape took a tenth of a compact step. A test holds both to central differences.
 */
export function autoencoderGradient(
  game: Game,
  math: NativeMath,
  weights: Weights,
  criticWeights: Weights,
  hand: Hand,
  lambda: number,
): Slope {
  const { backend, autoencoder, latents, settings } = game;
  const { tf } = backend;
  const { architecture, precision } = autoencoder;
  const { width, parameters, latentSize } = architecture;
  const encoder = layersOf(architecture.encoder, weights);
  const decoder = layersOf(architecture.decoder, weights);
  const critic = layersOf(game.critic, criticWeights);
  const rows = hand.u.shape[0];
  const observed = settings.jointSpectrum === 'observed';

  const encoded = inputsOf(math, encoder, hand.input);
  const z = outputOf(math, encoder, encoded);
  const given = tf.concat([tf.concat([z, z]), tf.concat([hand.u, hand.dealt])], 1);
  const decoding = inputsOf(math, decoder, given);
  const both = outputOf(math, decoder, decoding);
  const [decoded, recast] = tf.split<tfjs.Tensor2D>(both, 2);
  const residual = tf.sub(decoded, hand.target);
  const weighted = tf.mul(tf.mul(residual, hand.weight), precision);

  const samples = samplesOf(game, hand, z, observed ? recast : both);
  const judged = inputsOf(math, critic, samples);
  const verdict = slopesOf(math, critic, judged, towards(game, rows, lambda));
  const ofSamples = inputGradientOf(math, critic, verdict.slopes);
  const [ofSpectra, , ofSeen] = tf.split<tfjs.Tensor2D>(ofSamples, [width, parameters, latentSize], 1);

  const ofDecoded = tf.mul(weighted, 2);
  const ofBoth = observed
    ? tf.concat([ofDecoded, tf.split(ofSpectra, 2)[1]])
    : math.add(ofSpectra, tf.concat([ofDecoded, tf.zerosLike(ofDecoded)]));
  const back = slopesOf(math, decoder, decoding, ofBoth);
  const [ofGiven] = tf.split<tfjs.Tensor2D>(inputGradientOf(math, decoder, back.slopes), [latentSize, parameters], 1);
  const [upper, lower] = tf.split(math.add(ofGiven, latents?.standardise(ofSeen) ?? ofSeen), 2);
  const { slopes } = slopesOf(math, encoder, encoded, math.add(upper, lower));
  return {
    gradients: [...weightGradientsOf(math, encoded, slopes), ...weightGradientsOf(math, decoding, back.slopes)],
    parts: { reconstructionLoss: tf.sum(tf.mul(residual, weighted)) as tfjs.Scalar },
  };
}

/** The gradient of lambda (E_p C - E_q C) by the scores. */
function towards({ backend, settings }: Game, rows: number, lambda: number): tfjs.Tensor {
  const weight = lambda / settings.batch;
  const signs = new Float32Array(2 * rows).fill(weight, 0, rows).fill(-weight, rows);
  return backend.tf.tensor2d(signs, [2 * rows, 1]);
}
