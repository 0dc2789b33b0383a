import { InputError } from '../../domain/errors.js';
import { apogeePixelBits } from '../../domain/pixelMask.js';

/**
 * Bits that make a pixel unusable unless the user says otherwise: all but the Littrow ghost, which is common, and medium and low
 * persistence, for which the survey has inflated the error.
 */
const defaultBadBits = Object.values(apogeePixelBits).filter(
  (name) => !['LITTROW_GHOST', 'PERSIST_MED', 'PERSIST_LOW'].includes(name),
);

/**
 * The named bits as one number to test a pixel's mask against.
 * @throws InputError for a name that APOGEE_PIXMASK does not have, listing those that it has
 */
export function badPixelMask(names: readonly string[] = defaultBadBits): number {
  let mask = 0;
  for (const name of names) {
    const bit = Object.entries(apogeePixelBits).find(([, known]) => known === name)?.[0];
    if (bit === undefined)
      throw new InputError('mask bit', `one of ${Object.values(apogeePixelBits).join(', ')}`, name);
    mask |= 1 << Number(bit);
  }
  return mask;
}
