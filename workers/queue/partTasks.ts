import type { PartKind } from '../../src/storage/runPart.js';
import type { EncodePart } from '../encodeTogether.js';
import { encodeRange } from '../tasks/encode.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';

type PartTask = (place: Workplace, task: Readonly<Record<string, unknown>>, course: TaskCourse) => Promise<object>;

/** What a worker does with a part of a run, by kind; the task is what the run handed out. */
export const partTasks: Partial<Record<PartKind, PartTask>> = {
  encode: (place, task, course) => encodeRange(place, task as unknown as EncodePart, course),
};
