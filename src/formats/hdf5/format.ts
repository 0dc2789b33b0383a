import { createHash, type Hash } from 'node:crypto';
import type { StellarParameters } from '../../domain/parameters.js';
import type { SpectrumRecord, Truth } from '../../domain/spectrum.js';
import type { SurveyFormat } from '../format.js';
import { known, knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { fromInverseVariances } from '../usablePixels.js';
import type { NumberArray } from './elements.js';
import { Hdf5File } from './hdf5File.js';
import { type ColumnName, readFlag, readLayout, type SpectraLayout } from './layout.js';

/** Rows read at once where the chunks of the file do not say otherwise: 128 x 8,575 float64 are 9 MB. */
const SLICE_ROWS = 128;
/** A chunk of more rows than that is read whole up to this many bytes, rather than decompressed again for every slice of it. */
const MAX_SLICE_BYTES = 1 << 26;

/** Grids, simulated sets and any other spectra as HDF5, one row per star; the layout is described in layout.ts. Mask bits: none. */
export const hdf5: SurveyFormat = {
  name: 'hdf5',
  description:
    'HDF5 with /wavelength, /flux, /ivar, /id, /teff, /logg, /feh: grids and simulated sets, many spectra per file',
  survey: null,
  maskBits: {},

  async simulated(path) {
    return withFile(path, (file) => readFlag(file, 'simulated'));
  },

  async count(path) {
    return withFile(path, (file) => readLayout(file).rows);
  },

  async *read(path) {
    const file = await Hdf5File.open(path);
    try {
      const layout = readLayout(file);
      const base = createHash('sha256').update(layout.grid.wavelength).update(`normalised ${layout.normalised}`);
      const step = sliceRows(layout);
      for (let start = 0; start < layout.rows; start += step) {
        const slice = readSlice(file, layout, start, Math.min(step, layout.rows - start));
        for (let row = start; row < start + slice.count; row++) yield makeRecord(path, layout, slice, row, base);
      }
    } finally {
      file.close();
    }
  },
};

interface Slice {
  readonly start: number;
  readonly count: number;
  readonly flux: NumberArray;
  readonly ivar: NumberArray;
  readonly columns: Readonly<Partial<Record<ColumnName, NumberArray>>>;
  readonly abundances: ReadonlyMap<string, NumberArray>;
}

async function withFile<T>(path: string, use: (file: Hdf5File) => T): Promise<T> {
  const file = await Hdf5File.open(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/** Rows per slice: a whole number of chunks, since the library decompresses a chunk anew in every call. */
function sliceRows({ flux }: SpectraLayout): number {
  const [chunkRows] = flux.metadata.chunks ?? [1];
  if (chunkRows <= SLICE_ROWS) return SLICE_ROWS - (SLICE_ROWS % chunkRows);
  return chunkRows * flux.shape[1] * flux.metadata.size <= MAX_SLICE_BYTES ? chunkRows : SLICE_ROWS;
}

function readSlice(file: Hdf5File, layout: SpectraLayout, start: number, count: number): Slice {
  const columns: Partial<Record<ColumnName, NumberArray>> = {};
  for (const [name, dataset] of Object.entries(layout.columns))
    columns[name as ColumnName] = file.readNumbers(dataset, start, count);
  return {
    start,
    count,
    flux: file.readNumbers(layout.flux, start, count),
    ivar: file.readNumbers(layout.ivar, start, count),
    columns,
    abundances: new Map(
      [...layout.abundances].map(([element, dataset]) => [element, file.readNumbers(dataset, start, count)]),
    ),
  };
}

function makeRecord(path: string, layout: SpectraLayout, slice: Slice, row: number, base: Hash): SpectrumRecord {
  const index = row - slice.start;
  const pixels = layout.grid.wavelength.length;
  const pick = (values: NumberArray) => values.subarray(index * pixels, (index + 1) * pixels);
  const { flux, ivar, unusable } = fromInverseVariances(pick(slice.flux), pick(slice.ivar));
  const column = (name: ColumnName) => slice.columns[name]?.[index];
  const star = {
    name: layout.ids[row],
    aliases: {},
    ra: knownRightAscension(column('ra')),
    dec: knownDeclination(column('dec')),
  };
  const parameters = readParameters(layout, column);
  const truth = readTruth(layout, slice, row);
  const snr = knownPositive(column('snr'));
  const labels = JSON.stringify([star.name, star.ra, star.dec, parameters, snr, truth]);
  return {
    survey: layout.survey,
    star,
    visit: 0,
    grid: layout.grid,
    spectrum: { flux, ivar, mask: new Uint32Array(pixels) },
    normalised: layout.normalised,
    snr,
    parameters,
    source: `${path} row ${row}`,
    checksum: base.copy().update(flux).update(ivar).update(labels).digest('hex'),
    unusablePixels: unusable,
    properties: {},
    truth,
  };
}

function readParameters(
  layout: SpectraLayout,
  column: (name: ColumnName) => number | undefined,
): StellarParameters | null {
  const teff = knownPositive(column('teff'));
  const logg = known(column('logg'));
  const feh = known(column('feh'));
  if (teff === null && logg === null && feh === null) return null;
  const error = (name: ColumnName) => knownPositive(known(column(name)));
  return {
    teff,
    logg,
    feh,
    errors: { teff: error('teff_err'), logg: error('logg_err'), feh: error('feh_err') },
    source: layout.simulated ? 'simulation' : 'catalogue',
  };
}

function readTruth({ abundances, twins, ids }: SpectraLayout, slice: Slice, row: number): Truth | null {
  if (abundances.size === 0 && !twins) return null;
  const values: Record<string, number> = {};
  for (const [element, column] of slice.abundances) {
    const value = known(column[row - slice.start]);
    if (value !== null) values[element] = value;
  }
  const twin = twins?.[row] ?? -1;
  return { abundances: values, twin: twin < 0 ? null : ids[twin] };
}
