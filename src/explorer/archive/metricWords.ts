interface MetricWords {
  readonly name: string;
  /** What it is, with its unit and which way is better. */
  readonly meaning: string;
}

/** The figures of a training in words; others keep their own name. */
export const metricWords: Readonly<Record<string, MetricWords>> = {
  modelTwinsFirst: {
    name: 'Model twins found first, share',
    meaning:
      'Share of up to 1,000 model twins that come first, 0 to 1, 1 is best. A model twin is what the model itself decodes of a star at the parameters of another.',
  },
  modelTwinsLogProbability: {
    name: 'ln probability of the model twin',
    meaning: 'Mean ln of the probability given to the model twin among all candidates; 0 is best.',
  },
  leakageR2Teff: {
    name: 'Teff left in the latent, R²',
    meaning: 'Share of the variance of Teff that a quadratic probe reads from the latent, 0 to 1; 0 is best.',
  },
  leakageR2Logg: {
    name: 'log g left in the latent, R²',
    meaning: 'Share of the variance of log g that a quadratic probe reads from the latent, 0 to 1; 0 is best.',
  },
  leakageR2Feh: {
    name: '[Fe/H] left in the latent, R²',
    meaning: 'Share of the variance of [Fe/H] that a quadratic probe reads from the latent, 0 to 1; 0 is best.',
  },
  leakageBits: {
    name: 'Parameters left in the latent, bits',
    meaning: 'Information about all removed parameters together that a probe reads from the latent, bits; 0 is best.',
  },
  reconstruction: {
    name: 'Reconstruction error, χ² per component',
    meaning:
      'Mean squared difference of decoded and given spectra in units of their noise; about 1 where only noise is left.',
  },
  inconsistency: {
    name: 'Inconsistency over parameters',
    meaning:
      "How far the model contradicts itself when only the parameters change: mean variance of W0 in units of the population's; small is good.",
  },
  objective: {
    name: 'Objective',
    meaning:
      'What is least for the best model: the share of the spread of the parameters that the latent tells, plus the share of the spectrum that the decoder does not, which is below 0 where it tells even the noise.',
  },
  scatter: {
    name: 'Scatter of twins',
    meaning:
      "Mean variance of the difference between twins with noise, W, in units of the population's; small is good.",
  },
  trendShare: {
    name: 'Share of trends with the parameters',
    meaning:
      'Share of the variance of the latent that follows the parameters and is taken off before stars are compared, 0 to 1.',
  },
  widening: {
    name: 'Widening of the likelihood',
    meaning: 'So many W0 are added to the noise of each star where the Bayes factor is worked out.',
  },
};
