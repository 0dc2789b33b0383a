import { basename } from 'node:path';
import type { SpectrumRecord } from '../src/domain/spectrum.js';
import type { SurveyFormat } from '../src/formats/format.js';
import { AUTO, findFormat, recogniseFormat } from '../src/formats/registry.js';
import { ensureRelease, listReleases } from '../src/storage/dataRelease.js';
import { caught, type IngestFailure, ReleaseWriter } from './releaseWriter.js';
import type { TaskCourse, Workplace } from './tasks/task.js';

export interface IngestRequest {
  readonly release: string;
  /** A format's name, or 'auto': each file is of the format that its content tells. */
  readonly format: string;
  /** Absolute paths of files, or of folders whose files are all read. */
  readonly paths: readonly string[];
  /** Overrides the survey that the files or the format name. */
  readonly survey: string | null;
  /** Store the single visits too. */
  readonly visits: boolean;
}

export interface IngestSummary {
  readonly release: string;
  readonly files: number;
  /** Spectra stored now, and those that were there already with the same checksum. */
  readonly stored: number;
  readonly skipped: number;
  /** Files and spectra that could not be stored; the others are. */
  readonly failed: readonly IngestFailure[];
  /** Pixels given ivar 0 because their flux or error is not usable. */
  readonly unusablePixels: number;
  /** Pixels flagged because the store's encoding cannot hold their flux. */
  readonly overflowPixels: number;
  /** Stars without Teff or log g: stored and listed, but not to be encoded. */
  readonly withoutParameters: readonly string[];
}

/** One run of ingest: the batch being filled, and what has been counted. */
export class Ingestion {
  private stored = 0;
  private skipped = 0;
  private unusablePixels = 0;
  private overflowPixels = 0;
  private processed = 0;
  private readonly failed: IngestFailure[];
  private readonly withoutParameters: string[] = [];
  private total = 0;
  private batch: SpectrumRecord[] = [];
  private writer: ReleaseWriter | null = null;

  constructor(
    private readonly place: Workplace,
    private readonly request: IngestRequest,
    private readonly course: TaskCourse,
    faults: readonly IngestFailure[],
  ) {
    this.failed = [...faults];
  }

  async read(files: readonly string[]): Promise<IngestSummary> {
    const badBits = this.place.settings.ingest.badMaskBits;
    const options = { visits: this.request.visits, ...(badBits ? { badBits } : {}) };
    const given = this.request.format === AUTO ? null : findFormat(this.request.format);
    const readable: { file: string; format: SurveyFormat }[] = [];
    for (const file of files)
      await this.noting(file, async () => {
        const format = given ?? (await recogniseFormat(file));
        this.total += await format.count(file, options);
        readable.push({ file, format });
      });
    for (const { file, format } of readable)
      await this.noting(file, async () => {
        await this.openRelease(format, await format.simulated(file));
        for await (const record of format.read(file, options)) await this.add(record);
      });
    await this.flush();
    const { stored, skipped, failed, unusablePixels, overflowPixels, withoutParameters } = this;
    return {
      release: this.request.release,
      files: files.length,
      stored,
      skipped,
      failed,
      unusablePixels,
      overflowPixels,
      withoutParameters,
    };
  }

  /** @throws ConflictError when the release is there, but as the other of simulated and observed */
  private async openRelease(format: SurveyFormat, simulated: boolean): Promise<void> {
    const { release, survey } = this.request;
    if ((await listReleases(this.place.db)).some(({ name }) => name === release))
      await ensureRelease(this.place.db, release, { simulated });
    this.writer ??= new ReleaseWriter(
      this.place,
      release,
      simulated,
      (record) => survey ?? record.survey ?? format.survey ?? release.toLowerCase(),
    );
  }

  private async add(record: SpectrumRecord): Promise<void> {
    this.course.signal.throwIfAborted();
    if (this.batch.push(record) >= this.place.settings.ingest.batch) await this.flush();
  }

  private async flush(): Promise<void> {
    const records = this.batch;
    this.batch = [];
    if (!records.length || !this.writer) return;
    const result = await this.writer.write(records);
    this.stored += result.stored;
    this.skipped += result.skipped;
    this.unusablePixels += result.unusablePixels;
    this.overflowPixels += result.overflowPixels;
    this.failed.push(...result.failed);
    this.withoutParameters.push(...result.withoutParameters);
    this.processed += records.length;
    this.course.report({
      stage: 'ingest',
      done: this.processed,
      total: this.total,
      unit: 'spectra',
      detail: basename(records[0].source),
    });
  }

  private async noting(file: string, work: () => Promise<void>): Promise<void> {
    const failure = await caught(basename(file), work);
    if (failure) this.failed.push(failure);
  }
}
