import { ConflictError, GridError, SpectrumError, StarkinError } from '../src/domain/errors.js';
import { goodPixels, type SpectrumRecord } from '../src/domain/spectrum.js';
import { type StarId, starId } from '../src/domain/star.js';
import { describeGrid, sameGrid, type WavelengthGrid } from '../src/domain/wavelengthGrid.js';
import { storeAbundances } from '../src/storage/abundance.js';
import type { Release } from '../src/storage/dataRelease.js';
import { storeTwins } from '../src/storage/siblingGroup.js';
import { knownChecksums, type NewSpectrum, releaseGrid, spectrumKey, storeSpectra } from '../src/storage/spectrum.js';
import { storeStars } from '../src/storage/star.js';
import { storeParameters } from '../src/storage/starParameters.js';
import { ensureSurvey } from '../src/storage/survey.js';
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

type Prepared = { readonly record: SpectrumRecord; readonly row: NewSpectrum };

/** Writes records into one release: leaves out what is there, normalises, and stores each batch in one transaction. */
export class ReleaseWriter {
  /** A release has one grid: that of its first spectrum. */
  private grid: { readonly id: number; readonly grid: WavelengthGrid } | null = null;

  /** @param surveyOf the survey that a record's star belongs to */
  constructor(
    private readonly place: Workplace,
    readonly release: Release,
    private readonly surveyOf: (record: SpectrumRecord) => string,
  ) {}

  async write(records: readonly SpectrumRecord[]): Promise<WriteResult> {
    const failed: IngestFailure[] = [];
    const known = await knownChecksums(this.place.db, this.release.id, records.map(this.keyOf));
    const prepared: Prepared[] = [];
    let skipped = 0;
    for (const record of records) {
      const failure = await caught(record.source, async () => {
        if (this.isKnown(record, known)) skipped++;
        else {
          prepared.push({ record, row: await this.prepare(record) });
          known.set(spectrumKey(this.keyOf(record)), record.checksum);
        }
      });
      if (failure) failed.push(failure);
    }
    const overflowPixels = prepared.length ? await this.store(prepared) : 0;
    return {
      stored: prepared.length,
      skipped,
      failed,
      unusablePixels: prepared.reduce((sum, { record }) => sum + record.unusablePixels, 0),
      overflowPixels,
      withoutParameters: prepared.filter(({ record }) => lacksParameters(record)).map(({ record }) => record.star.name),
    };
  }

  /** @throws ConflictError when the same key is there with another content */
  private isKnown(record: SpectrumRecord, known: ReadonlyMap<string, string>): boolean {
    const key = this.keyOf(record);
    const earlier = known.get(spectrumKey(key));
    if (earlier !== undefined && earlier !== record.checksum)
      throw new ConflictError(
        `${record.source}: ${key.starId}, ${record.visit ? `visit ${record.visit}` : 'combined'}, is in release "${this.release.name}" with sha256 ${earlier.slice(0, 12)}…, and here it has ${record.checksum.slice(0, 12)}…`,
        'ingest another reduction into a release of its own',
      );
    return earlier !== undefined;
  }

  private async prepare(record: SpectrumRecord): Promise<NewSpectrum> {
    const { settings } = this.place;
    const { id: gridId, grid } = await this.gridFor(record);
    const { spectrum, continuum } = normaliseRecord(record, settings);
    const good = goodPixels(spectrum);
    const minimum = Math.min(settings.ingest.minimumGoodPixels, grid.wavelength.length / 2);
    if (good < minimum)
      throw new SpectrumError(
        record.source,
        `at least ${minimum} good pixels (setting ingest.minimumGoodPixels)`,
        `${good}`,
      );
    const { snr, checksum, source, properties } = record;
    return {
      ...this.keyOf(record),
      releaseId: this.release.id,
      gridId,
      spectrum,
      continuum,
      snr,
      checksum,
      source,
      properties,
    };
  }

  private async gridFor(record: SpectrumRecord) {
    const { db } = this.place;
    this.grid ??= await releaseGrid(db, this.release.id);
    this.grid ??= { id: await ensureGrid(db, record.grid), grid: record.grid };
    if (!sameGrid(this.grid.grid, record.grid))
      throw new GridError(
        record.source,
        `of release "${this.release.name}" (${describeGrid(this.grid.grid)})`,
        describeGrid(record.grid),
      );
    return this.grid;
  }

  /** @returns the number of pixels that the encoding could not hold */
  private async store(prepared: readonly Prepared[]): Promise<number> {
    const records = prepared.map(({ record }) => record);
    const parameters = records.flatMap((record) =>
      record.parameters && record.visit === 0 ? [{ starId: this.idOf(record), parameters: record.parameters }] : [],
    );
    return this.place.db.transaction(async (tx) => {
      for (const survey of new Set(records.map(this.surveyOf))) {
        const stars = records.filter((record) => this.surveyOf(record) === survey).map(({ star }) => star);
        await ensureSurvey(tx, survey, { simulated: this.release.simulated });
        await storeStars(tx, survey, stars);
      }
      await storeParameters(tx, this.release.id, parameters);
      const { overflowPixels } = await storeSpectra(
        tx,
        prepared.map(({ row }) => row),
      );
      await this.storeTruth(tx, records);
      return overflowPixels;
    });
  }

  /** Both twins name each other, so the pair is complete when the later of them is stored. */
  private async storeTruth(tx: Workplace['db'], records: readonly SpectrumRecord[]): Promise<void> {
    const twins: [StarId, StarId][] = [];
    const abundances: { starId: StarId; element: string; value: number; sigma: null }[] = [];
    for (const record of records) {
      const id = this.idOf(record);
      if (record.truth?.twin) twins.push([id, starId(this.surveyOf(record), record.truth.twin)]);
      for (const [element, value] of Object.entries(record.truth?.abundances ?? {}))
        abundances.push({ starId: id, element, value, sigma: null });
    }
    await storeTwins(tx, this.release.id, twins);
    await storeAbundances(tx, this.release.id, abundances);
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
    return { source, code: error.code, message: error.message };
  }
}

function lacksParameters({ visit, parameters }: SpectrumRecord): boolean {
  return visit === 0 && (parameters?.teff == null || parameters.logg == null);
}
