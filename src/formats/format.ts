import type { SpectrumRecord } from '../domain/spectrum.js';

export interface ReadOptions {
  /** Read the single visits too, not only the combined spectrum. */
  readonly visits: boolean;
  /** Names of the mask bits that make a pixel unusable; the format's own default where absent. */
  readonly badBits?: readonly string[];
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
  /** True for formats whose spectra come from a simulation, as far as the file tells. */
  simulated(path: string): Promise<boolean>;
  /** Number of spectra in a file, as cheaply as the format allows (for progress). */
  count(path: string, options: ReadOptions): Promise<number>;
  /**
   * The spectra of one file, in its order, lazily: memory stays bounded for files of any size.
   * @throws FileError naming file, HDU or dataset, what was expected and what was found; nothing is yielded from a file that cannot be read whole
   * where the format can tell beforehand
   */
  read(path: string, options: ReadOptions): AsyncIterable<SpectrumRecord>;
  /** Names of mask bits, by bit number. */
  readonly maskBits: Readonly<Record<number, string>>;
}
