import { NotReadyError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import {
  findRelease,
  listReleases,
  publish as publishRow,
  type Release,
  refuseDiscarded,
  setProprietary,
  stagedRevisions,
} from '../../src/storage/dataRelease.js';
import { findModel, type StoredModel } from '../../src/storage/model.js';
import { countUnencoded, fromNowOn } from '../../src/storage/seenRevisions.js';
import { countSpectra } from '../../src/storage/spectrumScan.js';
import { holdServing, readView, serve } from '../../src/storage/view.js';
import { recordRun } from '../recordedRun.js';
import { type CheckFigures, checkGate, measureRelease } from '../releaseCheck.js';
import { encode } from './encode.js';
import { indexLatents } from './indexLatents.js';
import { renewAnalyses } from './renewAnalyses.js';
import type { TaskCourse, Workplace } from './task.js';
import { type Training, trainFor } from './trainFor.js';

export interface PublishRequest {
  readonly release: string;
  /** Whether a model is trained on the release first, to be served from now on, and how; true: fresh; absent or false: no. */
  readonly train?: boolean | Training;
  /** Whether it is published whatever its checks say; absent: no. */
  readonly force?: boolean;
  /** Whether it is to be seen with a token alone: true takes effect at once, false when it is published; absent or null: as it is. */
  readonly proprietary?: boolean | null;
}

export interface PublishSummary {
  readonly release: Release;
  readonly model: string;
  readonly spectra: number;
  readonly encoded: number;
  readonly checks: CheckFigures;
  /** The model that answered before, where this made another one answer: `promote` goes back to it. */
  readonly formerModel: string | null;
}

/**
 * Publishes a release: trains where that is asked, encodes what is still missing under the served model or the new one, makes the index, checks, and changes
 * what is served in one transaction. Readers see either nothing of it or all of it.
 * @throws NotReadyError when no model is served, the release is empty, or its checks are not passed; ConflictError while it is being discarded
 */
export async function publish(place: Workplace, request: PublishRequest, course: TaskCourse): Promise<PublishSummary> {
  const { db } = place;
  const { release: name, force = false } = request;
  const release = await findRelease(db, name);
  refuseDiscarded(release);
  if (request.proprietary) await setProprietary(db, release.id, true);
  return recordRun(db, 'publish', { ...request }, course, async (course) => {
    const spectra = await countSpectra(db, release.id);
    if (!spectra)
      throw new NotReadyError(
        `release "${name}" has no spectra`,
        `npx starkin ingest --release ${name} --format … PATH`,
      );
    const served = (await readView(db)).modelId;
    const model = await modelFor(place, request, served, course);
    const encoded = await encodeAll(place, name, model, served, course);
    await makeIndex(place, model.id, course);
    const checks = await measureRelease(db, release, model, served, await published(db));
    if (!force) checkGate(name, model.id, checks, place.settings.check);
    await db.transaction(async (tx) => {
      await makeVisible(tx, release, model.id, served);
      if (request.proprietary === false) await setProprietary(tx, release.id, false);
    });
    await renewAnalyses(place, model.id, course);
    const formerModel = served === model.id ? null : served;
    const result = { release: await findRelease(db, name), model: model.id, spectra, encoded, checks, formerModel };
    return { result, state: 'done', counts: { model: model.id, spectra, encoded, ...checks, formerModel } };
  });
}

async function modelFor(
  place: Workplace,
  { release, train }: PublishRequest,
  served: string | null,
  course: TaskCourse,
): Promise<StoredModel> {
  if (train)
    return findModel(place.db, await trainFor(place, release, train === true ? 'fresh' : train, served, course));
  if (served) return findModel(place.db, served);
  throw new NotReadyError(
    `release "${release}" cannot be published: no model is served yet`,
    `npx starkin release publish ${release} --train`,
  );
}

/** A model that is to be served instead of another encodes all that is published, beside the release itself. */
async function encodeAll(
  place: Workplace,
  name: string,
  model: StoredModel,
  served: string | null,
  course: TaskCourse,
): Promise<number> {
  const others = model.id === served ? [] : await published(place.db);
  const releases = new Set([name, ...others.map((other) => other.name)]);
  let encoded = 0;
  for (const release of releases)
    encoded += (await encode(place, { release, model: model.id, promote: false }, course)).encoded;
  return encoded;
}

async function published(db: Database): Promise<Release[]> {
  return (await listReleases(db)).filter(({ state }) => state === 'published');
}

async function makeIndex(place: Workplace, model: string, course: TaskCourse): Promise<void> {
  const shown = { stage: 'index', unit: 'indexes', detail: model };
  if (place.crew) await place.crew.share('index', [{ task: { model }, total: 1 }], course, shown);
  else await indexLatents(place, model, course);
}

async function makeVisible(tx: Database, release: Release, model: string, servedBefore: string | null): Promise<void> {
  const others = model === servedBefore ? [] : await published(tx);
  const ids = [...new Set([release.id, ...others.map(({ id }) => id)])];
  // Staging waits for this lock, so that no spectrum comes in between the check and the publication.
  await stagedRevisions(tx, ids);
  await holdServing(tx);
  const served = (await readView(tx)).modelId;
  if (served !== servedBefore && served !== model)
    throw new NotReadyError(
      `${served} was promoted while release "${release.name}" was encoded under ${model}`,
      `npx starkin release publish ${release.name}`,
    );
  for (const shown of [release, ...others.filter(({ id }) => id !== release.id)]) {
    const missing = await countUnencoded(tx, model, shown.id, fromNowOn(shown));
    if (missing)
      throw new NotReadyError(
        `${missing} spectra of release "${shown.name}" are not encoded under ${model}`,
        `npx starkin release publish ${release.name}`,
      );
  }
  if (served !== model) await serve(tx, model);
  await publishRow(tx, release.id);
}
