import { InputError } from '../../domain/errors.js';

/** Bits of APOGEE_PIXMASK by number (Holtzman et al. 2015, AJ 150, 148, table 3; SDSS DR17 bitmask documentation). */
export const pixelMaskBits: Readonly<Record<number, string>> = {
  0: 'BADPIX',
  1: 'CRPIX',
  2: 'SATPIX',
  3: 'UNFIXABLE',
  4: 'BADDARK',
  5: 'BADFLAT',
  6: 'BADERR',
  7: 'NOSKY',
  8: 'LITTROW_GHOST',
  9: 'PERSIST_HIGH',
  10: 'PERSIST_MED',
  11: 'PERSIST_LOW',
  12: 'SIG_SKYLINE',
  13: 'SIG_TELLURIC',
  14: 'NOT_ENOUGH_PSF',
};

/**
 * Bits that make a pixel unusable unless the user says otherwise: all but the Littrow ghost, which is common, and medium and low
 * persistence, for which the survey has inflated the error.
 */
const defaultBadBits = Object.values(pixelMaskBits).filter(
  (name) => !['LITTROW_GHOST', 'PERSIST_MED', 'PERSIST_LOW'].includes(name),
);

/**
 * The named bits as one number to test a pixel's mask against.
 * @throws InputError for a name that APOGEE_PIXMASK does not have, listing those that it has
 */
export function badPixelMask(names: readonly string[] = defaultBadBits): number {
  let mask = 0;
  for (const name of names) {
    const bit = Object.entries(pixelMaskBits).find(([, known]) => known === name)?.[0];
    if (bit === undefined) throw new InputError('mask bit', `one of ${Object.values(pixelMaskBits).join(', ')}`, name);
    mask |= 1 << Number(bit);
  }
  return mask;
}
