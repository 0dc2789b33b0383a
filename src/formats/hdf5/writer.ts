import type { Dataset, File } from 'h5wasm/node';
import { InputError } from '../../domain/errors.js';
import { type Hdf5Library, loadHdf5 } from './library.js';

export interface SpectraHeader {
  /** Å in vacuum, strictly increasing; P values. */
  readonly wavelength: Float64Array;
  /** The flux is continuum-normalised. */
  readonly normalised: boolean;
  readonly simulated: boolean;
  readonly survey?: string;
  /** Elements of `abundances`, by symbol. */
  readonly elements: readonly string[];
  /** Whether teff and logg have errors: then /teff_err and /logg_err are written, and /true_teff and /true_logg, which no reader looks at. */
  readonly catalogueErrors?: { readonly teff: number; readonly logg: number } | undefined;
  /** Whether the groups that stars were born in are known. */
  readonly groups?: boolean;
}

/** N spectra with their labels; NaN where a number is not known. */
export interface SpectraRows {
  /** ASCII, 1 to 63 characters each. */
  readonly ids: readonly string[];
  /** N x P, row-major. */
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  /** K. */
  readonly teff: ArrayLike<number>;
  /** dex. */
  readonly logg: ArrayLike<number>;
  readonly feh: ArrayLike<number>;
  /** What a simulation was made with, where teff and logg have errors. */
  readonly trueTeff?: ArrayLike<number>;
  readonly trueLogg?: ArrayLike<number>;
  /** Per pixel. */
  readonly snr: ArrayLike<number>;
  /** Degrees. */
  readonly ra?: ArrayLike<number>;
  readonly dec?: ArrayLike<number>;
  /** dex, for each element of the header. */
  readonly abundances: Readonly<Record<string, ArrayLike<number>>>;
  /** The twin's row in the whole file, or -1. */
  readonly twin: ArrayLike<number>;
  /** Name of the group that the star was born in, ASCII, empty for none; absent: no star has one. */
  readonly group?: readonly string[] | undefined;
}

/** Rows per chunk: 16 x 8,575 float32 are 549 kB, which fit the library's chunk cache of 1 MB. */
const CHUNK_ROWS = 16;
/** Rows gathered before they are written: whole chunks, because every call compresses each chunk that it touches. */
const BLOCK_ROWS = 8 * CHUNK_ROWS;
/** On noisy float32 level 6 saves nothing and writes 384 rows of 8,575 pixels a second instead of 1,081. */
const GZIP_LEVEL = 1;
/** Bytes of an id, with its closing NUL. */
const ID_BYTES = 64;

/** A dataset with `width` numbers per row, and the rows of it that are not yet written. */
interface Column {
  readonly path: string;
  readonly width: number;
  readonly block: Float32Array | Float64Array | Int32Array;
  /** undefined: not given, written as NaN. */
  values(rows: SpectraRows): ArrayLike<number> | undefined;
}

/** An HDF5 file of spectra being written, in the layout of layout.ts; memory does not grow with the number of rows. */
export class SpectraFile {
  private readonly datasets = new Map<string, Dataset>();
  private readonly columns: readonly Column[];
  private ids: string[] = [];
  private groups: string[] = [];
  private written = 0;

  private constructor(
    private readonly path: string,
    private readonly header: SpectraHeader,
    private readonly library: Hdf5Library,
    private readonly file: File,
  ) {
    this.columns = makeColumns(header);
  }

  /**
   * Replaces a file of that name.
   * @throws FileError when it cannot be written
   */
  static async create(path: string, header: SpectraHeader): Promise<SpectraFile> {
    const library = await loadHdf5();
    const file = library.guard(path, 'file', 'a file that can be written', () => library.open(path, 'w'));
    const spectra = new SpectraFile(path, header, library, file);
    try {
      spectra.writeHeader();
      spectra.createDatasets();
    } catch (error) {
      library.module.close_file(file.file_id);
      throw error;
    }
    return spectra;
  }

  /**
   * Copies the rows; they are written a block at a time.
   * @throws InputError when lengths disagree or an id does not fit; FileError when the file cannot be written
   */
  append(rows: SpectraRows): void {
    this.check(rows);
    const count = rows.ids.length;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + BLOCK_ROWS - this.ids.length);
      for (const column of this.columns) {
        const at = this.ids.length * column.width;
        const values = column.values(rows);
        if (values) column.block.set(part(values, from * column.width, to * column.width), at);
        else column.block.fill(NaN, at, at + (to - from) * column.width);
      }
      this.ids.push(...rows.ids.slice(from, to));
      this.groups.push(...(rows.group?.slice(from, to) ?? new Array<string>(to - from).fill('')));
      if (this.ids.length === BLOCK_ROWS) this.flush();
      from = to;
    }
  }

  /** Writes what is left and closes the file; it is whole only after this. Called once. */
  close(): void {
    try {
      this.flush();
    } finally {
      this.guard('file', () => this.library.module.close_file(this.file.file_id));
    }
  }

  private flush(): void {
    const [start, end] = [this.written, this.written + this.ids.length];
    if (start === end) return;
    this.write('/id', [end], this.ids);
    if (this.header.groups) this.write('/group', [end], this.groups);
    for (const { path, width, block } of this.columns)
      this.write(path, width === 1 ? [end] : [end, width], block.subarray(0, (end - start) * width));
    this.written = end;
    this.ids = [];
    this.groups = [];
  }

  private write(path: string, shape: number[], values: unknown): void {
    const dataset = this.datasets.get(path);
    this.guard(path, () => {
      dataset?.resize(shape);
      dataset?.write_slice([[this.written, shape[0]], ...shape.slice(1).map((): [] => [])], values);
    });
  }

  private writeHeader(): void {
    const { normalised, simulated, survey, wavelength } = this.header;
    this.guard('attributes', () => {
      this.file.create_attribute('normalised', Number(normalised), null, '<i');
      this.file.create_attribute('simulated', Number(simulated), null, '<i');
      if (survey !== undefined) this.file.create_attribute('survey', survey);
    });
    this.guard('/wavelength', () => this.file.create_dataset({ name: 'wavelength', data: wavelength }));
  }

  private createDatasets(): void {
    this.guard('/abundances', () => this.file.create_group('abundances'));
    for (const path of ['/id', ...(this.header.groups ? ['/group'] : [])])
      this.createDataset(path, 1, [], `A${ID_BYTES}`);
    for (const { path, width, block } of this.columns) this.createDataset(path, width, block.slice(0, 0));
  }

  private createDataset(
    path: string,
    width: number,
    data: string[] | Column['block'],
    dtype: string | null = null,
  ): void {
    const row = width === 1 ? [] : [width];
    const layout = {
      shape: [0, ...row],
      maxshape: [null, ...row],
      chunks: [width === 1 ? BLOCK_ROWS * 8 : CHUNK_ROWS, ...row],
    };
    this.guard(path, () => {
      const name = path.slice(1);
      this.datasets.set(
        path,
        this.file.create_dataset({ name, data, dtype, ...layout, compression: 'gzip', compression_opts: [GZIP_LEVEL] }),
      );
    });
  }

  private check(rows: SpectraRows): void {
    const count = rows.ids.length;
    for (const { path, width, values } of this.columns) {
      const length = values(rows)?.length ?? count * width;
      if (length !== count * width) throw new InputError(path, `${count * width} values for ${count} ids`, length);
    }
    const misfit = rows.ids.find((id) => !/^[\x20-\x7e]+$/.test(id) || id.length >= ID_BYTES);
    if (misfit !== undefined) throw new InputError('id', `1 to ${ID_BYTES - 1} ASCII characters`, misfit);
  }

  private guard<T>(place: string, call: () => T): T {
    return this.library.guard(this.path, place, 'a file that can be written', call);
  }
}

function makeColumns({ wavelength, elements, catalogueErrors }: SpectraHeader): Column[] {
  const spectrum = (name: 'flux' | 'ivar'): Column => ({
    path: `/${name}`,
    width: wavelength.length,
    block: new Float32Array(BLOCK_ROWS * wavelength.length),
    values: (rows) => rows[name],
  });
  const label = (path: string, values: Column['values']): Column => ({
    path,
    width: 1,
    block: new Float64Array(BLOCK_ROWS),
    values,
  });
  return [
    spectrum('flux'),
    spectrum('ivar'),
    label('/teff', (rows) => rows.teff),
    label('/logg', (rows) => rows.logg),
    label('/feh', (rows) => rows.feh),
    ...(catalogueErrors
      ? [
          label('/teff_err', ({ ids }) => new Float64Array(ids.length).fill(catalogueErrors.teff)),
          label('/logg_err', ({ ids }) => new Float64Array(ids.length).fill(catalogueErrors.logg)),
          label('/true_teff', (rows) => rows.trueTeff),
          label('/true_logg', (rows) => rows.trueLogg),
        ]
      : []),
    label('/snr', (rows) => rows.snr),
    label('/ra', (rows) => rows.ra),
    label('/dec', (rows) => rows.dec),
    ...elements.map((element) => label(`/abundances/${element}`, (rows) => rows.abundances[element])),
    { path: '/twin', width: 1, block: new Int32Array(BLOCK_ROWS), values: (rows) => rows.twin },
  ];
}

function part(values: ArrayLike<number>, start: number, end: number): ArrayLike<number> {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array)
    return values.subarray(start, end);
  return Array.from({ length: end - start }, (_, i) => values[start + i]);
}
