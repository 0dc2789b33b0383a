import { createHash } from 'node:crypto';
import { NotReadyError } from '../src/domain/errors.js';
import type { StarId } from '../src/domain/star.js';
import { joinRows, type VectorSet } from '../src/science/surveyAnalysis/vectorSet.js';
import { scanSearched } from '../src/storage/analysis.js';
import type { Database } from '../src/storage/database.js';
import { findRelease } from '../src/storage/dataRelease.js';
import { findModel, type StoredModel } from '../src/storage/model.js';
import { readView, type View } from '../src/storage/view.js';
import type { TaskCourse } from './tasks/task.js';

/** The stars that everybody may see, or those that one more release adds to them, as a model has them. */
export interface PublicStars {
  readonly model: StoredModel;
  readonly view: View;
  /** In byte order. */
  readonly ids: readonly StarId[];
  /** Searched vectors in the same order. */
  readonly set: VectorSet;
  /** SHA-256 over releases, stars and vectors, and what is computed of them. */
  checksum(method: string, settings: object): string;
}

/**
 * Loads the searched vectors of the published releases, proprietary ones left out: what is made of all stars together is shown to all.
 * @param modelId null: the served one
 * @param besides a release whose stars count too, as a token that names it sees them; null: none
 * @throws NotReadyError where no model is served or nothing is published, NotFoundError for an unknown model or release
 */
export async function loadPublicStars(
  db: Database,
  modelId: string | null,
  course: TaskCourse,
  besides: string | null = null,
): Promise<PublicStars> {
  const view = besides === null ? await readView(db) : await viewWith(db, besides);
  const chosen = modelId ?? view.modelId;
  if (!chosen) throw new NotReadyError('no model is served yet', 'npx starkin train --release R');
  const model = await findModel(db, chosen);
  const ids: StarId[] = [];
  const parts: Float32Array[] = [];
  for await (const rows of scanSearched(db, view, model.id)) {
    course.signal.throwIfAborted();
    for (const { starId, searched } of rows) {
      ids.push(starId);
      parts.push(searched);
    }
    course.report({ stage: 'read latents', done: ids.length, total: 0, unit: 'stars' });
  }
  if (ids.length === 0)
    throw new NotReadyError(
      `no published star has a latent under ${model.id}`,
      `npx starkin release publish R, or npx starkin encode --release R --model ${model.id}`,
    );
  const set = joinRows(parts);
  const input = digest(view, ids, set.vectors);
  return {
    model,
    view,
    ids,
    set,
    checksum: (method, settings) =>
      createHash('sha256')
        .update(JSON.stringify([method, settings, input]))
        .digest('hex'),
  };
}

async function viewWith(db: Database, besides: string): Promise<View> {
  const { id, name, state } = await findRelease(db, besides);
  if (state === 'withdrawn')
    throw new NotReadyError(
      `release "${name}" is withdrawn, and nobody would see what is made of it`,
      `npx starkin release publish ${name}`,
    );
  return readView(db, [id]);
}

/** Whether at least so many published stars have a latent under a model: `least` is small. */
export async function hasStars(db: Database, modelId: string, least: number): Promise<boolean> {
  const { done, value } = await scanSearched(db, await readView(db), modelId, least).next();
  return !done && value.length >= least;
}

function digest(view: View, ids: readonly StarId[], vectors: Float32Array): string {
  const releases = view.releases.map(({ id, revision }) => [id, revision]);
  return createHash('sha256')
    .update(JSON.stringify([releases, ids]))
    .update(vectors)
    .digest('hex');
}
