import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SpectrumBatch, TrainResult } from '../../src/compute/compute.js';
import { NotReadyError, TrainingError } from '../../src/domain/errors.js';
import type { ParameterName } from '../../src/domain/parameters.js';
import type { Tuning } from '../../src/science/models/tuning.js';
import { findRelease, type Release } from '../../src/storage/dataRelease.js';
import { type NewModel, storeModel } from '../../src/storage/model.js';
import { countSpectra, releaseGrid, scanSpectra } from '../../src/storage/spectrum.js';
import { recordRun } from '../recordedRun.js';
import { toBatch } from '../spectrumBatch.js';
import { promoteByItself } from './promote.js';
import type { TaskCourse, Workplace } from './task.js';

export interface TrainRequest {
  readonly release: string;
  readonly method: string;
  readonly preset: string;
  /** null: teff and logg for a simulated release, with feh for a real one, where it goes with them along the giant branch. */
  readonly parameters: readonly ParameterName[] | null;
  readonly seed: number | null;
  /** Overrides of the preset, such as epochs. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Whether lambda is searched first; absent: no. */
  readonly tune?: boolean;
  readonly resume: boolean;
}

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
  const parameters =
    request.parameters ?? (release.simulated ? (['teff', 'logg'] as const) : (['teff', 'logg', 'feh'] as const));
  const { train: defaults } = place.settings;
  const seed = request.seed ?? defaults.seed;
  const settings = { ...defaults.overrides[request.method], ...request.settings };
  return recordRun(db, 'train', { ...request, parameters, seed, settings }, course, async (course) => {
    const { rows, gridId, folder, result } = await trainOn(
      place,
      release,
      { ...request, parameters, seed, settings },
      course,
    );
    const model = await storeModel(db, describe(release, gridId, { ...request, parameters }, result), result.artefact);
    await rm(folder, { recursive: true, force: true });
    const promoted = await promoteByItself(db, model);
    const { metrics, tuning } = result;
    const summary = { model: model.id, spectra: rows, metrics, tuning, promoted };
    return { result: summary, state: 'done', counts: summary };
  });
}

type Resolved = Omit<TrainRequest, 'parameters' | 'seed'> & {
  readonly parameters: readonly ParameterName[];
  readonly seed: number;
};

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
  const folder = join(place.folder, 'training', keyOf(release, request, rows));
  await mkdir(folder, { recursive: true });
  const { method, preset, parameters, seed, settings, tune = false } = request;
  const result = await compute.train(
    { method, preset, parameters, grid: grid.grid, rows, seed, settings, tune, threads: place.settings.train.threads },
    batches(place, release, request),
    {
      ...course,
      folder,
      resume: request.resume,
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
function keyOf(
  release: Release,
  { method, preset, parameters, seed, settings, tune = false }: Resolved,
  rows: number,
): string {
  const key = JSON.stringify([release.name, release.revision, rows, method, preset, parameters, seed, settings, tune]);
  return `${method}-${preset}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

function describe(
  release: Release,
  gridId: number,
  { method, preset, parameters }: Pick<Resolved, 'method' | 'preset' | 'parameters'>,
  result: TrainResult,
): NewModel {
  const { config, metrics, history } = result;
  return {
    method,
    preset,
    parameters: [...parameters],
    gridId,
    trainedOn: release.name,
    simulated: release.simulated,
    config,
    metrics,
    history,
  };
}
