import { BusyError, ConflictError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, holdReleases, type Release } from '../../src/storage/dataRelease.js';
import { findRunOn, type UnendedRun } from '../../src/storage/run.js';
import { revisionBefore } from '../../src/storage/seenRevisions.js';
import {
  beginDiscarding,
  countStaged,
  deleteEmptySurveys,
  deleteForgottenStars,
  deleteStaged,
  endDiscarding,
  modelsTrainedOn,
  nextStaged,
  type StagedRows,
} from '../../src/storage/stagedRows.js';
import { renewStatistics } from '../../src/storage/statistics.js';
import { describePopulation } from '../latentPopulation.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

/** What is thrown away of a release, or would be. */
export interface Discard {
  /** As it was before. */
  readonly release: Release;
  readonly staged: StagedRows;
  /** Of a draft, which goes as a whole: models that were trained on it, and stay. */
  readonly models: readonly string[];
}

/**
 * What `discard` would throw away.
 * @throws NotFoundError; ConflictError where nothing is staged; BusyError while a run works on the release
 */
export async function discardable(db: Database, name: string, ownRun: number | null = null): Promise<Discard> {
  const release = await findRelease(db, name);
  const run = await findRunOn(db, name, ownRun);
  if (run) throw busyWith(run, name);
  const staged = await countStaged(db, release.id);
  if (release.state !== 'draft' && !release.discarding && Object.values(staged).every((count) => count === 0))
    throw nothingStaged(release, await revisionBefore(db, release));
  return { release, staged, models: release.state === 'draft' ? await modelsTrainedOn(db, release.id) : [] };
}

function busyWith({ id, kind, worker, lostIn }: UnendedRun, name: string): BusyError {
  if (lostIn === null)
    return new BusyError(
      `run ${id} (${kind}) waits to work on release "${name}"`,
      'let a worker do it: npx starkin worker',
    );
  return new BusyError(
    `run ${id} (${kind}) works on release "${name}"`,
    `wait for its end, or stop its process${worker ? ` (${worker})` : ''}; if that was killed, ask again in ${Math.ceil(lostIn) + 1} s, when it counts as lost`,
  );
}

/** @param before the revision that a way back would show; 0 where there is none */
function nothingStaged({ name, state, revision, latest }: Release, before: number): ConflictError {
  const kept = 'what was published once is kept';
  if (revision < latest)
    return new ConflictError(
      `all that is staged of release "${name}" was published before it was rolled back, and ${kept}`,
      'to replace it, ingest mended files; to leave it staged, leave it: a schedule does not publish it',
    );
  const back = before < 1 ? '' : `; to show what it showed before: npx starkin release rollback ${name}`;
  return new ConflictError(
    `nothing is staged of release "${name}", and ${kept}`,
    state === 'withdrawn' ? 'it is hidden already' : `to hide it: npx starkin release withdraw ${name}${back}`,
  );
}

/**
 * Throws away what of a release was never published: what is staged of a published or withdrawn one, so that what was to be replaced stands as before; a draft as a whole.
 * With it goes all that was made of it, and stars that nothing is left of. In pieces: what is killed leaves the release to nobody but the same command, which goes on.
 * Models stay, and so does the grid, which is named by its content.
 * @throws as `discardable`
 */
export async function discard(place: Workplace, name: string, course: TaskCourse): Promise<Discard> {
  const { db } = place;
  await discardable(db, name);
  return recordRun(db, 'discard', { release: name }, course, async (course) => {
    const found = await db.transaction((tx) => begin(tx, name, course.run?.id ?? null));
    const { release, staged } = found;
    const forgotten = await deleteAll(place, found, course);
    const undescribed = await db.transaction(async (tx) => {
      await holdReleases(tx, [release.id]);
      return endDiscarding(tx, release.id);
    });
    await db.transaction(deleteEmptySurveys);
    // A model that first encoded the release when this was staged described no other population.
    for (const model of undescribed) await describePopulation(db, model, release.id);
    await renewStatistics(db);
    return { result: found, state: 'done', counts: { ...staged, forgotten } };
  });
}

async function begin(tx: Database, name: string, run: number | null): Promise<Discard> {
  const { id } = await findRelease(tx, name);
  await holdReleases(tx, [id]);
  const found = await discardable(tx, name, run);
  await beginDiscarding(tx, id);
  return found;
}

/** Stars that are looked up at once: what a release has staged of them is found by walking along several tables. */
const LOOKED_UP = 20_000;

/** In transactions of as many stars as ingest stores at once: readers of an embedded archive wait for each. @returns how many stars nothing is left of */
async function deleteAll(
  { db, settings }: Workplace,
  { release, staged }: Discard,
  course: TaskCourse,
): Promise<number> {
  let [done, forgotten] = [0, 0];
  for (let stars = await nextStaged(db, release.id, '', LOOKED_UP); stars.length > 0; ) {
    for (let start = 0; start < stars.length; start += settings.ingest.batch) {
      course.signal.throwIfAborted();
      const some = stars.slice(start, start + settings.ingest.batch);
      forgotten += await db.transaction(async (tx) => {
        await holdReleases(tx, [release.id]);
        await deleteStaged(tx, release.id, some);
        return deleteForgottenStars(tx, some);
      });
      done += some.length;
      const total = Math.max(done, staged.stars);
      course.report({ stage: 'discard', done, total, unit: 'stars', detail: release.name });
    }
    stars = await nextStaged(db, release.id, stars[stars.length - 1], LOOKED_UP);
  }
  return forgotten;
}
