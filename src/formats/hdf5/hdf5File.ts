import type { File, Metadata } from 'h5wasm/node';
import { FileError } from '../../domain/errors.js';
import { describeStart, HDF5_OFFSETS, isHdf5At } from '../fileSignature.js';
import { SourceFile } from '../sourceFile.js';
import {
  decodeFixedStrings,
  decodeNumbers,
  decodeString,
  elementClass,
  isNumeric,
  type NumberArray,
} from './elements.js';
import { type Hdf5Library, loadHdf5 } from './library.js';

/** Most bytes read in one call; the library's memory ends at 2 GB. */
const MAX_READ = 1 << 30;

/** A dataset's description; its elements are read through Hdf5File. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly metadata: Metadata;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
}

/** An HDF5 file open for reading. Every call checks the library's error stack: what is returned was really read. */
export class Hdf5File {
  private constructor(
    readonly path: string,
    private readonly library: Hdf5Library,
    private readonly file: File,
  ) {}

  /** @throws FileError when the file is missing, empty, not HDF5 or truncated */
  static async open(path: string): Promise<Hdf5File> {
    await checkSignature(path);
    const library = await loadHdf5();
    const file = library.guard(path, 'file', 'a whole HDF5 file', () => library.open(path, 'r'));
    return new Hdf5File(path, library, file);
  }

  /** Names in a group ('/' or '/abundances'), in alphabetical order. */
  names(group: string): string[] {
    return this.guard(group, 'a readable group', () => this.library.module.get_names(this.id, group, false)).sort();
  }

  /** What `path` is, or null when there is nothing. Links into other files count as 'other': what they lead to is not this file's. */
  kind(path: string): 'dataset' | 'group' | 'other' | null {
    const { module } = this.library;
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!this.names(parent).includes(path.slice(path.lastIndexOf('/') + 1))) return null;
    const external = this.guard(path, 'a link', () => module.get_external_link(this.id, path));
    if (external.filename !== undefined) return 'other';
    const type = this.guard(path, 'a readable object', () => module.get_type(this.id, path));
    return type === module.H5G_DATASET ? 'dataset' : type === module.H5G_GROUP ? 'group' : 'other';
  }

  /** The dataset at `path`, which must be one (see kind). */
  dataset(path: string): Hdf5Dataset {
    const metadata = this.guard(path, 'a readable dataset', () =>
      this.library.module.get_dataset_metadata(this.id, path),
    );
    if (metadata.virtual_sources) throw this.fault(path, 'data in this file', 'a virtual dataset of other files');
    if (!metadata.shape) throw this.fault(path, 'data', 'an empty dataspace');
    return { path, metadata, shape: metadata.shape };
  }

  /** Rows `start` to `start + count` (the first axis) of a numeric dataset, row-major. 64-bit integers become doubles. */
  readNumbers(dataset: Hdf5Dataset, start: number, count: number): NumberArray {
    if (!isNumeric(dataset.metadata)) throw this.fault(dataset.path, 'numbers', elementClass(dataset.metadata));
    return this.readRows(dataset, start, count, (bytes) => decodeNumbers(bytes, dataset.metadata));
  }

  /** The same for strings, fixed-length or variable-length. */
  readStrings(dataset: Hdf5Dataset, start: number, count: number): string[] {
    const { metadata, path } = dataset;
    if (elementClass(metadata) !== 'string') throw this.fault(path, 'strings', elementClass(metadata));
    return this.readRows(dataset, start, count, (bytes, pointer, shape) => {
      if (!metadata.vlen) return decodeFixedStrings(bytes, metadata.size);
      const strings = this.followPointers(bytes);
      this.library.module.reclaim_vlen_memory_count(this.id, path, '', BigInt(pointer), shape);
      return strings;
    });
  }

  /** Names of the root's attributes. */
  attributeNames(): string[] {
    return this.guard('attributes', 'attributes', () => this.library.module.get_attribute_names(this.id, '/'));
  }

  /** The first element of a root attribute; null when there is no such attribute. */
  attribute(name: string): number | string | null {
    const { module } = this.library;
    const place = `attribute ${name}`;
    if (!this.attributeNames().includes(name)) return null;
    const metadata = this.guard(place, 'a readable attribute', () => module.get_attribute_metadata(this.id, '/', name));
    const isString = elementClass(metadata) === 'string';
    if (!metadata.shape || metadata.total_size < 1 || !(isString || isNumeric(metadata)))
      throw this.fault(place, 'a number or a string', elementClass(metadata));
    return this.intoMemory(place, metadata.size * metadata.total_size, (pointer) => {
      this.guard(place, 'a readable value', () => module.get_attribute_data(this.id, '/', name, BigInt(pointer)));
      const bytes = module.HEAPU8.slice(pointer, pointer + metadata.size);
      if (!isString) return decodeNumbers(bytes, metadata)[0];
      if (!metadata.vlen) return decodeString(bytes);
      const [value] = this.followPointers(bytes);
      module.reclaim_vlen_memory(this.id, '/', name, BigInt(pointer));
      return value;
    });
  }

  fault(place: string, expected: string, found: string, remedy?: string): FileError {
    return new FileError({ file: this.path, place, expected, found }, remedy);
  }

  close(): void {
    this.library.module.close_file(this.id);
  }

  private get id(): bigint {
    return this.file.file_id;
  }

  private guard<T>(place: string, expected: string, call: () => T): T {
    return this.library.guard(this.path, place, expected, call);
  }

  /**
   * Reads a hyperslab through the module rather than Dataset.slice, which decodes uninitialised memory when the read has failed, and
   * for variable-length strings frees what it finds there.
   */
  private readRows<T>(
    { path, metadata, shape }: Hdf5Dataset,
    start: number,
    count: number,
    decode: (bytes: Uint8Array<ArrayBuffer>, pointer: number, shape: bigint[]) => T,
  ): T {
    const { module } = this.library;
    const slab = [count, ...shape.slice(1)].map(BigInt);
    const offset = shape.map((_, axis) => (axis === 0 ? BigInt(start) : 0n));
    const size = metadata.size * Number(slab.reduce((a, b) => a * b, 1n));
    return this.intoMemory(path, size, (pointer) => {
      const strides = shape.map(() => 1n);
      this.guard(path, 'readable data', () =>
        module.get_dataset_data(this.id, path, slab, offset, strides, BigInt(pointer)),
      );
      return this.guard(path, 'readable data', () =>
        decode(module.HEAPU8.slice(pointer, pointer + size), pointer, slab),
      );
    });
  }

  private intoMemory<T>(place: string, bytes: number, use: (pointer: number) => T): T {
    const { module } = this.library;
    if (bytes > MAX_READ) throw this.fault(place, `slices of at most ${MAX_READ} bytes`, `${bytes} bytes`);
    const pointer = module._malloc(bytes);
    if (pointer === 0) throw this.fault(place, `${bytes} bytes of memory`, 'too little memory');
    try {
      return use(pointer);
    } finally {
      module._free(pointer);
    }
  }

  /** Strings that an array of pointers into the module's memory leads to. */
  private followPointers(bytes: Uint8Array<ArrayBuffer>): string[] {
    const heap = this.library.module.HEAPU8;
    return Array.from(new Uint32Array(bytes.buffer), (pointer) => {
      if (pointer === 0) return '';
      const end = heap.indexOf(0, pointer);
      return decodeString(heap.subarray(pointer, end < 0 ? heap.length : end));
    });
  }
}

async function checkSignature(path: string): Promise<void> {
  const source = await SourceFile.open(path, 'an HDF5 file');
  try {
    const start = await source.start(HDF5_OFFSETS[HDF5_OFFSETS.length - 1] + 8);
    if (HDF5_OFFSETS.some((offset) => isHdf5At(start, offset))) return;
    const found = describeStart(start.subarray(0, 64));
    throw new FileError({ file: path, place: 'first bytes', expected: 'an HDF5 file', found });
  } finally {
    await source.close();
  }
}
