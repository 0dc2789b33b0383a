import { known, knownPositive } from '../missingValue.js';
import { noFacts, type SpectrumFacts } from './columns.js';

/** A value under a name, as a header keyword, attribute or comment has it. */
export type Named = (names: readonly string[]) => string | number | null;

/**
 * What is written beside a spectrum under the usual names, which end at FITS's eight letters. A velocity is taken under one name alone: a keyword such
 * as VHELIO does not tell whether the spectrum was corrected for it.
 */
export function readFacts(named: Named): SpectrumFacts {
  const number = (names: readonly string[]) => {
    const value = named(names);
    return value === null || value === '' ? null : Number(value);
  };
  const error = (name: string) =>
    knownPositive(known(number([`${name}err`, `${name}error`, `e${name}`, `sig${name}`])));
  const medium = String(named(['medium', 'airorvac', 'airvac', 'wavemed']) ?? '').toLowerCase();
  const normalised = named(['normalised', 'normalized', 'normed']);
  return {
    ...noFacts,
    medium: /^air/.test(medium) ? 'air' : /^vac/.test(medium) ? 'vacuum' : null,
    resolvingPower: knownPositive(number(['resolvingpower', 'resolution', 'resolut', 'specrp'])),
    radialVelocity: known(number(['radialvelocity'])),
    normalised: normalised === null ? null : ['1', 'true', 't', 'yes'].includes(String(normalised).toLowerCase()),
    parameters: {
      teff: knownPositive(number(['teff'])),
      logg: known(number(['logg'])),
      feh: known(number(['feh'])),
    },
    errors: { teff: error('teff'), logg: error('logg'), feh: error('feh') },
  };
}

/** A name as `readFacts` asks for it: lower case, without signs. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
