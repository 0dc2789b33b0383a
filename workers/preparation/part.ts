import type { Settings } from '../../src/config.js';
import { InputError, SpectrumError, StarkinError } from '../../src/domain/errors.js';
import { findImpossible } from '../../src/domain/parameters.js';
import type { Continuum, SpectrumRecord } from '../../src/domain/spectrum.js';
import { type EncodedSpectrum, encodeSpectrum } from '../../src/domain/spectrumEncoding.js';
import type { RowRange, SurveyFormat } from '../../src/formats/format.js';
import { findFormat } from '../../src/formats/registry.js';
import { normaliseRecord } from '../normalisation.js';

/** A file, or some rows of one: what one reader reads at a time. */
export interface Part {
  readonly file: string;
  /** Of the registry. */
  readonly format: string;
  /** null: all. */
  readonly rows: RowRange | null;
}

export interface PartOptions {
  readonly settings: Settings;
  /** Read the single visits too. */
  readonly visits: boolean;
}

/** A record without its pixels. */
export type RecordHead = Omit<SpectrumRecord, 'spectrum'>;

/** A spectrum as it is stored. */
export interface PreparedSpectrum {
  readonly encoded: EncodedSpectrum;
  readonly continuum: Continuum;
}

/** Why a spectrum, or the rest of a part, cannot be stored. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Reads a part in batches: first what there is, then the pixels of what is wanted. In this thread or in another. */
export interface PartReader {
  /** The next records, few enough to be held; null at the end. A fault of the file ends the part, after the records before it. */
  next(): Promise<readonly RecordHead[] | Refusal | null>;
  /** Those of the latest batch, normalised and encoded; null where they are not wanted. */
  prepare(wanted: readonly boolean[]): Promise<readonly (PreparedSpectrum | Refusal | null)[]>;
  /** Closes the file, also in the middle of the part. */
  close(): Promise<void>;
}

/** Records held at a time: 64 of 8,575 pixels are 6.6 MB. */
const BATCH = 64;
/** Bytes of the longest star name taken: it is part of every key of the star, and an index row of Postgres holds 2,704. */
const LONGEST_NAME = 200;

export function isRefusal(value: object): value is Refusal {
  return 'code' in value;
}

/** Reads in the thread that calls it. */
export class LocalReader implements PartReader {
  private readonly format: SurveyFormat;
  private readonly records: AsyncIterator<SpectrumRecord>;
  private batch: SpectrumRecord[] = [];
  private fault: Refusal | null = null;

  constructor(
    part: Part,
    private readonly options: PartOptions,
  ) {
    const { badMaskBits } = options.settings.ingest;
    const reading = {
      visits: options.visits,
      ...(badMaskBits ? { badBits: badMaskBits } : {}),
      ...(part.rows ? { rows: part.rows } : {}),
    };
    this.format = findFormat(part.format);
    this.records = this.format.read(part.file, reading)[Symbol.asyncIterator]();
  }

  async next(): Promise<readonly RecordHead[] | Refusal | null> {
    this.batch = [];
    while (!this.fault && this.batch.length < BATCH) {
      const read = await refused(() => this.records.next());
      if (isRefusal(read)) this.fault = read;
      else if (read.done) break;
      else this.batch.push(read.value);
    }
    if (this.batch.length)
      return this.batch.map(({ spectrum, ...head }) => ({ ...head, survey: head.survey ?? this.format.survey }));
    const fault = this.fault;
    this.fault = null;
    return fault;
  }

  async prepare(wanted: readonly boolean[]): Promise<readonly (PreparedSpectrum | Refusal | null)[]> {
    return Promise.all(
      this.batch.map((record, i) =>
        wanted[i] ? refused(async () => prepareRecord(record, this.options.settings)) : null,
      ),
    );
  }

  async close(): Promise<void> {
    await this.records.return?.();
  }
}

function prepareRecord(record: SpectrumRecord, settings: Settings): PreparedSpectrum {
  const { star, source, parameters, grid } = record;
  if (Buffer.byteLength(star.name) > LONGEST_NAME)
    throw new InputError(`${source}: star name`, `at most ${LONGEST_NAME} bytes`, `${star.name.slice(0, 40)}…`);
  const impossible = parameters && findImpossible(parameters);
  if (impossible)
    throw new SpectrumError(
      `${source}: ${star.name}: ${impossible.name}`,
      impossible.expected,
      String(impossible.found),
    );
  const { spectrum, continuum } = normaliseRecord(record, settings);
  const encoded = encodeSpectrum(spectrum);
  const minimum = Math.min(settings.ingest.minimumGoodPixels, grid.wavelength.length / 2);
  if (encoded.goodPixels < minimum)
    throw new SpectrumError(
      source,
      `at least ${minimum} good pixels (setting ingest.minimumGoodPixels)`,
      String(encoded.goodPixels),
    );
  return { encoded, continuum };
}

/** A failure that the user can mend, as a value that passes between threads; a defect is thrown on. */
async function refused<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StarkinError)) throw error;
    return { code: error.code, message: error.message };
  }
}
