import { type EncodeRequest, encode } from '../tasks/encode.js';
import { type FindGroupsRequest, findGroups } from '../tasks/findGroups.js';
import { type IngestRequest, ingest } from '../tasks/ingest.js';
import { type ProjectRequest, project } from '../tasks/project.js';
import { type PublishRequest, publish } from '../tasks/publish.js';
import { type ReencodeRequest, reencode } from '../tasks/reencode.js';
import { type SystematicsRequest, systematics } from '../tasks/systematics.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { train } from '../tasks/train.js';
import type { TrainRequest } from '../trainingStart.js';

type RunTask = (place: Workplace, input: Readonly<Record<string, unknown>>, course: TaskCourse) => Promise<unknown>;

/**
 * The runs that a queue can hold, by kind. Their inputs are the requests that the command line made and checked, kept in the row of the run.
 * A training goes on from its checkpoint where the worker that was stopped left one.
 */
export const runTasks = {
  ingest: (place, input, course) => ingest(place, input as unknown as IngestRequest, course),
  train: (place, input, course) => train(place, { ...(input as unknown as TrainRequest), resume: true }, course),
  encode: (place, input, course) => encode(place, input as unknown as EncodeRequest, course),
  publish: (place, input, course) => publish(place, input as unknown as PublishRequest, course),
  reencode: (place, input, course) => reencode(place, input as unknown as ReencodeRequest, course),
  systematics: (place, input, course) => systematics(place, input as unknown as SystematicsRequest, course),
  groups: (place, input, course) => findGroups(place, input as unknown as FindGroupsRequest, course),
  projections: (place, input, course) => project(place, input as unknown as ProjectRequest, course),
} as const satisfies Record<string, RunTask>;

export type RunKind = keyof typeof runTasks;

export function findRunTask(kind: string): RunTask | undefined {
  return (runTasks as Record<string, RunTask>)[kind];
}
