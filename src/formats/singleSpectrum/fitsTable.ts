import { FileError } from '../../domain/errors.js';
import type { SingleSpectrum } from '../../domain/observedSpectrum.js';
import type { FitsFile } from '../fits/fitsFile.js';
import type { Hdu } from '../fits/hdu.js';
import { BinaryTable } from '../fits/table.js';
import { type NamedQuantity, recogniseName } from './columnNames.js';
import { checkPixels, fromColumns, type SpectrumColumns, type SpectrumFacts } from './columns.js';

interface NamedColumn extends NamedQuantity {
  readonly name: string;
}

/** The columns of a table that a spectrum is made of; null where it is no table, or has no wavelength or flux. */
export function spectrumColumns(hdu: Hdu): NamedColumn[] | null {
  if (hdu.kind !== 'table') return null;
  const fields = Math.min(hdu.header.number('TFIELDS') ?? 0, 999);
  const columns = Array.from({ length: Math.max(0, fields) }, (_, i) => hdu.header.text(`TTYPE${i + 1}`) ?? '').flatMap(
    (name, i) => {
      const named = recogniseName(name);
      return named ? [{ ...named, name, unit: hdu.header.text(`TUNIT${i + 1}`) ?? named.unit }] : [];
    },
  );
  const has = (quantity: NamedQuantity['quantity']) => columns.some((column) => column.quantity === quantity);
  return (has('wavelength') || has('logWavelength')) && has('flux') ? columns : null;
}

/**
 * A spectrum as a binary table: a row per pixel, or one row of arrays.
 * @throws FileError when the table holds several spectra
 */
export async function readTableSpectrum(
  file: FitsFile,
  hdu: Hdu,
  columns: readonly NamedColumn[],
  facts: SpectrumFacts,
): Promise<SingleSpectrum> {
  const source = { path: file.path, place: `HDU ${hdu.index}` };
  const table = BinaryTable.of(file, hdu);
  checkPixels({ ...source, place: `${source.place}, rows` }, table.rows);
  const values: Record<string, number[] | Float64Array> = {};
  for (const { quantity, name } of columns) {
    if (values[quantity]) continue;
    const column = await table.read(name);
    if (table.rows > 1 && column.length !== table.rows)
      throw new FileError({ ...fileOf(source, name), expected: 'one spectrum', found: `${table.rows} rows of arrays` });
    if (!ArrayBuffer.isView(column))
      throw new FileError({ ...fileOf(source, name), expected: 'numbers', found: 'another type' });
    values[quantity] = Float64Array.from(column as ArrayLike<number | bigint>, Number);
  }
  const wavelength = columns.find(({ quantity }) => quantity === 'wavelength') ?? columns[0];
  return fromColumns(
    source,
    {
      values: values as SpectrumColumns['values'],
      unit: wavelength.quantity === 'wavelength' ? wavelength.unit : null,
    },
    {
      ...facts,
      medium: wavelength.medium ?? facts.medium,
      normalised: columns.some((column) => column.quantity === 'flux' && column.normalised) || facts.normalised,
    },
  );
}

function fileOf({ path, place }: { path: string; place: string }, column: string) {
  return { file: path, place: `${place}, column ${column}` };
}
