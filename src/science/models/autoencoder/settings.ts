import { z } from 'zod';
import { sampleSettings } from '../../representation/sampleSettings.js';

export const layers = z.array(z.int().min(1)).min(1);

/** Settings of the autoencoder, the same for every adversarial method. */
export const autoencoderSettings = {
  ...sampleSettings,
  /** n_z: the width of the latent. */
  latentSize: z.int().min(1).max(512),
  /** Hidden layers, from the input on. */
  encoder: layers,
  decoder: layers,
  /**
   * What the networks see and L_rec measures. 'standardised': x in units of each column's standard deviation, and the sum over columns of squared residuals in
   * units of the noise, divided by `reconstructionScale`. 'plain': x as it is, and the mean over columns of its squared residuals, as the paper's code has it.
   */
  columns: z.enum(['standardised', 'plain']).default('standardised'),
  /** The sum of squares over standardised columns is divided by this, whatever their number, so that lambda keeps its meaning. */
  reconstructionScale: z.number().positive(),
  /** Amplitudes of the extra noise on the input, in units of the spectrum's own; one is drawn for each spectrum and step. */
  inputNoise: z.array(z.number().min(0)).min(1),
  /** Learning rate of the autoencoder: the peak of a one-cycle schedule with the part of the run over which it rises, or constant. */
  schedule: z.enum(['oneCycle', 'constant']).default('oneCycle'),
  rate: z.number().positive(),
  rising: z.number().min(0).max(1),
  batch: z.int().min(1),
  /** Passes over the training spectra; 'auto': 250, or more where that would be fewer than 10,000 steps, or fewer where it would be more than 60,000. */
  epochs: z.union([z.literal('auto'), z.int().min(1)]),
  /** The run ends when no held-out record has been better for this share of it, counted from `patienceFrom` on at the earliest; see Plan. */
  patience: z.number().min(0).max(1),
  patienceFrom: z.number().min(0).max(1),
};

/** Passes of an 'auto' run, and the most steps that it takes. */
export const auto = { epochs: 250, leastSteps: 10_000, mostSteps: 60_000 } as const;

const schema = z.object(autoencoderSettings);

export type AutoencoderSettings = z.infer<typeof schema>;

/** Steps of a run over so many training rows. */
export function stepsOf({ epochs, batch }: AutoencoderSettings, trainingRows: number): number {
  const stepsPerEpoch = Math.floor(trainingRows / batch);
  if (epochs !== 'auto') return epochs * stepsPerEpoch;
  const wanted = Math.min(auto.mostSteps, Math.max(auto.leastSteps, auto.epochs * stepsPerEpoch));
  return Math.max(1, Math.round(wanted / stepsPerEpoch)) * stepsPerEpoch;
}
