import type { SpectrumRecord } from '../domain/spectrum.js';
import type { FileContent } from './fileContent.js';

/** Half-open range of rows: of the spectra of a file that holds many. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

export interface ReadOptions {
  /** Read the single visits too, not only the combined spectrum. */
  readonly visits: boolean;
  /** Names of the mask bits that make a pixel unusable; the format's own default where absent. */
  readonly badBits?: readonly string[];
  /** Only these rows: one of the ranges that `parts` gives. Absent: all. */
  readonly rows?: RowRange;
}

/**
 * The contract of a survey format: bytes in, SpectrumRecords out. A new one is a folder beside this file and a line in registry.ts;
 * the contract tests then run over it.
 */
export interface SurveyFormat {
  /** The word after `--format`. */
  readonly name: string;
  /** One line for --help. */
  readonly description: string;
  /** Survey that its stars belong to, when neither the file nor the user says. */
  readonly survey: string | null;
  /** Whether a file's content is of this format: told by what it holds, never by its name. No two formats claim one file; it may still be faulty. */
  recognises(content: FileContent): boolean;
  /** True for formats whose spectra come from a simulation, as far as the file tells. */
  simulated(path: string): Promise<boolean>;
  /** Number of spectra in a file, as cheaply as the format allows (for progress). */
  count(path: string, options: ReadOptions): Promise<number>;
  /**
   * Where a file holds many stars: its rows in ranges that are read well by themselves, in order, together all of them, each once. Absent for
   * formats of one star per file.
   */
  parts?(path: string): Promise<readonly RowRange[]>;
  /**
   * The spectra of one file, in its order, lazily: memory stays bounded for files of any size.
   * @throws FileError naming file, HDU or dataset, what was expected and what was found; nothing is yielded from a file that cannot be read whole
   * where the format can tell beforehand
   */
  read(path: string, options: ReadOptions): AsyncIterable<SpectrumRecord>;
  /** Names of mask bits, by bit number. */
  readonly maskBits: Readonly<Record<number, string>>;
}

/**
 * Rows of a part: enough that what is read anew for each (ids, parameters and twins of the whole file, 50 ms for 50,000 rows) counts little, few enough
 * that four readers have work at the end of a file.
 */
export const PART_ROWS = 1024;

/** Rows 0 to `rows` in ranges of `step`, the last one shorter. */
export function rangesOf(rows: number, step: number): RowRange[] {
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => ({
    start: i * step,
    end: Math.min(rows, (i + 1) * step),
  }));
}

export function rowsIn(parts: readonly RowRange[]): number {
  return parts.reduce((sum, { start, end }) => sum + end - start, 0);
}
