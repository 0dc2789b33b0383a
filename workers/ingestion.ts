import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { type RowRange, rowsIn, type SurveyFormat } from '../src/formats/format.js';
import { AUTO, findFormat, recogniseFormat } from '../src/formats/registry.js';
import { listReleases, mixtureOf, refuseDiscarded } from '../src/storage/dataRelease.js';
import { addSummaries, emptySummary, type IngestSummary, summarise } from './ingestSummary.js';
import { type Outcome, prepareAll } from './preparation/lanes.js';
import type { Part } from './preparation/part.js';
import { caught, type IngestFailure, ReleaseWriter, toFailure } from './releaseWriter.js';
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
  /** Whether what is given stands in the place of what is there, whatever file that came from; absent: only the same file again, or a newer reduction. */
  readonly revise?: boolean;
  /** Only these rows of a file that holds many stars: one of the ranges that its format gives. */
  readonly rows?: RowRange;
  /** A table of parameters for the release's stars, applied when all spectra are stored. Absent: none. */
  readonly labels?: string;
}

/** A file that can be read, as far as its headers tell. */
interface Examined {
  readonly file: string;
  readonly format: SurveyFormat;
  readonly simulated: boolean;
  readonly spectra: number;
  readonly parts: readonly (RowRange | null)[];
}

/** Files examined at a time: their headers are read from disk. */
const EXAMINED_AT_ONCE = 8;
/** Fewer spectra than these are prepared in this thread: starting others takes longer. */
const WORTH_THREADS = 48;
/** Rows that a part is not split below to give every thread some. */
const FEWEST_ROWS = 128;

/**
 * Files into a release: each is examined, then read, normalised and encoded in threads (preparation/), and stored in batches in the order of the files. A file
 * that cannot be read, or a spectrum that cannot be stored, is reported and the rest goes on.
 */
export class Ingestion {
  constructor(
    private readonly place: Workplace,
    private readonly request: IngestRequest,
    private readonly course: TaskCourse,
    private readonly faults: readonly IngestFailure[],
  ) {}

  async read(files: readonly string[]): Promise<IngestSummary> {
    const failed = [...this.faults];
    const examined = await this.examineAll(files, failed);
    const simulated = await this.isSimulated(examined);
    const readable = examined.filter((file) => file.simulated === simulated);
    if (simulated !== null)
      for (const { file } of examined.filter((each) => each.simulated !== simulated))
        failed.push(toFailure(basename(file), mixtureOf(this.request.release, simulated)));
    const summary = emptySummary(this.request.release, files.length, failed);
    return readable.length && simulated !== null ? this.store(readable, simulated, summary) : summary;
  }

  private async store(readable: readonly Examined[], simulated: boolean, start: IngestSummary): Promise<IngestSummary> {
    const { db, settings } = this.place;
    const { release, survey, visits, revise = false } = this.request;
    const writer = new ReleaseWriter(db, { release, revise }, (head) => survey ?? head.survey ?? release.toLowerCase());
    const total = readable.reduce((sum, { spectra }) => sum + spectra, 0);
    const lanes = total < WORTH_THREADS ? 1 : Math.min(settings.ingest.threads, availableParallelism());
    let summary = start;
    let batch: Outcome[] = [];
    let done = 0;
    const flush = async () => {
      const outcomes = batch;
      batch = [];
      summary = addSummaries(summary, summarise(release, outcomes, await writer.write(outcomes, simulated)));
      done += outcomes.filter(({ head }) => head).length;
      const source = outcomes[0].head?.source ?? '';
      this.course.report({ stage: 'ingest', done, total, unit: 'spectra', detail: basename(source) });
    };
    const parts = partsOf(readable, lanes);
    for await (const outcomes of prepareAll(parts, { settings, visits }, lanes, writer.isStored, this.course.signal)) {
      this.course.signal.throwIfAborted();
      batch.push(...outcomes);
      if (batch.length >= settings.ingest.batch) await flush();
    }
    if (batch.length) await flush();
    return summary;
  }

  /** In the files' order, without those that cannot be read, which are added to `failed`. */
  private async examineAll(files: readonly string[], failed: IngestFailure[]): Promise<Examined[]> {
    const examined: Examined[] = [];
    for (let start = 0; start < files.length; start += EXAMINED_AT_ONCE) {
      this.course.signal.throwIfAborted();
      const some = files.slice(start, start + EXAMINED_AT_ONCE);
      const found: (Examined | null)[] = some.map(() => null);
      const failures = await Promise.all(
        some.map((file, i) =>
          caught(basename(file), async () => {
            found[i] = await this.examine(file);
          }),
        ),
      );
      examined.push(...found.filter((each) => each !== null));
      failed.push(...failures.filter((failure) => failure !== null));
    }
    return examined;
  }

  private async examine(file: string): Promise<Examined> {
    const { visits, rows } = this.request;
    const format = await formatOf(this.request, file);
    const parts = rows ? [rows] : await format.parts?.(file);
    const spectra = parts ? rowsIn(parts) : await format.count(file, { visits });
    return { file, format, simulated: await format.simulated(file), spectra, parts: parts ?? [null] };
  }

  /** What the release is, or, where there is none yet, what its first file is; null where there is neither. */
  private async isSimulated(examined: readonly Examined[]): Promise<boolean | null> {
    const release = (await listReleases(this.place.db)).find(({ name }) => name === this.request.release);
    if (release) refuseDiscarded(release);
    return release?.simulated ?? examined[0]?.simulated ?? null;
  }
}

/** The format that a request names, or the one that the file's content tells. @throws FileError for a file of none */
export async function formatOf({ format }: IngestRequest, file: string): Promise<SurveyFormat> {
  return format === AUTO ? recogniseFormat(file) : findFormat(format);
}

/** Parts of all files in their order; those of few large files are cut smaller, so that every lane has work. */
function partsOf(files: readonly Examined[], lanes: number): Part[] {
  const ranges = files.flatMap(({ file, format, parts }) => parts.map((rows) => ({ file, format: format.name, rows })));
  if (ranges.length >= lanes * 4) return ranges;
  return ranges.flatMap((part) => {
    if (!part.rows) return [part];
    const { start, end } = part.rows;
    const step = Math.max(FEWEST_ROWS, Math.ceil((end - start) / (lanes * 4) / FEWEST_ROWS) * FEWEST_ROWS);
    const pieces: Part[] = [];
    for (let from = start; from < end; from += step)
      pieces.push({ ...part, rows: { start: from, end: Math.min(end, from + step) } });
    return pieces;
  });
}
