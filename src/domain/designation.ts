/**
 * The identifier within a catalogue of a star that is called as SIMBAD and papers do, with the catalogue before it: `Gaia DR3 4061…`, `2MASS J17335483-2753043`. Which of Gaia's releases is named is not
 * looked at: surveys give source ids of one or another, and call them no more than Gaia's.
 * @returns null for text that is none
 */
export function identifierIn(designation: string): string | null {
  for (const pattern of DESIGNATIONS) {
    const found = pattern.exec(designation.trim());
    if (found) return found[1];
  }
  return null;
}

const DESIGNATIONS = [/^gaia\s+e?dr\d\s+(\d{1,19})$/i, /^2mass\s+j?(\d{8}[+-]\d{7})$/i];
