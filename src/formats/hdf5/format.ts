import { PART_ROWS, type RowRange, rangesOf, rowsIn, type SurveyFormat } from '../format.js';
import { type ColumnName, GridRecords, type GridRow } from '../grid/gridRow.js';
import type { NumberArray } from './elements.js';
import { Hdf5File } from './hdf5File.js';
import { readFlag, readLayout, type SpectraLayout } from './layout.js';

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

  recognises: ({ kind }) => kind === 'hdf5',

  async count(path) {
    return rowsIn(await partsOf(path));
  },

  parts: partsOf,

  async *read(path, { rows }) {
    const file = await Hdf5File.open(path);
    try {
      const layout = readLayout(file);
      const records = new GridRecords({ path, ...layout });
      const step = sliceRows(layout);
      const end = Math.min(rows?.end ?? layout.rows, layout.rows);
      for (let start = rows?.start ?? 0; start < end; start += step) {
        const slice = readSlice(file, layout, start, Math.min(step, end - start));
        for (let row = start; row < start + slice.count; row++) yield records.record(rowOf(layout, slice, row));
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

async function partsOf(path: string): Promise<RowRange[]> {
  return withFile(path, (file) => {
    const layout = readLayout(file);
    const step = sliceRows(layout);
    return rangesOf(layout.rows, step * Math.ceil(PART_ROWS / step));
  });
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

function rowOf(layout: SpectraLayout, slice: Slice, row: number): GridRow {
  const index = row - slice.start;
  const pixels = layout.grid.wavelength.length;
  const pick = (values: NumberArray) => values.subarray(index * pixels, (index + 1) * pixels);
  return {
    row,
    id: layout.ids[row],
    flux: pick(slice.flux),
    ivar: pick(slice.ivar),
    value: (name) => slice.columns[name]?.[index],
    truth: readTruth(layout, slice, row),
  };
}

function readTruth({ abundances, twins, groups, ids }: SpectraLayout, slice: Slice, row: number): GridRow['truth'] {
  if (abundances.size === 0 && !twins && !groups) return null;
  const twin = twins?.[row] ?? -1;
  const values = [...slice.abundances].map(([element, column]) => [element, column[row - slice.start]] as const);
  return { abundances: values, twin: twin < 0 ? null : ids[twin], group: groups?.[row] };
}
