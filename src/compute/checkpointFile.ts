import { z } from 'zod';
import { TrainingError } from '../domain/errors.js';
import { artefactParts } from '../science/artefact/artefact.js';
import type { Checkpoint, Course } from '../science/models/method.js';
import { keptArtefact } from './keptArtefact.js';
import { writeAtomically } from './trainingFolder.js';

const historySchema = z.array(z.record(z.string(), z.number()));

/**
 * The part of a course that keeps a run's state in a file, and finds what an earlier one left there of the same spool.
 * @throws TrainingError where that is damaged: days of training may be in it, which nobody wants to see begun anew without a word
 */
export async function checkpointsIn(file: string, spool: string): Promise<Pick<Course, 'resumeFrom' | 'checkpoint'>> {
  return {
    resumeFrom: await read(file, spool),
    checkpoint: ({ step, tensors, history }) =>
      writeAtomically(file, artefactParts(tensors, { spool, step: String(step), history: JSON.stringify(history) })),
  };
}

async function read(file: string, spool: string): Promise<Checkpoint | null> {
  const kept = await keptArtefact(file, spool, (damage) => {
    throw new TrainingError(`${file}: the checkpoint is damaged (${damage})`, 'train without --resume');
  });
  if (!kept) return null;
  const { step, history } = kept.metadata;
  return { step: Number(step), tensors: kept.tensors, history: historySchema.parse(JSON.parse(history)) };
}
