import { z } from 'zod';
import { autoencoderSettings, layers } from '../autoencoder/settings.js';

export const settingsSchema = z.strictObject({
  ...autoencoderSettings,
  /** Hidden layers of the critic. */
  critic: layers,
  /** Weight of the critic's distance between joint and factorised samples against the reconstruction, and the steps over which it rises from 0. */
  lambda: z.number().min(0),
  lambdaWarmup: z.int().min(0),
  /** Steps of the critic, on rows of their own, before every step of the autoencoder. */
  criticSteps: z.int().min(1).max(100),
  /** The critic's Adam: its rate is constant to the end. */
  criticRate: z.number().positive(),
  criticBetas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]),
  /** Weight of (||grad C|| - 1)² in the critic's loss. */
  gradientPenalty: z.number().min(0),
  /** The spectrum in a joint sample: the one observed, as in the paper, or D(z, u). */
  jointSpectrum: z.enum(['observed', 'decoded']),
  /** Noise on the decoded spectra before the critic sees them, in units of the spectrum's own. Where both are decoded both get the same. */
  decodedNoise: z.number().min(0),
  /** Latents as the critic sees them: as they are, or in units of their running standard deviation, so that a change of scale alone fools no critic. */
  criticLatents: z.enum(['plain', 'standardised']),
  /** Noise that x has at least, as a standard deviation in the units of x: what its own falls short of it is drawn anew in every step, for input and target alike. */
  redrawnNoise: z.number().min(0),
});

export type FactorDisSettings = z.infer<typeof settingsSchema>;

/**
 * Networks on the coefficients of the spectral basis. Against an observed spectrum, with noise, and a decoded one without it the critic would tell the two by
 * the noise alone; so both are decoded, and both get the same noise. A step costs about seven of FaderDis's (8 GFLOP against 1.2), and in equal time on
 * one thread it finds fewer twins: 46 against 60 % of 1,000 simulated pairs at SNR 100 after 105 s of training on as many others.
 */
const compact: FactorDisSettings = {
  representation: 'basis',
  trainingNoise: 0,
  latentSize: 20,
  encoder: [512, 512],
  decoder: [512, 512],
  critic: [512, 256, 128],
  columns: 'standardised',
  reconstructionScale: 160,
  inputNoise: [0, 0.4, 1],
  redrawnNoise: 0,
  lambda: 0.5,
  lambdaWarmup: 0,
  schedule: 'oneCycle',
  rate: 1e-3,
  rising: 0.05,
  criticSteps: 3,
  criticRate: 4e-4,
  criticBetas: [0.5, 0.9],
  gradientPenalty: 10,
  jointSpectrum: 'decoded',
  decodedNoise: 1,
  criticLatents: 'standardised',
  batch: 256,
  epochs: 'auto',
  patience: 0.15,
  patienceFrom: 0.8,
};

/**
 * The paper's networks on pixels (de Mijolla et al. 2021, appendix A, equations A1 to A3); .04 is the noise of an SNR of 100 in x = 4 flux - 3.5 (section 4.2).
 * It does not say how many epochs: as for FaderDis, 1,000 passes of the autoencoder at most. Autoencoder and critic with their moments take 3.2 GB.
 */
const paper: FactorDisSettings = {
  representation: 'pixels',
  trainingNoise: 0,
  latentSize: 20,
  encoder: [2048, 512, 128, 32],
  decoder: [512, 2048, 8192],
  critic: [4096, 1024, 512, 128, 32],
  columns: 'plain',
  reconstructionScale: 1,
  inputNoise: [0],
  redrawnNoise: 0.04,
  lambda: 1e-4,
  lambdaWarmup: 0,
  schedule: 'constant',
  rate: 1e-5,
  rising: 0,
  criticSteps: 10,
  criticRate: 1e-5,
  criticBetas: [0.9, 0.999],
  gradientPenalty: 10,
  jointSpectrum: 'observed',
  decodedNoise: 0,
  criticLatents: 'plain',
  batch: 256,
  epochs: 1000,
  patience: 0.1,
  patienceFrom: 0.1,
};

export const presets: Readonly<Record<string, FactorDisSettings>> = { compact, paper };
