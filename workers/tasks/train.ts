import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpectrumBatch, TrainResult } from '../../src/compute/compute.js';
import { NotReadyError, TrainingError } from '../../src/domain/errors.js';
import type { Tuning } from '../../src/science/models/tuning.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, type Release } from '../../src/storage/dataRelease.js';
import { inputChecksums } from '../../src/storage/inputChecksum.js';
import { loadArtefact, type NewModel, storeModel } from '../../src/storage/model.js';
import { releaseGrid } from '../../src/storage/spectrum.js';
import { countSpectra, scanSpectra } from '../../src/storage/spectrumScan.js';
import { recordRun } from '../recordedRun.js';
import { toBatch } from '../spectrumBatch.js';
import { type TrainingStart, type TrainRequest, trainingStart } from '../trainingStart.js';
import { promoteByItself } from './promote.js';
import type { TaskCourse, Workplace } from './task.js';

export interface TrainSummary {
  readonly model: string;
  readonly spectra: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** How lambda was chosen; null where it was not searched. */
  readonly tuning: Tuning | null;
  readonly promoted: boolean;
}

/**
 * Trains a model on the combined spectra of a release and stores it. No abundance and no known twin is read.
 * @throws TrainingError when the release has too few spectra with the parameters to remove, or training diverges
 */
export async function train(place: Workplace, request: TrainRequest, course: TaskCourse): Promise<TrainSummary> {
  const { db } = place;
  const release = await findRelease(db, request.release);
  const start = await trainingStart(place, release, request);
  const { former, ...design } = start;
  const seed = request.seed ?? place.settings.train.seed;
  return recordRun(db, 'train', { ...request, ...design, seed }, course, async (course) => {
    const { rows, gridId, folder, result } = await trainOn(place, release, { ...request, ...start, seed }, course);
    const model = await storeModel(db, describe(release, gridId, start, result), result.artefact);
    await rm(folder, { recursive: true, force: true });
    const promoted = await promoteByItself(db, model);
    const { metrics, tuning } = result;
    const summary = { model: model.id, spectra: rows, metrics, tuning, promoted };
    return { result: summary, state: 'done', counts: { ...summary, from: former?.id ?? null } };
  });
}

type Resolved = Omit<TrainRequest, keyof TrainingStart | 'seed'> & TrainingStart & { readonly seed: number };

async function trainOn(place: Workplace, release: Release, request: Resolved, course: TaskCourse) {
  const { db, compute } = place;
  const grid = await releaseGrid(db, release.id);
  if (!grid)
    throw new NotReadyError(
      `release "${release.name}" has no spectra`,
      `npx starkin ingest --release ${release.name} --format … PATH`,
    );
  const selection = { visits: false, parameters: request.parameters };
  const rows = await countSpectra(db, release.id, selection);
  if (!rows) throw new TrainingError(`release "${release.name}" has no spectrum with ${request.parameters.join(', ')}`);
  const folder = join(place.folder, 'training', await keyOf(db, release, request, rows));
  await mkdir(folder, { recursive: true });
  const { method, preset, parameters, seed, settings, former, tune = false } = request;
  const { threads } = place.settings.train;
  const result = await compute.train(
    {
      ...{ method, preset, parameters, grid: grid.grid, rows, seed, settings, tune, threads },
      ...(former && { from: former.id, keepNetworks: request.keepNetworks === true }),
    },
    batches(place, release, request),
    {
      ...course,
      folder,
      resume: request.resume,
      ...(former && { former: () => loadArtefact(db, former.id) }),
    },
  );
  return { rows, gridId: grid.id, folder, result };
}

async function* batches(place: Workplace, release: Release, { parameters }: Resolved): AsyncGenerator<SpectrumBatch> {
  const scan = scanSpectra(place.db, {
    releaseId: release.id,
    visits: false,
    parameters,
    batch: place.settings.encode.batch,
  });
  for await (const spectra of scan) yield toBatch(spectra);
}

/** The same training of the same spectra has the same folder, so that an interrupted one is found again. */
async function keyOf(
  db: Database,
  release: Release,
  { method, preset, parameters, seed, settings, former, tune = false, keepNetworks = false }: Resolved,
  rows: number,
): Promise<string> {
  const { spectra } = await inputChecksums(db, { release: release.name });
  const key = JSON.stringify([
    ...[release.name, spectra, rows, method, preset, parameters, seed, settings, tune],
    former?.id,
    ...(keepNetworks ? ['networks kept'] : []),
  ]);
  return `${method}-${preset}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

function describe(
  release: Release,
  gridId: number,
  { method, preset, parameters, former }: TrainingStart,
  result: TrainResult,
): NewModel {
  const { config, metrics, history } = result;
  return {
    method,
    preset,
    parameters: [...parameters],
    gridId,
    trainedOn: release.name,
    trainedOnId: release.id,
    simulated: release.simulated,
    config: { ...config, ...(former && { from: former.id }) },
    metrics,
    history,
  };
}
