import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StarkinError, TrainingError } from '../domain/errors.js';
import type { Report } from '../domain/progress.js';
import { type Artefact, readArtefact, writeArtefact } from '../science/artefact/artefact.js';
import { LatentModel } from '../science/latents/latentModel.js';
import { type ModelPlan, planOf } from '../science/latents/modelDesign.js';
import { Preparation } from '../science/latents/preparation.js';
import type { Checkpoint } from '../science/models/method.js';
import type { Backend } from '../science/networks/backend.js';
import type { TrainRequest, TrainResult } from './compute.js';
import { isComplete, openSamples, SampleFileWriter } from './sampleFile.js';
import { Spool } from './spool.js';
import { trainingFiles, writeAtomically } from './trainingFolder.js';

/** The course of a stage inside a child. */
export interface StageCourse {
  readonly folder: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** @throws InputError for a method, preset, setting or parameter that does not exist, TrainingError for a release without spectra */
export function checkRequest(request: TrainRequest): void {
  planOf(request);
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
    for (const name of ['prepared', 'checkpoint'] as const)
      await rm(join(folder, trainingFiles[name]), { force: true });
    const writer = await SampleFileWriter.create(join(folder, trainingFiles.samples));
    try {
      const prepared = await Preparation.from(backend, plan, spool, (x) => writer.append(x), report, signal);
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
  const kept = await keptOf(join(folder, trainingFiles.prepared), spool);
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
  const kept = readArtefact(await readFile(join(folder, trainingFiles.prepared)));
  const { spool } = kept.metadata;
  const prepared = preparationOf(kept, plan);
  const { samples, close } = await openSamples(join(folder, trainingFiles.samples), prepared.outline);
  const file = join(folder, trainingFiles.checkpoint);
  const { model, history } = await LatentModel.train(backend, plan, prepared, samples, {
    seed: request.seed,
    report,
    signal,
    resumeFrom: await readCheckpoint(file, spool, report),
    checkpoint: (state) => writeAtomically(file, checkpointBytes(state, spool)),
  }).finally(close);
  const { metrics, ...config } = model.description;
  const result = { artefact: model.toArtefact(), config, metrics, history };
  model.dispose();
  return result;
}

const rangesSchema = z.array(z.object({ min: z.number(), max: z.number() }));
const historySchema = z.array(z.record(z.string(), z.number()));

function checkpointBytes({ step, tensors, history }: Checkpoint, spool: string): Uint8Array {
  return writeArtefact(tensors, { spool, step: String(step), history: JSON.stringify(history) });
}

async function readCheckpoint(file: string, spool: string, report: Report): Promise<Checkpoint | null> {
  const kept = await keptOf(file, spool, (damage) =>
    report({
      stage: 'train',
      done: 0,
      total: 0,
      unit: 'epochs',
      detail: `training starts anew: its checkpoint is damaged (${damage})`,
    }),
  );
  if (!kept) return null;
  const { step, history } = kept.metadata;
  return { step: Number(step), tensors: kept.tensors, history: historySchema.parse(JSON.parse(history)) };
}

/** What an earlier run kept, when it is whole and comes from this spool. Half a file is not possible, a bad disk is. */
async function keptOf(
  file: string,
  spool: string,
  tell: (damage: string) => void = () => {},
): Promise<Artefact | null> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return null;
  try {
    const artefact = readArtefact(bytes);
    return artefact.metadata.spool === spool ? artefact : null;
  } catch (error) {
    if (!(error instanceof StarkinError)) throw error;
    tell(error.message);
    return null;
  }
}
