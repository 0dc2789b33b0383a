/** Ways to get abundances from latents, the one preferred first. */
export const abundanceMethods = ['nonlinear', 'linear'] as const;

/** What an abundance of a species is called: [Fe/H], [Mg/Fe]. */
export function abundanceName(element: string): string {
  return element === 'Fe' ? '[Fe/H]' : `[${element}/Fe]`;
}

/** What an estimator learnt from: what a simulation knows, a file of labels, or [Fe/H] of a release's parameters. */
export const abundanceReferences = ['truth', 'labels', 'parameters'] as const;
export type AbundanceReference = (typeof abundanceReferences)[number];

/** Why an abundance cannot be relied upon, the graver reason first. */
export const unreliableReasons = ['own-lines', 'extrapolated', 'snr'] as const;
export type UnreliableReason = (typeof unreliableReasons)[number];

/** What was measured of a species on stars that an estimator had not learnt from. */
export interface SpeciesFigures {
  readonly element: string;
  /** Stars that it was learnt from, and held-out ones that its errors were calibrated on. */
  readonly trained: number;
  readonly calibrated: number;
  /** Standard deviation of the abundance over the held-out stars, and root of the mean squared error there, dex. */
  readonly scatter: number;
  readonly rmse: number;
  /** Of what the other abundances and the parameters leave unexplained of its variance, the share that the estimate explains. */
  readonly gain: number;
  /** That gain in units of its own standard error. */
  readonly significance: number;
  /** Signal to noise per pixel from which on its own lines tell something; null: at none that was tried. */
  readonly minimumSnr: number | null;
}

/** Of the variance that the other abundances leave a species' own lines must explain this share to count as measured: an error 13 % smaller. */
export const LEAST_GAIN = 0.25;

/** A reason in words, for the species of these figures. */
export function describeReason(reason: UnreliableReason, { element, gain, minimumSnr }: SpeciesFigures): string {
  switch (reason) {
    case 'own-lines':
      return `the lines of ${element} add too little to what the other abundances predict: they explain ${(100 * Math.max(0, gain)).toFixed(0)} % of the variance that those leave, where ${100 * LEAST_GAIN} % count as measured`;
    case 'extrapolated':
      return "the star's parameters lie outside the model's training range";
    case 'snr':
      return `the signal to noise is below ${minimumSnr}, from which on the lines of ${element} tell something`;
  }
}
