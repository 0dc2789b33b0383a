/** What the figures of a training are called, in words; others keep their own name. */
export const metricNames: Readonly<Record<string, string>> = {
  modelTwinsFirst: 'Decoded twins found first, share',
  modelTwinsLogProbability: 'ln probability of the decoded twin',
  leakageR2Teff: 'Teff left in the latent, R²',
  leakageR2Logg: 'log g left in the latent, R²',
  leakageR2Feh: '[Fe/H] left in the latent, R²',
  leakageBits: 'Parameters left in the latent, bits',
  reconstruction: 'Reconstruction error',
  inconsistency: 'Inconsistency over parameters',
  objective: 'Objective',
  scatter: 'Scatter',
  trendShare: 'Share of trends with the parameters',
  widening: 'Widening',
};
