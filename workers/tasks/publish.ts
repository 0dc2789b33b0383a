import { NotReadyError } from '../../src/domain/errors.js';
import { findRelease, publish as publishRow, type Release, stagedRevisions } from '../../src/storage/dataRelease.js';
import { countLatents } from '../../src/storage/latent.js';
import { countSpectra } from '../../src/storage/spectrum.js';
import { holdServing, readView } from '../../src/storage/view.js';
import { recordRun } from '../recordedRun.js';
import { encode } from './encode.js';
import type { TaskCourse, Workplace } from './task.js';

export interface PublishSummary {
  readonly release: Release;
  readonly model: string;
  readonly spectra: number;
  readonly encoded: number;
}

/**
 * Publishes a release: encodes what is still missing under the served model, checks, then changes the state in one update. Readers see
 * either nothing of it or all of it.
 * @throws NotReadyError when no model is served, or the release is empty
 */
export async function publish(place: Workplace, name: string, course: TaskCourse): Promise<PublishSummary> {
  const { db } = place;
  const release = await findRelease(db, name);
  return recordRun(db, 'publish', { release: name }, course, async (course) => {
    const { modelId } = await readView(db);
    if (!modelId)
      throw new NotReadyError(
        `release "${name}" cannot be published: no model is served yet`,
        `npx starkin train --release ${name} --method faderdis --preset compact`,
      );
    const spectra = await countSpectra(db, release.id);
    if (!spectra)
      throw new NotReadyError(
        `release "${name}" has no spectra`,
        `npx starkin ingest --release ${name} --format … PATH`,
      );
    const { encoded } = await encode(place, { release: name, model: modelId }, course);
    await db.transaction(async (tx) => {
      // Staging waits for this lock, so that no spectrum comes in between the check and the publication.
      await stagedRevisions(tx, [release.id]);
      await holdServing(tx);
      const served = (await readView(tx)).modelId;
      if (served !== modelId)
        throw new NotReadyError(
          `${served} was promoted while release "${name}" was encoded under ${modelId}`,
          `npx starkin release publish ${name}`,
        );
      const [staged, latents] = [await countSpectra(tx, release.id), await countLatents(tx, modelId, release.id)];
      if (latents !== staged)
        throw new NotReadyError(
          `release "${name}" has ${staged} spectra, of which ${latents} are encoded under ${modelId}`,
          `npx starkin release publish ${name}`,
        );
      await publishRow(tx, release.id);
    });
    const result = { release: await findRelease(db, name), model: modelId, spectra, encoded };
    return { result, state: 'done', counts: { model: modelId, spectra, encoded } };
  });
}
