import { z } from 'zod';
import type { Report } from '../domain/progress.js';
import { artefactParts } from '../science/artefact/artefact.js';
import type { Checkpoint, Course } from '../science/models/method.js';
import { keptArtefact } from './keptArtefact.js';
import { writeAtomically } from './trainingFolder.js';

const historySchema = z.array(z.record(z.string(), z.number()));

/** The part of a course that keeps a run's state in a file, and finds what an earlier one left there of the same spool. */
export async function checkpointsIn(
  file: string,
  spool: string,
  report: Report,
): Promise<Pick<Course, 'resumeFrom' | 'checkpoint'>> {
  return {
    resumeFrom: await read(file, spool, report),
    checkpoint: ({ step, tensors, history }) =>
      writeAtomically(file, artefactParts(tensors, { spool, step: String(step), history: JSON.stringify(history) })),
  };
}

async function read(file: string, spool: string, report: Report): Promise<Checkpoint | null> {
  const kept = await keptArtefact(file, spool, (damage) =>
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
