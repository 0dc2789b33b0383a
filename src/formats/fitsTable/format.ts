import { FileError } from '../../domain/errors.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { refuseProduct } from '../apogee/otherProducts.js';
import { FitsFile } from '../fits/fitsFile.js';
import { describeHdu, type Hdu } from '../fits/hdu.js';
import { readImage } from '../fits/image.js';
import { BinaryTable, columnNames } from '../fits/table.js';
import { PART_ROWS, type RowRange, rangesOf, rowsIn, type SurveyFormat } from '../format.js';
import { checkWavelengthUnit, type Fault, gridOf } from '../grid/gridChecks.js';
import { GridRecords } from '../grid/gridRow.js';
import { pixelsOf, readTableColumns, type TableColumns, truthOf } from '../grid/tableColumns.js';

const TABLE = 'a table with a column id, and columns flux and ivar of as many numbers per row as there are wavelengths';

/**
 * Grids and other sets of spectra as a FITS binary table, one row per star: columns `id`, `flux` and `ivar` (vectors of a fixed length), `teff`, `logg`,
 * `feh` and the optional ones of the HDF5 layout; `abundances/<El>` and `twin` for simulated sets. Wavelengths (vacuum, Å) stand in an image HDU named
 * WAVELENGTH, or in a column `wavelength`, the same in every row. Keywords of the table's header: NORMALISED (or NORMALIS), SIMULATED, SURVEY.
 */
export const fitsTable: SurveyFormat = {
  name: 'fits-table',
  description:
    'FITS binary tables with columns id, flux, ivar, teff, logg, feh, and the wavelengths in an HDU WAVELENGTH',
  survey: null,
  maskBits: {},

  recognises: ({ fits }) => fits !== null && tableOf(fits) !== undefined,

  async simulated(path) {
    return withFile(path, async (file, hdu) => flag(file, hdu, 'SIMULATED'));
  },

  async count(path) {
    return rowsIn(await partsOf(path));
  },

  parts: partsOf,

  async *read(path, { rows }) {
    const file = await FitsFile.open(path);
    try {
      const hdu = expectTable(file);
      const { table, grid, head, columns, fault } = await readLayout(file, hdu);
      const records = new GridRecords({ path, grid, ...head });
      const pixels = grid.wavelength.length;
      for (let row = rows?.start ?? 0; row < Math.min(rows?.end ?? table.rows, table.rows); row++)
        yield records.record({
          row,
          id: columns.ids[row],
          flux: pixelsOf(await table.read('flux', row, 1), pixels, 'flux', fault),
          ivar: pixelsOf(await table.read('ivar', row, 1), pixels, 'ivar', fault),
          value: (name) => columns.columns[name]?.[row],
          truth: truthOf(columns, row),
        });
    } finally {
      await file.close();
    }
  },
};

async function partsOf(path: string): Promise<RowRange[]> {
  return withFile(path, async (file, hdu) => {
    await readLayout(file, hdu);
    return rangesOf(hdu.shape[1], PART_ROWS);
  });
}

async function withFile<T>(path: string, use: (file: FitsFile, hdu: Hdu) => Promise<T>): Promise<T> {
  const file = await FitsFile.open(path);
  try {
    return await use(file, expectTable(file));
  } finally {
    await file.close();
  }
}

/** The first table with the three columns, in a file that no product of a survey claims. */
function tableOf(file: FitsFile): Hdu | undefined {
  if (file.hdus[0].header.text('V_ASTRA') !== null) return undefined;
  return file.hdus.find((hdu) => ['id', 'flux', 'ivar'].every((name) => columnNames(hdu).includes(name)));
}

function expectTable(file: FitsFile): Hdu {
  const hdu = tableOf(file);
  if (!hdu) throw refuseProduct(file, TABLE);
  return hdu;
}

interface Layout {
  readonly table: BinaryTable;
  readonly grid: WavelengthGrid;
  readonly head: { readonly normalised: boolean; readonly simulated: boolean; readonly survey: string | null };
  readonly columns: TableColumns;
  readonly fault: Fault;
}

async function readLayout(file: FitsFile, hdu: Hdu): Promise<Layout> {
  const fault: Fault = (place, expected, found, remedy) =>
    new FileError({ file: file.path, place: `HDU ${hdu.index}, ${place}`, expected, found }, remedy);
  const table = BinaryTable.of(file, hdu);
  if (table.rows < 1) throw fault('table', 'at least one row', 'none');
  const { repeat: pixels } = table.describe('flux');
  for (const name of ['flux', 'ivar']) {
    const { repeat, code } = table.describe(name);
    if (!'ED'.includes(code) || repeat !== pixels)
      throw fault(`column ${name}`, `${pixels} floating-point numbers per row, as flux`, `${repeat} of type ${code}`);
  }
  const columns = await readTableColumns(
    table.names,
    async (name) => Array.from<unknown>(await table.read(name)),
    fault,
  );
  return {
    table,
    grid: await readGrid(file, table, pixels, fault),
    head: {
      normalised: flag(file, hdu, 'NORMALISED'),
      simulated: flag(file, hdu, 'SIMULATED'),
      survey: hdu.header.text('SURVEY'),
    },
    columns,
    fault,
  };
}

async function readGrid(file: FitsFile, table: BinaryTable, pixels: number, fault: Fault): Promise<WavelengthGrid> {
  const own = file.hdus.find(
    ({ kind, header }) => kind === 'image' && header.text('EXTNAME')?.toUpperCase() === 'WAVELENGTH',
  );
  if (own) {
    checkWavelengthUnit(own.header.text('BUNIT'), 'HDU WAVELENGTH', fault);
    if (own.shape[0] !== pixels || own.shape.length !== 1)
      throw fault('HDU WAVELENGTH', `${pixels} wavelengths, as many as flux`, describeHdu(own));
    return gridOf(await readImage(file, own, 0, pixels), 'HDU WAVELENGTH', fault);
  }
  const { repeat, code, unit } = table.describe('wavelength');
  checkWavelengthUnit(unit, 'column wavelength', fault);
  if (repeat !== pixels || !'ED'.includes(code))
    throw fault(
      'wavelength',
      `an image HDU WAVELENGTH, or a column wavelength of ${pixels} numbers`,
      repeat ? `${repeat} of type ${code}` : 'neither',
    );
  const first = (await table.read('wavelength', 0, 1)) as Float64Array;
  for (let row = 1; row < table.rows; row++) {
    const other = (await table.read('wavelength', row, 1)) as Float64Array;
    if (other.some((value, i) => value !== first[i]))
      throw fault(
        'column wavelength',
        'the same wavelengths in every row',
        `others in row ${row}`,
        'resample to one grid',
      );
  }
  return gridOf(Float64Array.from(first), 'column wavelength', fault);
}

/** A keyword that is T or 1, F or 0; absent, it is false. The standard's eight characters do for a longer name. */
function flag(file: FitsFile, { header, index }: Hdu, name: string): boolean {
  const value = header.get(name) ?? header.get(name.slice(0, 8)) ?? false;
  if (![true, false, 0, 1].includes(value as never))
    throw file.fault(index, `T or F in ${name}`, JSON.stringify(String(value)));
  return value === true || value === 1;
}
