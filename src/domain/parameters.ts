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

/** From the coolest brown dwarf to a neutron star, with room to spare: what lies outside is no star, but a slip of units or a broken table. */
const physical: Readonly<Record<ParameterName, { readonly min: number; readonly max: number }>> = {
  teff: { min: 100, max: 1_000_000 },
  logg: { min: -5, max: 16 },
  feh: { min: -15, max: 5 },
};

/** A value that no star can have; `name` as in 'teff' or 'teff error'. */
export interface ImpossibleValue {
  readonly name: string;
  readonly expected: string;
  readonly found: number;
}

/** The first of the parameters and their errors that no star can have; null where all are possible or unknown. */
export function findImpossible({ errors, ...values }: StellarParameters): ImpossibleValue | null {
  for (const name of parameterNames) {
    const { min, max } = physical[name];
    const [value, error, unit] = [values[name], errors[name], parameterUnits[name]];
    if (value !== null && !(value >= min && value <= max))
      return { name, expected: `${min} to ${max} ${unit}, or -9999 where it is unknown`, found: value };
    if (error !== null && !(error >= 0 && error <= max))
      return { name: `${name} error`, expected: `0 to ${max} ${unit}`, found: error };
  }
  return null;
}
