/** A star of a simulated survey before its spectrum is made. */
export interface DrawnStar {
  readonly id: string;
  /** [Fe/H], then [X/Fe], dex. */
  readonly abundances: Readonly<Record<string, number>>;
  readonly star: PhysicalParameters;
  /** Names its streams of noise, continuum and catalogue errors: unit and member. */
  readonly key: readonly [number, number];
  /** Row of its twin over the whole set, or -1. */
  readonly twin: number;
  /** Name of the cluster that it was born in, or empty. */
  readonly group: string;
}

export interface PhysicalParameters {
  /** K. */
  readonly teff: number;
  /** dex, cgs. */
  readonly logg: number;
}
