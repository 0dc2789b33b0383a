import type { PartKind } from '../../src/storage/runPart.js';
import type { EncodePart } from '../encodeTogether.js';
import { encodeRange } from '../tasks/encode.js';
import { indexLatents } from '../tasks/indexLatents.js';
import { type IngestRequest, ingestPart } from '../tasks/ingest.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { train } from '../tasks/train.js';
import type { TrainRequest } from '../trainingStart.js';

type PartTask = (place: Workplace, task: Readonly<Record<string, unknown>>, course: TaskCourse) => Promise<object>;

/** What a worker does with a part of a run, by kind; the task is what the run handed out. */
export const partTasks: Readonly<Record<PartKind, PartTask>> = {
  ingest: (place, task, course) => ingestPart(place, task as unknown as IngestRequest, course),
  train: async (place, task, course) => train(place, { ...(task as unknown as TrainRequest), resume: true }, course),
  index: (place, task, course) => indexLatents(place, String(task.model), course),
  encode: (place, task, course) => encodeRange(place, task as unknown as EncodePart, course),
};
