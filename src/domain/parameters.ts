/** The physical parameters that a model may remove. */
export const parameterNames = ['teff', 'logg', 'feh'] as const;
export type ParameterName = (typeof parameterNames)[number];

/** teff in K, logg in dex (cgs), feh in dex relative to the Sun; null where unknown. */
export type ParameterValues = Readonly<Record<ParameterName, number | null>>;

/** Parameters of a star in one release, with 1-sigma errors (null: taken as exact) and where they come from. */
export interface StellarParameters extends ParameterValues {
  readonly errors: ParameterValues;
  /** 'catalogue', 'radial-velocity template', 'simulation'. */
  readonly source: string;
}

/** Human names and units, for messages and descriptions. */
export const parameterUnits: Readonly<Record<ParameterName, string>> = { teff: 'K', logg: 'dex', feh: 'dex' };
