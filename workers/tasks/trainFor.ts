import { findModel } from '../../src/storage/model.js';
import { continuumOf, type TrainRequest } from '../trainingStart.js';
import type { TaskCourse, Workplace } from './task.js';
import { type TrainSummary, train } from './train.js';

/** What a first model is: the method that finds twins best, at the size that trains in minutes. */
const FIRST = { method: 'faderdis', preset: 'compact', parameters: null } as const;

/** How a model is trained on what has come in: from nothing, or from the weights of the served one. */
export type Training = 'fresh' | 'warm';

/**
 * Trains a model on a release, of the method, preset and parameters of the served one, and of its errors of the continuum; by a worker that trains, where there are workers. Where none is served,
 * a warm training is a fresh one.
 * @returns the model's id
 */
export async function trainFor(
  place: Workplace,
  release: string,
  training: Training,
  served: string | null,
  course: TaskCourse,
): Promise<string> {
  const former = served ? await findModel(place.db, served) : null;
  const { method, preset, parameters } = former ?? FIRST;
  const from = training === 'warm' ? served : null;
  const request: TrainRequest = {
    release,
    method,
    preset,
    parameters,
    seed: null,
    settings: former ? continuumOf(former) : {},
    resume: true,
    from,
  };
  if (!place.crew) return (await train(place, request, course)).model;
  const shown = { stage: 'train', unit: 'models', detail: `${method} ${preset} on ${release}` };
  const [{ counts }] = await place.crew.share('train', [{ task: { ...request }, total: 1 }], course, shown);
  return (counts as unknown as TrainSummary).model;
}
