import type { ParameterValues } from '../../domain/parameters.js';
import type { FitsFile } from '../fits/fitsFile.js';
import { BinaryTable } from '../fits/table.js';
import { known, knownPositive } from '../missingValue.js';

/** HDU 9 of an apStar file holds a row per visit of the radial-velocity fit, which has one template for all visits. */
const RV_TABLE = 9;
/** Agreement asked between the table's and the header's temperature, K: otherwise they come from different fits. */
const SAME_FIT = 0.1;

/** 1-sigma errors of the template's parameters, as far as the file states them; null where it does not. */
export async function templateErrors(file: FitsFile, teff: number | null): Promise<ParameterValues> {
  const none: ParameterValues = { teff: null, logg: null, feh: null };
  const hdu = file.hdus[RV_TABLE];
  if (teff === null || hdu?.kind !== 'table') return none;
  const table = BinaryTable.of(file, hdu);
  const columns = ['teff', 'tefferr', 'loggerr', 'feherr'];
  if (table.rows === 0 || !columns.every((name) => table.names.includes(name))) return none;
  const [fitted, teffError, loggError, fehError] = await Promise.all(
    columns.map(async (name) => {
      const value = (await table.read(name, 0, 1))[0];
      return typeof value === 'number' ? value : null;
    }),
  );
  if (fitted === null || !(Math.abs(fitted - teff) < SAME_FIT)) return none;
  return {
    teff: knownPositive(known(teffError)),
    logg: knownPositive(known(loggError)),
    feh: knownPositive(known(fehError)),
  };
}
