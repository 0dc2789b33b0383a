import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { PART_ROWS, type RowRange, rangesOf, rowsIn, type SurveyFormat } from '../format.js';
import { type Fault, gridOf } from '../grid/gridChecks.js';
import { ABUNDANCES, GridRecords } from '../grid/gridRow.js';
import { pixelsOf, readTableColumns, type TableColumns, truthOf } from '../grid/tableColumns.js';
import { ParquetFile } from './parquetFile.js';

/** Rows of spectra held at a time: of 2 x 8,575 pixels they are 4 or 9 MB. */
const SLICE_ROWS = 64;
/** A row group is decoded whole, by each part that has some of its rows: up to this many parts' rows are one part then. */
const GROUP_PARTS = 4;

/**
 * Grids and other sets of spectra as Parquet, one row per star: columns `id` (string), `flux` and `ivar` (lists of floats), `teff`, `logg`, `feh` and
 * the optional ones of the HDF5 layout; `abundances/<El>` or a struct `abundances`, and `twin`, for simulated sets. Wavelengths (vacuum, Å) stand in the
 * file's key-value metadata under `wavelength` as a JSON array, or in a list column `wavelength`, the same in every row. Further keys, as in the HDF5
 * root attributes: `normalised`, `simulated` (1 or 0), `survey`.
 */
export const parquet: SurveyFormat = {
  name: 'parquet',
  description: 'Parquet with columns id, flux, ivar (lists), teff, logg, feh, and the wavelengths in its metadata',
  survey: null,
  maskBits: {},

  recognises: ({ kind }) => kind === 'parquet',

  async simulated(path) {
    return withFile(path, async (file) => flag(file, 'simulated'));
  },

  async count(path) {
    return rowsIn(await partsOf(path));
  },

  parts: partsOf,

  async *read(path, { rows }) {
    const file = await ParquetFile.open(path);
    try {
      yield* readRecords(file, rows);
    } finally {
      await file.close();
    }
  },
};

async function* readRecords(file: ParquetFile, rows: RowRange | undefined): AsyncGenerator<SpectrumRecord> {
  const { grid, head, columns } = await readLayout(file);
  const records = new GridRecords({ path: file.path, grid, ...head });
  const pixels = grid.wavelength.length;
  const fault = faultOf(file);
  const wanted = ['flux', 'ivar', ...file.names.filter((name) => name === 'wavelength')];
  for (const { start, end } of rangesWithin(file, SLICE_ROWS, rows)) {
    const { flux, ivar, wavelength } = await file.read(wanted, { start, end });
    for (let row = start; row < end; row++) {
      if (wavelength) checkSame(wavelength[row - start], grid, row, fault);
      yield records.record({
        row,
        id: columns.ids[row],
        flux: pixelsOf(flux[row - start], pixels, `flux of row ${row}`, fault),
        ivar: pixelsOf(ivar[row - start], pixels, `ivar of row ${row}`, fault),
        value: (name) => columns.columns[name]?.[row],
        truth: truthOf(columns, row),
      });
    }
  }
}

async function partsOf(path: string): Promise<RowRange[]> {
  return withFile(path, async (file) => {
    await readLayout(file);
    return rangesWithin(file, GROUP_PARTS * PART_ROWS);
  });
}

async function withFile<T>(path: string, use: (file: ParquetFile) => Promise<T>): Promise<T> {
  const file = await ParquetFile.open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function faultOf(file: ParquetFile): Fault {
  return (place, expected, found, remedy) => file.fault(place, expected, found, remedy);
}

/** Ranges of at most `step` rows, never across row groups, within the rows asked for. */
function rangesWithin(file: ParquetFile, step: number, rows: RowRange = { start: 0, end: file.rows }): RowRange[] {
  return file.groups().flatMap((group) => {
    const [from, to] = [Math.max(group.start, rows.start), Math.min(group.end, rows.end)];
    return from < to ? rangesOf(to - from, step).map((s) => ({ start: from + s.start, end: from + s.end })) : [];
  });
}

interface Layout {
  readonly grid: WavelengthGrid;
  readonly head: { readonly normalised: boolean; readonly simulated: boolean; readonly survey: string | null };
  readonly columns: TableColumns;
}

async function readLayout(file: ParquetFile): Promise<Layout> {
  const fault = faultOf(file);
  for (const name of ['flux', 'ivar'])
    if (!file.names.includes(name))
      throw fault(`column ${name}`, 'a list of numbers per row', `nothing (the file has ${file.names.join(', ')})`);
  if (file.rows < 1) throw fault('file', 'at least one row', 'none');
  const { names, read } = await narrowColumns(file);
  return {
    columns: await readTableColumns(names, async (name) => read(name), fault),
    grid: await readGrid(file, fault),
    head: { normalised: flag(file, 'normalised'), simulated: flag(file, 'simulated'), survey: file.keyValue('survey') },
  };
}

/** All columns but the spectra, with a struct `abundances` laid out as columns of their own. */
async function narrowColumns(file: ParquetFile) {
  const wanted = file.names.filter((name) => !['flux', 'ivar', 'wavelength'].includes(name));
  const values = await file.read(wanted, { start: 0, end: file.rows });
  const structs = (values.abundances ?? []) as readonly (Record<string, unknown> | null)[];
  const elements = new Set(structs.flatMap((struct) => Object.keys(struct ?? {})));
  const names = [...wanted.filter((name) => name !== 'abundances'), ...[...elements].map((name) => ABUNDANCES + name)];
  const read = (name: string) => {
    const element = name.slice(ABUNDANCES.length);
    return wanted.includes(name) ? values[name] : structs.map((struct) => struct?.[element]);
  };
  return { names, read };
}

async function readGrid(file: ParquetFile, fault: Fault): Promise<WavelengthGrid> {
  const stated = file.keyValue('wavelength');
  const place = stated === null ? 'column wavelength' : 'metadata wavelength';
  if (stated === null && !file.names.includes('wavelength'))
    throw fault('wavelength', 'a JSON array in the file’s metadata, or a list column', 'neither');
  const values =
    stated === null
      ? (await file.read(['wavelength'], { start: 0, end: 1 })).wavelength[0]
      : parse(stated, place, fault);
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) throw fault(place, 'a list of numbers', String(values));
  const numbers = values as ArrayLike<unknown>;
  return gridOf(pixelsOf(numbers, numbers.length, place, fault), place, fault);
}

function parse(text: string, place: string, fault: Fault): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(place, 'a JSON array of numbers', error instanceof Error ? error.message : String(error));
  }
}

function checkSame(values: unknown, { wavelength }: WavelengthGrid, row: number, fault: Fault): void {
  const given = values as ArrayLike<number> | null;
  const same = given?.length === wavelength.length && wavelength.every((w, i) => Math.abs(w - given[i]) < 1e-3);
  if (!same)
    throw fault(
      'column wavelength',
      'the same wavelengths in every row',
      `others in row ${row}`,
      'resample to one grid',
    );
}

function flag(file: ParquetFile, name: string): boolean {
  const value = file.keyValue(name)?.toLowerCase() ?? '0';
  if (!['0', '1', 'false', 'true'].includes(value))
    throw file.fault(`metadata ${name}`, '0 or 1', JSON.stringify(value));
  return value === '1' || value === 'true';
}
