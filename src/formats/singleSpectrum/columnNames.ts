import type { Medium } from '../../domain/observedSpectrum.js';

/** What a column, image or dataset holds. */
export type Quantity = 'wavelength' | 'logWavelength' | 'flux' | 'error' | 'ivar' | 'variance';

/** What a name says: "Wavelength_air [nm]" is a wavelength in air, its unit 10 Å. */
export interface NamedQuantity {
  readonly quantity: Quantity;
  /** Text that stands for a unit, in brackets or after the name; null where there is none. */
  readonly unit: string | null;
  readonly medium: Medium | null;
  /** The name says that the flux is divided by its continuum. */
  readonly normalised: boolean;
}

/** Names after lower case, without signs, and without the words taken off before. */
const names: Readonly<Record<Quantity, RegExp>> = {
  wavelength: /^(wavelengths?|wave|lambda|lam|wl|wvl)$/,
  logWavelength: /^(log(10)?(lam|lambda|wave|wavelength))$/,
  flux: /^(flux(es)?|flam|spec|spectrum|intensity|sci)$/,
  error: /^(flux)?(error|err|sigma|sig|uncertainty|uncert|unc|std|stdev|stddev|noise|sd)(flux)?$|^eflux$/,
  ivar: /^(flux)?(ivar|invvar|inversevariance)$/,
  variance: /^(flux)?(var|variance)$/,
};

/** Å in a unit. */
const units: readonly (readonly [RegExp, number])[] = [
  [/^(a|aa|å|ang|angstroms?|ångstr[öo]ms?)$/, 1],
  [/^(nm|nanomet(er|re)s?)$/, 10],
  [/^(um|µm|μm|microns?|micromet(er|re)s?)$/, 1e4],
  [/^(m|met(er|re)s?)$/, 1e10],
];

/** Å in a unit of length by its usual names; null for another text. */
export function angstromsIn(unit: string): number | null {
  const word = unit.trim().toLowerCase();
  return units.find(([name]) => name.test(word))?.[1] ?? null;
}

/** Quantities as in files of all origins; null for a name that is none of them. */
export function recogniseName(label: string): NamedQuantity | null {
  const [, text, bracketed = null] = /^\s*"?([^([]*)(?:[([]([^)\]]*))?/.exec(label) ?? ['', ''];
  let words = text
    .toLowerCase()
    .split(/[\s_.\-:/"]+/)
    .filter(Boolean);
  const take = (pattern: RegExp) => {
    const found = words.find((word) => pattern.test(word)) ?? null;
    words = words.filter((word) => word !== found || words.length === 1);
    return found;
  };
  const medium = take(/^(air|vac|vacuum)$/);
  const normalised = take(/^(norm|normed|normali[sz]ed)$/) !== null;
  const unit = bracketed ?? (words.length > 1 && angstromsIn(words[words.length - 1]) !== null ? words.pop() : null);
  const name = words.join('');
  const quantity = (Object.keys(names) as Quantity[]).find((each) => names[each].test(name));
  if (!quantity) return null;
  return {
    quantity,
    unit: unit ?? null,
    medium: medium === null ? null : medium === 'air' ? 'air' : 'vacuum',
    normalised,
  };
}
