import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GridError, InputError, SpectrumError, TrainingError } from '../domain/errors.js';
import { parameterNames, parameterUnits } from '../domain/parameters.js';
import { describeGrid } from '../domain/wavelengthGrid.js';
import type { RowSource } from '../science/basis/rowSource.js';
import { planOf } from '../science/latents/modelDesign.js';
import type { SpectrumBatch, TrainCourse, TrainRequest } from './compute.js';
import { bytesOf, fill } from './filledArray.js';
import { clearTraining, requestKey, trainingFiles, writeAtomically } from './trainingFolder.js';

const arrays = ['flux', 'ivar', 'parameters', 'parameterErrors'] as const;
type ArrayName = (typeof arrays)[number];

/** Written when all spectra are there. `id` is new with every spooling: what is derived from a spool names it. */
const recordSchema = z.object({ id: z.string(), request: z.string(), rows: z.int(), pixels: z.int() });
type SpoolRecord = z.output<typeof recordSchema>;

/**
 * Puts the training spectra into the course's folder, as they come, so that neither process holds more than a batch of them. With `resume`, a complete spool of
 * the same request that begins with the same batch stays as it is, and only that batch is read; otherwise all that an earlier training left there goes.
 * @throws TrainingError when the folder to resume from holds the training of another request, or the number of spectra is not the one announced
 * @throws GridError, InputError, SpectrumError for spectra that no model can be trained on
 */
export async function keepSpool(
  request: TrainRequest,
  spectra: AsyncIterable<SpectrumBatch>,
  course: TrainCourse,
): Promise<void> {
  const { folder } = course;
  await mkdir(folder, { recursive: true });
  const kept = course.resume ? await readRecord(folder) : null;
  if (kept && kept.request !== requestKey(request))
    throw new TrainingError(
      `${folder} holds the training of another request: it cannot be resumed as this one`,
      'train without --resume',
    );
  const iterator = spectra[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (kept && !first.done && (await beginsWith(folder, kept, first.value))) return;
    await clearTraining(folder);
    await requireSpace(folder, request);
    await write(request, first, iterator, course);
  } finally {
    await iterator.return?.();
  }
}

async function write(
  request: TrainRequest,
  first: IteratorResult<SpectrumBatch>,
  iterator: AsyncIterator<SpectrumBatch>,
  { folder, report, signal }: TrainCourse,
): Promise<void> {
  const handles = await openAll(folder, 'w');
  let rows = 0;
  try {
    for (let next = first; !next.done; next = await iterator.next()) {
      signal.throwIfAborted();
      check(request, next.value, rows);
      for (const name of arrays) await handles[name].writeFile(next.value[name]);
      rows += next.value.rows;
      report({ stage: 'spool', done: rows, total: request.rows, unit: 'spectra' });
    }
    for (const name of arrays) await handles[name].datasync();
  } finally {
    await closeAll(handles);
  }
  if (rows !== request.rows) throw new TrainingError(`training spectra: expected ${request.rows}, found ${rows}`);
  const record: SpoolRecord = {
    id: randomUUID(),
    request: requestKey(request),
    rows,
    pixels: request.grid.wavelength.length,
  };
  await writeAtomically(join(folder, trainingFiles.spool), JSON.stringify(record));
}

/** For the spool, and for x of the training samples where that is pixels too; coefficients are a fiftieth of it. */
async function requireSpace(folder: string, request: TrainRequest): Promise<void> {
  const { rows, grid } = request;
  const perPixel = planOf(request).settings.representation === 'pixels' ? 3 : 2;
  const bytesPerRow =
    perPixel * grid.wavelength.length * Float32Array.BYTES_PER_ELEMENT + 2 * parameterNames.length * 8;
  const { bavail, bsize } = await statfs(folder);
  const [needed, free] = [rows * bytesPerRow, bavail * bsize].map((bytes) => Math.ceil(bytes / 1e6));
  if (free < needed)
    throw new TrainingError(`${folder}: expected ${needed} MB free for ${rows} training spectra, found ${free}`);
}

function check(
  { grid, parameters: used }: TrainRequest,
  { rows, flux, ivar, parameters }: SpectrumBatch,
  before: number,
): void {
  const pixels = grid.wavelength.length;
  if (flux.length !== rows * pixels || ivar.length !== rows * pixels)
    throw new GridError(`training spectra from ${before} on`, describeGrid(grid), `${flux.length / rows} pixels`);
  for (let row = 0; row < rows; row++)
    for (const name of used) {
      const value = parameters[row * parameterNames.length + parameterNames.indexOf(name)];
      if (!Number.isFinite(value))
        throw new InputError(
          `${name} of training spectrum ${before + row}`,
          `a value in ${parameterUnits[name]}`,
          value,
        );
    }
  for (let i = 0; i < flux.length; i++)
    if (!(ivar[i] === 0 || (ivar[i] > 0 && Number.isFinite(ivar[i]) && Number.isFinite(flux[i]))))
      throw new SpectrumError(
        `training spectrum ${before + Math.floor(i / pixels)}, pixel ${i % pixels}`,
        'a finite flux with a finite, positive ivar, or ivar 0',
        `flux ${flux[i]} with ivar ${ivar[i]}`,
      );
}

/** Reads a complete spool by slices. */
export class Spool implements RowSource {
  private constructor(
    readonly id: string,
    readonly rows: number,
    readonly pixels: number,
    /** rows x 3: teff, logg, feh. */
    readonly parameters: Float64Array,
    /** rows x 3, 1 sigma; 0: exact. */
    readonly parameterErrors: Float64Array,
    private readonly handles: Record<ArrayName, FileHandle>,
  ) {}

  /** @throws TrainingError when the folder has no complete spool */
  static async open(folder: string): Promise<Spool> {
    const record = await readRecord(folder);
    if (!record)
      throw new TrainingError(
        `${folder}: expected a complete spool of training spectra, found none`,
        'train without --resume',
      );
    const handles = await openAll(folder, 'r');
    try {
      const parameters = new Float64Array(record.rows * parameterNames.length);
      const parameterErrors = new Float64Array(parameters.length);
      await fill(handles.parameters, parameters, 0);
      await fill(handles.parameterErrors, parameterErrors, 0);
      return new Spool(record.id, record.rows, record.pixels, parameters, parameterErrors, handles);
    } catch (error) {
      await closeAll(handles);
      throw error;
    }
  }

  async read(start: number, count: number): Promise<{ flux: Float32Array; ivar: Float32Array }> {
    const size = count * this.pixels;
    const position = start * this.pixels * Float32Array.BYTES_PER_ELEMENT;
    const slice = { flux: new Float32Array(size), ivar: new Float32Array(size) };
    await Promise.all([fill(this.handles.flux, slice.flux, position), fill(this.handles.ivar, slice.ivar, position)]);
    return slice;
  }

  close(): Promise<void> {
    return closeAll(this.handles);
  }
}

async function readRecord(folder: string): Promise<SpoolRecord | null> {
  const text = await readFile(join(folder, trainingFiles.spool), 'utf8').catch(() => null);
  try {
    return text === null ? null : recordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Bit for bit: an archive that changed since gives another beginning in all likelihood, and reading the whole of it to be sure would cost what a new spool costs. */
async function beginsWith(folder: string, record: SpoolRecord, batch: SpectrumBatch): Promise<boolean> {
  if (batch.rows > record.rows) return false;
  const spool = await Spool.open(folder).catch(() => null);
  if (!spool) return false;
  try {
    const { flux, ivar } = await spool.read(0, batch.rows);
    return (
      same(flux, batch.flux) &&
      same(ivar, batch.ivar) &&
      same(spool.parameters.subarray(0, batch.parameters.length), batch.parameters) &&
      same(spool.parameterErrors.subarray(0, batch.parameterErrors.length), batch.parameterErrors)
    );
  } catch {
    return false;
  } finally {
    await spool.close();
  }
}

function same(a: Float32Array | Float64Array, b: Float32Array | Float64Array): boolean {
  return bytesOf(a).equals(bytesOf(b));
}

async function openAll(folder: string, flags: 'r' | 'w'): Promise<Record<ArrayName, FileHandle>> {
  const [flux, ivar, parameters, parameterErrors] = await Promise.all(
    arrays.map((name) => open(join(folder, trainingFiles[name]), flags)),
  );
  return { flux, ivar, parameters, parameterErrors };
}

async function closeAll(handles: Record<ArrayName, FileHandle>): Promise<void> {
  await Promise.all(arrays.map((name) => handles[name].close()));
}
