import { z } from 'zod';

/** What x can be, see `Representation`. */
export const representationNames = ['basis', 'pixels'] as const;
export type RepresentationName = (typeof representationNames)[number];

/** What every preset says of the samples that its method is trained on. */
export interface SampleSettings {
  /** What the method works on: coefficients of the spectral basis, or the pixels themselves. */
  readonly representation: RepresentationName;
  /**
   * Noise that a pixel of a training spectrum has at least, as a standard deviation in flux: .01 is an SNR of 100, 0 adds nothing. What its own ivar
   * falls short of it is added once and for all, so that noiseless spectra get one fixed realisation and noisy ones are not made noisier still.
   */
  readonly trainingNoise: number;
}

/** Members of a method's schema. The defaults are what models were trained with before presets had a choice. */
export const sampleSettings = {
  representation: z.enum(representationNames).default('basis'),
  trainingNoise: z.number().min(0).max(1).default(0),
};
