import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DivergenceError, InputError, TrainingError } from '../domain/errors.js';
import type { Report } from '../domain/progress.js';
import { type Artefact, readArtefact, writeArtefact } from '../science/artefact/artefact.js';
import type { LatentModel } from '../science/latents/latentModel.js';
import { type ModelPlan, planOf } from '../science/latents/modelDesign.js';
import { completeModel, trainModel } from '../science/latents/modelTraining.js';
import { Preparation } from '../science/latents/preparation.js';
import type { Trial } from '../science/models/tuning.js';
import type { Backend } from '../science/networks/backend.js';
import { checkpointsIn } from './checkpointFile.js';
import type { TrainRequest, TrainResult } from './compute.js';
import { readKeptFormer } from './formerFile.js';
import { keptArtefact } from './keptArtefact.js';
import { isComplete, openSamples, SampleFileWriter } from './sampleFile.js';
import { Spool } from './spool.js';
import { trainingFiles, trialCheckpoint, writeAtomically } from './trainingFolder.js';

/** The course of a stage inside a child. */
export interface StageCourse {
  readonly folder: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** @throws InputError for a method, preset, setting or parameter that does not exist, TrainingError for a release without spectra */
export function checkRequest(request: TrainRequest): void {
  const { method, settings } = planOf(request);
  if (request.tune && !((method.tunable?.lambda(settings) ?? 0) > 0))
    throw new InputError('--tune', 'a method with a lambda above 0 to begin with', method.name);
  if (request.rows < 1) throw new TrainingError('training spectra: expected some, found none');
}

/**
 * First stage: from the spool to the representation and the training samples, kept in the folder. What is there from the same spool stays, so that a
 * checkpoint made with it still fits.
 */
export async function prepare(
  backend: Backend,
  request: TrainRequest,
  { folder, report, signal }: StageCourse,
): Promise<void> {
  if (backend.note) report({ stage: 'basis', done: 0, total: 0, unit: 'spectra', detail: backend.note });
  const plan = planOf(request);
  const spool = await Spool.open(folder);
  try {
    if (await isPrepared(folder, plan, spool.id)) return;
    for (const name of ['prepared', 'checkpoint', 'trials'] as const)
      await rm(join(folder, trainingFiles[name]), { force: true });
    const writer = await SampleFileWriter.create(join(folder, trainingFiles.samples));
    try {
      const former = await readKeptFormer(folder, request, plan);
      const keep = (x: Float32Array) => writer.append(x);
      const prepared = await Preparation.from(backend, plan, spool, keep, report, signal, former);
      await writer.finish();
      const metadata = { spool: spool.id, ranges: JSON.stringify(prepared.scaler.ranges) };
      await writeAtomically(join(folder, trainingFiles.prepared), writeArtefact(prepared.toTensors(), metadata));
    } finally {
      await writer.close();
    }
  } finally {
    await spool.close();
  }
}

async function isPrepared(folder: string, plan: ModelPlan, spool: string): Promise<boolean> {
  const kept = await keptArtefact(join(folder, trainingFiles.prepared), spool);
  return kept !== null && isComplete(join(folder, trainingFiles.samples), preparationOf(kept, plan).outline);
}

function preparationOf({ tensors, metadata }: Artefact, plan: ModelPlan): Preparation {
  return Preparation.fromTensors(tensors, plan, rangesSchema.parse(JSON.parse(metadata.ranges)));
}

/** Second stage: from the training samples to the model, from the checkpoint on where there is one. The folder stays as it is. */
export async function train(
  backend: Backend,
  request: TrainRequest,
  { folder, report, signal }: StageCourse,
): Promise<TrainResult> {
  const plan = planOf(request);
  const { prepared, spool, samples, close } = await openPrepared(folder, plan);
  const file = join(folder, trainingFiles.checkpoint);
  const { threads = availableParallelism() } = request;
  const former = await readKeptFormer(folder, request, plan);
  if (former && request.keepNetworks) {
    const course = { seed: request.seed, report, signal };
    const model = await completeModel(backend, plan, prepared, samples, former.networks, course).finally(close);
    return resultOf(model, []);
  }
  const begin = former ? { startFrom: former.networks } : {};
  const course = { seed: request.seed, threads, report, signal, ...begin, ...(await checkpointsIn(file, spool)) };
  const { model, history } = await trainModel(backend, plan, prepared, samples, course).finally(close);
  return resultOf(model, history);
}

function resultOf(model: LatentModel, history: TrainResult['history']): TrainResult {
  const { metrics, ...config } = model.description;
  const result = { artefact: model.toArtefact(), config, metrics, history, tuning: null };
  model.dispose();
  return result;
}

/**
 * Between the two where lambda is searched: a short run on the training samples, from its own checkpoint on where there is one. A run that diverges has no figures,
 * and is no failure of the search.
 */
export async function tryLambda(
  backend: Backend,
  request: TrainRequest,
  lambda: number,
  { folder, report, signal }: StageCourse,
): Promise<Trial> {
  const plan = planOf(request);
  const { method, settings } = plan;
  const { spool, samples, close } = await openPrepared(folder, plan);
  const file = join(folder, trialCheckpoint(lambda));
  const trial = method.tunable?.trial(settings, lambda, samples.rows) ?? settings;
  const course = { seed: request.seed, report, signal, ...(await checkpointsIn(file, spool)) };
  try {
    const { metrics } = await method.train(backend, samples, trial, course);
    const { reconstruction, leakageBits, objective } = metrics;
    return { lambda, figures: { reconstruction, leakageBits, objective } };
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { lambda, figures: null };
  } finally {
    await close();
    if (!signal.aborted) await rm(file, { force: true });
  }
}

async function openPrepared(folder: string, plan: ModelPlan) {
  const kept = readArtefact(await readFile(join(folder, trainingFiles.prepared)));
  const prepared = preparationOf(kept, plan);
  const { samples, close } = await openSamples(join(folder, trainingFiles.samples), prepared.outline);
  return { prepared, spool: kept.metadata.spool, samples, close };
}

const rangesSchema = z.array(z.object({ min: z.number(), max: z.number(), limit: z.number() }));
