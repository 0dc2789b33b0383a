import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Former, readFormer } from '../science/latents/former.js';
import type { ModelPlan } from '../science/latents/modelDesign.js';
import type { TrainCourse, TrainRequest } from './compute.js';
import { trainingFiles, writeAtomically } from './trainingFolder.js';

/** Puts the model that a training goes on from into its folder: the children read it there. */
export async function keepFormer(folder: string, id: string, load: TrainCourse['former']): Promise<void> {
  if (!load) throw new Error(`the bytes of ${id} were not given`);
  await writeAtomically(join(folder, trainingFiles.former), await load());
}

/** null where a training begins from nothing. @throws FileError where the model is not one that the plan can go on from */
export async function readKeptFormer(folder: string, { from }: TrainRequest, plan: ModelPlan): Promise<Former | null> {
  return from === undefined ? null : readFormer(await readFile(join(folder, trainingFiles.former)), plan);
}
