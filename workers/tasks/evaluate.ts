import type { ModelSource, SpectrumBatch } from '../../src/compute/compute.js';
import { GridError, InputError, NotReadyError } from '../../src/domain/errors.js';
import type { ParameterName } from '../../src/domain/parameters.js';
import type { SpectrumRecord } from '../../src/domain/spectrum.js';
import { describeGrid, sameGrid } from '../../src/domain/wavelengthGrid.js';
import { findFormat } from '../../src/formats/registry.js';
import { twinRecovery } from '../../src/science/evaluation/twinRecovery.js';
import { listReleases, type Release } from '../../src/storage/dataRelease.js';
import { searchedVectors } from '../../src/storage/latent.js';
import { findModel, listModels, loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { loadTwins } from '../../src/storage/siblingGroup.js';
import { loadGrid } from '../../src/storage/wavelengthGrid.js';
import { normaliseRecord } from '../normalisation.js';
import { toBatch } from '../spectrumBatch.js';
import type { TaskCourse, Workplace } from './task.js';

/** How often the true twin of a star is the nearest of all others, for one model on one set of spectra. */
export interface RecoveryRow {
  readonly model: string;
  /** A release's name or a file's. */
  readonly set: string;
  /** Whether the model was trained on these spectra; it never saw who is whose twin. */
  readonly trainedOn: boolean;
  readonly candidates: number;
  readonly queries: number;
  /** Share of queries whose true twin comes first, its standard error, and what chance would give; 0..1. */
  readonly recovered: number;
  readonly standardError: number;
  readonly chance: number;
  /** Median over queries of the number of stars closer than the true twin. */
  readonly medianCloser: number;
}

export interface EvaluateRequest {
  /** A model's id, or null for every model of the archive. */
  readonly model: string | null;
  /** Absolute path of an HDF5 file of pairs that the archive does not hold, or null for the archive's own pairs. */
  readonly pairs: string | null;
}

/**
 * Twin recovery (Fig. 3 of de Mijolla et al. 2021, its y-intercept): over stars with a known twin, how often it is the nearest of all.
 * @throws NotReadyError when there is no model, or no spectrum with a known twin
 */
export async function evaluate(place: Workplace, request: EvaluateRequest, course: TaskCourse): Promise<RecoveryRow[]> {
  const models = request.model ? [await findModel(place.db, request.model)] : await listModels(place.db);
  if (!models.length)
    throw new NotReadyError(
      'there is no model to evaluate',
      'npx starkin train --release R --method faderdis --preset compact',
    );
  const rows: RecoveryRow[] = [];
  for (const model of models) {
    if (request.pairs) rows.push(await onFile(place, model, request.pairs, course));
    else
      for (const release of await listReleases(place.db))
        rows.push(...(await onRelease(place, model, release, course)));
  }
  if (!rows.length)
    throw new NotReadyError(
      'no release holds encoded stars with a known twin',
      'npx starkin evaluate --pairs FILE.h5, with a file of npx starkin simulate',
    );
  return rows;
}

async function onRelease(
  { db }: Workplace,
  model: StoredModel,
  release: Release,
  course: TaskCourse,
): Promise<RecoveryRow[]> {
  const twins = await loadTwins(db, release.id);
  const stars = twins.length ? await searchedVectors(db, model.id, release.id) : [];
  if (!stars.length) return [];
  const rowOf = new Map(stars.map(({ starId }, row) => [starId, row]));
  const twin = new Int32Array(stars.length).fill(-1);
  for (const [a, b] of twins) {
    const [i, j] = [rowOf.get(a), rowOf.get(b)];
    if (i !== undefined && j !== undefined) [twin[i], twin[j]] = [j, i];
  }
  const vectors = stars.map(({ searched }) => searched);
  return [await measure(model, release.name, model.trainedOn === release.name, vectors, twin, course.signal)];
}

async function onFile(place: Workplace, model: StoredModel, path: string, course: TaskCourse): Promise<RecoveryRow> {
  const source: ModelSource = { id: model.id, load: () => loadArtefact(place.db, model.id) };
  const grid = await loadGrid(place.db, model.gridId);
  const format = findFormat('hdf5');
  const total = await format.count(path, { visits: false });
  const vectors: Float32Array[] = [];
  const names: string[] = [];
  const twinNames: (string | null)[] = [];
  for await (const records of batchesOf(format.read(path, { visits: false }), place.settings.encode.batch)) {
    course.signal.throwIfAborted();
    if (!sameGrid(grid, records[0].grid))
      throw new GridError(path, `of model ${model.id} (${describeGrid(grid)})`, describeGrid(records[0].grid));
    vectors.push((await place.compute.encode(source, prepare(place, records, model.parameters))).searched);
    for (const { star, truth } of records) {
      names.push(star.name);
      twinNames.push(truth?.twin ?? null);
    }
    course.report({ stage: 'evaluate', done: names.length, total, unit: 'spectra', detail: model.id });
  }
  const rowOf = new Map(names.map((name, row) => [name, row]));
  const twin = Int32Array.from(twinNames, (name) => (name === null ? -1 : (rowOf.get(name) ?? -1)));
  if (twin.every((row) => row < 0))
    throw new InputError(
      '--pairs',
      'a file with a dataset /twin',
      path,
      'npx starkin simulate --pairs N --seed S --out FILE.h5',
    );
  return measure(model, path, false, vectors, twin, course.signal);
}

async function measure(
  model: StoredModel,
  set: string,
  trainedOn: boolean,
  parts: readonly Float32Array[],
  twin: Int32Array,
  signal: AbortSignal,
): Promise<RecoveryRow> {
  const vectors = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    vectors.set(part, offset);
    offset += part.length;
  }
  const width = vectors.length / twin.length;
  const { queries, recovered, standardError, chance, median } = await twinRecovery(
    vectors,
    twin.length,
    width,
    twin,
    signal,
  );
  return {
    model: model.id,
    set,
    trainedOn,
    candidates: twin.length - 1,
    queries,
    recovered,
    standardError,
    chance,
    medianCloser: median,
  };
}

/** Records normalised as `ingest` does it, with the parameters that the model needs. */
function prepare(
  { settings }: Workplace,
  records: readonly SpectrumRecord[],
  needed: readonly ParameterName[],
): SpectrumBatch {
  for (const { source, parameters } of records)
    for (const name of needed)
      if (parameters?.[name] == null)
        throw new InputError(`${source}: ${name}`, 'a value, since the model removes it', null);
  return toBatch(
    records.map((record) => ({ spectrum: normaliseRecord(record, settings).spectrum, parameters: record.parameters })),
  );
}

async function* batchesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items)
    if (batch.push(item) === size) {
      yield batch;
      batch = [];
    }
  if (batch.length) yield batch;
}
