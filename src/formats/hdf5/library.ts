import type { File } from 'h5wasm/node';
import { FileError } from '../../domain/errors.js';

type H5wasm = typeof import('h5wasm/node');
type H5Module = Awaited<H5wasm['ready']>;
type Mode = 'r' | 'w';

/** The HDF5 C library as WebAssembly, reading and writing real files, with its diagnostics caught. */
export interface Hdf5Library {
  readonly module: H5Module;
  open(path: string, mode: Mode): File;
  /**
   * Runs one or more calls of the library. The C library reports failures on its error stack and h5wasm goes on with whatever lies
   * in memory; here anything on the stack is a FileError, as is anything thrown (h5wasm's own errors, a WebAssembly trap).
   * @param place dataset or attribute, for the error
   */
  guard<T>(file: string, place: string, expected: string, call: () => T): T;
}

let loading: Promise<Hdf5Library> | undefined;

/** Loaded on first use: its 4 MB take 115 ms to parse and compile, which commands that need no HDF5 are spared. */
export function loadHdf5(): Promise<Hdf5Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Hdf5Library> {
  const h5wasm: H5wasm = await import('h5wasm/node');
  const module = await h5wasm.ready;
  const diagnostics = captureStderr(module);
  return {
    module,
    open: (path, mode) => new h5wasm.File(path, mode),
    guard(file, place, expected, call) {
      diagnostics.length = 0;
      try {
        const result = call();
        if (diagnostics.length === 0) return result;
      } catch (error) {
        if (error instanceof FileError) throw error;
        if (diagnostics.length === 0) diagnostics.push(error instanceof Error ? error.message : String(error));
      }
      const found = explain(diagnostics.join(''));
      const remedy = found.startsWith('required filter') ? 'write the file with gzip compression, or none' : undefined;
      throw new FileError({ file, place, expected, found }, remedy);
    },
  };
}

/**
 * The library prints its error stack on file descriptor 2, through this one function of Emscripten. (Its other error handler throws
 * from inside C frames, which leaks a temporary file and an open dataset per error.)
 */
function captureStderr(module: H5Module): string[] {
  const lines: string[] = [];
  const fs = module.FS as unknown as {
    write(stream: { nfd: number }, bytes: Int8Array, offset: number, length: number, position?: number): number;
  };
  const write = fs.write;
  fs.write = (stream, bytes, offset, length, position) => {
    if (stream.nfd !== 2) return write(stream, bytes, offset, length, position);
    lines.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString());
    return length;
  };
  return lines;
}

/** The cause within an HDF5 error stack: its deepest entry, or a missing filter, which has deeper but less telling entries. */
function explain(diagnostics: string): string {
  const causes = [...diagnostics.matchAll(/^ *#\d+: .* in \w+\(\): (.*)$/gm)].map(([, cause]) => cause);
  const filter = causes.find((cause) => cause.startsWith('required filter'));
  return filter ?? causes.at(-1) ?? `a failure of the HDF5 library: ${diagnostics.trim().slice(0, 200)}`;
}
