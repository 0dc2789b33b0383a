import { FileError } from '../../domain/errors.js';
import { FitsFile } from '../fits/fitsFile.js';
import { BinaryTable } from '../fits/table.js';
import { rangesOf } from '../format.js';
import type { LabelSource } from './labelSource.js';

/** Rows at a time: those of allStar have 4 kB each. */
const BLOCK = 5000;

/** The first table of a FITS file that has rows: allStar's is HDU 1; astraAllStar has BOSS first, then APOGEE, of which a pipeline fills one. */
export async function fitsLabels(path: string): Promise<LabelSource> {
  const file = await FitsFile.open(path);
  try {
    const hdu = file.hdus.find(({ kind, shape }) => kind === 'table' && shape[1] > 0);
    if (!hdu) throw new FileError({ file: path, place: 'file', expected: 'a table of labels', found: file.describe() });
    const table = BinaryTable.of(file, hdu);
    // One value a row: vectors (FPARAM) and types that are not read are no labels.
    const columns = table.names.filter((name) => {
      const { code, repeat } = table.describe(name);
      return code === 'A' || (repeat === 1 && 'BIJKED'.includes(code));
    });
    return {
      columns,
      async *rows(wanted) {
        for (const { start, end } of rangesOf(table.rows, BLOCK)) {
          const values: ArrayLike<unknown>[] = [];
          for (const name of wanted) values.push(await table.read(name, start, end - start));
          yield Array.from({ length: end - start }, (_, row) => values.map((column) => column[row]));
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
