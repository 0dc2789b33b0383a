import { ConflictError, GridError, InputError, SpectrumError, StarkinError } from '../src/domain/errors.js';
import { findImpossible } from '../src/domain/parameters.js';
import type { Continuum, Spectrum, SpectrumRecord } from '../src/domain/spectrum.js';
import { type StarId, starId } from '../src/domain/star.js';
import { describeGrid, sameGrid, type WavelengthGrid } from '../src/domain/wavelengthGrid.js';
import { storeAbundances } from '../src/storage/abundance.js';
import { ensureRelease, listReleases, type Release } from '../src/storage/dataRelease.js';
import { storeTwins } from '../src/storage/siblingGroup.js';
import { knownChecksums, type NewSpectrum, releaseGrid, spectrumKey, storeSpectra } from '../src/storage/spectrum.js';
import { storablePixels } from '../src/storage/spectrumEncoding.js';
import { storeStars } from '../src/storage/star.js';
import { storeParameters } from '../src/storage/starParameters.js';
import { checkSurveyName, ensureSurvey } from '../src/storage/survey.js';
import { ensureGrid } from '../src/storage/wavelengthGrid.js';
import { normaliseRecord } from './normalisation.js';
import type { Workplace } from './tasks/task.js';

/** An input that could not be stored, and why. */
export interface IngestFailure {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

/** What became of the records of one batch. */
export interface WriteResult {
  readonly stored: number;
  /** There already, with the same checksum. */
  readonly skipped: number;
  readonly failed: readonly IngestFailure[];
  readonly unusablePixels: number;
  /** Pixels flagged because the store's encoding cannot hold their flux. */
  readonly overflowPixels: number;
  readonly withoutParameters: readonly string[];
}

interface Prepared {
  readonly record: SpectrumRecord;
  readonly spectrum: Spectrum;
  readonly continuum: Continuum;
}

interface Written {
  readonly stored: readonly Prepared[];
  readonly overflowPixels: number;
}

type Noting = (record: SpectrumRecord, work: () => Promise<void>) => Promise<void>;

/** Bytes of the longest star name taken: it is part of every key of the star, and an index row of Postgres holds 2,704. */
const LONGEST_NAME = 200;

/**
 * Writes records into one release: leaves out what is there, normalises, and stores each batch in one transaction. The release is made with the first
 * batch that is stored: a command that stores nothing leaves none behind.
 */
export class ReleaseWriter {
  private release: Release | null = null;
  /** A release has one grid: that of its first spectrum. */
  private grid: WavelengthGrid | null = null;

  /** @param surveyOf the survey that a record's star belongs to */
  constructor(
    private readonly place: Workplace,
    private readonly releaseName: string,
    private readonly simulated: boolean,
    private readonly surveyOf: (record: SpectrumRecord) => string,
  ) {}

  async write(records: readonly SpectrumRecord[]): Promise<WriteResult> {
    const failed: IngestFailure[] = [];
    const noting = async (record: SpectrumRecord, work: () => Promise<void>) => {
      const failure = await caught(record.source, work);
      if (failure) failed.push(failure);
    };
    const known = await this.knownChecksums(records);
    const prepared: Prepared[] = [];
    let skipped = 0;
    for (const record of records)
      await noting(record, async () => {
        if (this.isKnown(record, known)) skipped++;
        else {
          prepared.push(this.prepare(record));
          known.set(spectrumKey(this.keyOf(record)), record.checksum);
        }
      });
    const written = prepared.length ? await this.storeAll(prepared, noting) : { stored: [], overflowPixels: 0 };
    const stored = written.stored.map(({ record }) => record);
    return {
      stored: stored.length,
      skipped,
      failed,
      unusablePixels: stored.reduce((sum, record) => sum + record.unusablePixels, 0),
      overflowPixels: written.overflowPixels,
      withoutParameters: stored.filter(lacksParameters).map(({ star }) => star.name),
    };
  }

  private async knownChecksums(records: readonly SpectrumRecord[]): Promise<Map<string, string>> {
    const { db } = this.place;
    this.release ??= (await listReleases(db)).find(({ name }) => name === this.releaseName) ?? null;
    if (!this.release) return new Map();
    this.grid ??= (await releaseGrid(db, this.release.id))?.grid ?? null;
    return knownChecksums(db, this.release.id, records.map(this.keyOf));
  }

  /** @throws ConflictError when the same key is there with another content */
  private isKnown(record: SpectrumRecord, known: ReadonlyMap<string, string>): boolean {
    const key = this.keyOf(record);
    const earlier = known.get(spectrumKey(key));
    if (earlier !== undefined && earlier !== record.checksum)
      throw new ConflictError(
        `${record.source}: ${key.starId}, ${record.visit ? `visit ${record.visit}` : 'combined'}, is in release "${this.releaseName}" with sha256 ${earlier.slice(0, 12)}…, and here it has ${record.checksum.slice(0, 12)}…`,
        'ingest another reduction into a release of its own',
      );
    return earlier !== undefined;
  }

  private prepare(record: SpectrumRecord): Prepared {
    const { settings } = this.place;
    checkSurveyName(this.surveyOf(record), `${record.source}: survey`);
    if (Buffer.byteLength(record.star.name) > LONGEST_NAME)
      throw new InputError(
        `${record.source}: star name`,
        `at most ${LONGEST_NAME} bytes`,
        `${record.star.name.slice(0, 40)}…`,
      );
    const impossible = record.parameters && findImpossible(record.parameters);
    if (impossible)
      throw new SpectrumError(
        `${record.source}: ${record.star.name}: ${impossible.name}`,
        impossible.expected,
        String(impossible.found),
      );
    const { spectrum, continuum } = normaliseRecord(record, settings);
    const good = storablePixels(spectrum);
    const minimum = Math.min(settings.ingest.minimumGoodPixels, record.grid.wavelength.length / 2);
    if (good < minimum)
      throw new SpectrumError(
        record.source,
        `at least ${minimum} good pixels (setting ingest.minimumGoodPixels)`,
        `${good}`,
      );
    this.checkGrid(record);
    return { record, spectrum, continuum };
  }

  private checkGrid({ grid, source }: SpectrumRecord): void {
    this.grid ??= grid;
    if (!sameGrid(this.grid, grid))
      throw new GridError(source, `of release "${this.releaseName}" (${describeGrid(this.grid)})`, describeGrid(grid));
  }

  /** A batch that cannot be stored as a whole is stored spectrum by spectrum, so that the good ones of it are. */
  private async storeAll(prepared: readonly Prepared[], noting: Noting): Promise<Written> {
    try {
      return { stored: prepared, overflowPixels: await this.store(prepared) };
    } catch (error) {
      if (!(error instanceof StarkinError)) throw error;
      const stored: Prepared[] = [];
      let overflowPixels = 0;
      for (const one of prepared)
        await noting(one.record, async () => {
          overflowPixels += await this.store([one]);
          stored.push(one);
        });
      return { stored, overflowPixels };
    }
  }

  /** @returns the number of pixels that the encoding could not hold */
  private async store(prepared: readonly Prepared[]): Promise<number> {
    const records = prepared.map(({ record }) => record);
    const parameters = records.flatMap((record) =>
      record.parameters && record.visit === 0 ? [{ starId: this.idOf(record), parameters: record.parameters }] : [],
    );
    return this.place.db.transaction(async (tx) => {
      const release = await ensureRelease(tx, this.releaseName, { simulated: this.simulated });
      const gridId = await ensureGrid(tx, records[0].grid);
      for (const survey of new Set(records.map(this.surveyOf))) {
        const stars = records.filter((record) => this.surveyOf(record) === survey).map(({ star }) => star);
        await ensureSurvey(tx, survey, { simulated: this.simulated });
        await storeStars(tx, release.id, survey, stars);
      }
      await storeParameters(tx, release.id, parameters);
      const rows = prepared.map((one) => this.rowOf(one, release.id, gridId));
      const { overflowPixels } = await storeSpectra(tx, rows);
      await this.storeTruth(tx, release.id, records);
      return overflowPixels;
    });
  }

  private rowOf({ record, spectrum, continuum }: Prepared, releaseId: number, gridId: number): NewSpectrum {
    const { snr, checksum, source, properties } = record;
    return { ...this.keyOf(record), releaseId, gridId, spectrum, continuum, snr, checksum, source, properties };
  }

  /** Both twins name each other, so the pair is complete when the later of them is stored. */
  private async storeTruth(tx: Workplace['db'], releaseId: number, records: readonly SpectrumRecord[]): Promise<void> {
    const twins: [StarId, StarId][] = [];
    const abundances: { starId: StarId; element: string; value: number; sigma: null }[] = [];
    for (const record of records) {
      const id = this.idOf(record);
      if (record.truth?.twin) twins.push([id, starId(this.surveyOf(record), record.truth.twin)]);
      for (const [element, value] of Object.entries(record.truth?.abundances ?? {}))
        abundances.push({ starId: id, element, value, sigma: null });
    }
    await storeTwins(tx, releaseId, twins);
    await storeAbundances(tx, releaseId, abundances);
  }

  private readonly keyOf = (record: SpectrumRecord) => ({ starId: this.idOf(record), visit: record.visit });

  private idOf(record: SpectrumRecord): StarId {
    return starId(this.surveyOf(record), record.star.name);
  }
}

/** A failure that the user can mend, as a value; a defect is thrown on. */
export async function caught(source: string, work: () => Promise<void>): Promise<IngestFailure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof StarkinError)) throw error;
    return toFailure(source, error);
  }
}

export function toFailure(source: string, { code, message }: StarkinError): IngestFailure {
  return { source, code, message };
}

function lacksParameters({ visit, parameters }: SpectrumRecord): boolean {
  return visit === 0 && (parameters?.teff == null || parameters.logg == null);
}
