/** Bits of APOGEE_PIXMASK by number (Holtzman et al. 2015, AJ 150, 148, table 3; SDSS DR17 bitmask documentation). */
export const apogeePixelBits: Readonly<Record<number, string>> = {
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

/** Names of the mask's bits, by survey. */
const pixelBits: Readonly<Record<string, Readonly<Record<number, string>>>> = { apogee: apogeePixelBits };

/** The names of the bits that are set in each pixel's mask; BIT_<number> for one that the survey, or we, have no name for. */
export function decodeMask(survey: string, mask: Uint32Array): string[][] {
  const names = pixelBits[survey] ?? {};
  // Few different words occur in a spectrum, most of them 0.
  const decoded = new Map<number, string[]>();
  return Array.from(mask, (word) => {
    const known = decoded.get(word);
    if (known) return known;
    const set: string[] = [];
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) set.push(names[bit] ?? `BIT_${bit}`);
    decoded.set(word, set);
    return set;
  });
}
