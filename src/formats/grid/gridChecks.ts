import { type FileError, StarkinError } from '../../domain/errors.js';
import { makeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { knownPositive } from '../missingValue.js';

/** Makes a file's FileError for a place within it. */
export type Fault = (place: string, expected: string, found: string, remedy?: string) => FileError;

/** Below this no star's effective temperature lies, in K: a table whose typical value does is in other units (5.04 / T, kK, log T). */
const COOLEST = 500;

/** @throws FileError for wavelengths that are no grid in Å */
export function gridOf(wavelength: Float64Array, place: string, fault: Fault): WavelengthGrid {
  try {
    return makeGrid(wavelength, place);
  } catch (error) {
    if (error instanceof StarkinError && error.code === 'BAD_USER_INPUT')
      throw fault(place, 'at least 2 vacuum wavelengths in Å, strictly increasing', error.message, error.remedy);
    throw error;
  }
}

/**
 * Ids are names of stars, each once: two rows of one name would be one star with two spectra.
 * @throws FileError
 */
export function checkIds(ids: readonly string[], place: string, fault: Fault): void {
  const rowOf = new Map<string, number>();
  ids.forEach((id, row) => {
    const earlier = rowOf.get(id);
    if (id === '') throw fault(place, 'an id in every row', `an empty one in row ${row}`);
    if (earlier !== undefined) throw fault(place, 'every id once', `"${id}" in rows ${earlier} and ${row}`);
    rowOf.set(id, row);
  });
}

/** @throws FileError for a value that is neither -1 nor another row */
export function checkTwins(twins: ArrayLike<number>, place: string, fault: Fault): void {
  for (let row = 0; row < twins.length; row++) {
    const twin = twins[row];
    if (!Number.isInteger(twin) || twin < -1 || twin >= twins.length || twin === row)
      throw fault(place, `-1 or the number of another row below ${twins.length}`, `${twin} in row ${row}`);
  }
}

/** @throws FileError when the median of the known temperatures cannot be one in K */
export function checkTemperatures(teff: ArrayLike<number>, place: string, fault: Fault): void {
  const values = Array.from(teff, (value) => knownPositive(value)).filter((value) => value !== null);
  if (!values.length) return;
  const median = values.sort((a, b) => a - b)[values.length >> 1];
  if (median < COOLEST) throw fault(place, 'effective temperatures in K', `values around ${median.toPrecision(3)}`);
}

/** Units by which tables name Å (FITS Standard 4.0, table 3; astropy); none at all is taken as Å. */
const ANGSTROM = /^(angstroms?|aa|a|å)?$/i;

/** @throws FileError for a stated unit that is not Å */
export function checkWavelengthUnit(unit: string | null, place: string, fault: Fault): void {
  if (unit !== null && !ANGSTROM.test(unit.trim()))
    throw fault(place, 'wavelengths in Å', `the unit "${unit}"`, 'convert them: 1 nm is 10 Å, 1 µm is 10,000 Å');
}
