import { ConflictError, NotReadyError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, type Release, showRevision, stagedRevisions } from '../../src/storage/dataRelease.js';
import { countUnencoded, revisionBefore } from '../../src/storage/seenRevisions.js';
import { holdServing, readView } from '../../src/storage/view.js';
import { recordRun } from '../recordedRun.js';
import { renewAnalyses } from './renewAnalyses.js';
import type { TaskCourse, Workplace } from './task.js';

export interface RollBackSummary {
  readonly release: Release;
  /** The revision that was seen before. */
  readonly from: number;
}

/**
 * Shows a published release as it was before its spectra last changed, by one update. What came with that change is staged again; the next publication shows it, with what has come meanwhile.
 * @throws ConflictError for a release that is not published or has not changed, NotReadyError where its former spectra are not encoded under the served model
 */
export async function rollBack(place: Workplace, name: string, course: TaskCourse): Promise<RollBackSummary> {
  const { db } = place;
  const { id } = await findRelease(db, name);
  return recordRun(db, 'roll back', { release: name }, course, async (course) => {
    const { from, release, model } = await db.transaction(async (tx) => step(tx, id, name));
    if (model !== null) await renewAnalyses(place, model, course);
    return { result: { release, from }, state: 'done', counts: { from, to: release.revision } };
  });
}

async function step(tx: Database, id: number, name: string) {
  await stagedRevisions(tx, [id]);
  await holdServing(tx);
  const release = await findRelease(tx, name);
  if (release.state !== 'published')
    throw new ConflictError(`release "${name}" is not published: nothing of it is seen`);
  const to = await revisionBefore(tx, release);
  if (to < 1)
    throw new ConflictError(
      `release "${name}" has had these spectra since it was first published: there is no former revision`,
      `to hide it: npx starkin release withdraw ${name}`,
    );
  const model = (await readView(tx)).modelId;
  const missing = model === null ? 0 : await countUnencoded(tx, model, id, { from: to, to });
  if (missing)
    throw new NotReadyError(
      `${missing} spectra of revision ${to} of release "${name}" are not encoded under ${model}`,
      `npx starkin encode --release ${name}, or go back to a model that has encoded them: npx starkin promote --model M`,
    );
  return { from: release.revision, release: await showRevision(tx, id, to), model };
}
