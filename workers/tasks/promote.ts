import { NotReadyError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { listReleases } from '../../src/storage/dataRelease.js';
import { findModel, type StoredModel } from '../../src/storage/model.js';
import { countUnencoded, fromNowOn } from '../../src/storage/seenRevisions.js';
import { holdServing, readView, serve } from '../../src/storage/view.js';

/**
 * Makes a model the served one, by one update; the former one is kept for a way back.
 * @throws NotReadyError when a published release is not fully encoded under it, with the command that mends this
 */
export async function promote(db: Database, modelId: string): Promise<StoredModel> {
  const model = await findModel(db, modelId);
  await db.transaction(async (tx) => {
    await holdServing(tx);
    const [missing] = await releasesToEncode(tx, model.id);
    if (missing)
      throw new NotReadyError(
        `release "${missing.release}" is published, but ${missing.spectra} of its spectra are not encoded under ${model.id}`,
        `npx starkin encode --release ${missing.release} --model ${model.id}`,
      );
    await serve(tx, model.id);
  });
  return model;
}

/**
 * Promotes without being asked when the archive has no served model, or serves one trained on a simulation and this one was not.
 * @returns whether the model was promoted now
 */
export async function promoteByItself(db: Database, model: StoredModel): Promise<boolean> {
  return db.transaction(async (tx) => {
    await holdServing(tx);
    const { modelId } = await readView(tx);
    if (modelId === model.id) return false;
    const due = !modelId || ((await findModel(tx, modelId)).simulated && !model.simulated);
    if (!due || (await releasesToEncode(tx, model.id)).length) return false;
    await serve(tx, model.id);
    return true;
  });
}

async function releasesToEncode(db: Database, modelId: string): Promise<{ release: string; spectra: number }[]> {
  const missing: { release: string; spectra: number }[] = [];
  for (const release of await listReleases(db)) {
    if (release.state !== 'published') continue;
    const spectra = await countUnencoded(db, modelId, release.id, fromNowOn(release));
    if (spectra > 0) missing.push({ release: release.name, spectra });
  }
  return missing;
}
