import { NotReadyError } from '../../src/domain/errors.js';
import { findRelease, type Release } from '../../src/storage/dataRelease.js';
import { countLatents, ensurePartition, type LatentRow, storeLatents } from '../../src/storage/latent.js';
import { findModel, loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { countSpectra, type StoredSpectrum, scanSpectra } from '../../src/storage/spectrum.js';
import { readView } from '../../src/storage/view.js';
import { toLatentRow } from '../latentRow.js';
import { recordRun } from '../recordedRun.js';
import { toBatch } from '../spectrumBatch.js';
import { promoteByItself } from './promote.js';
import type { TaskCourse, Workplace } from './task.js';

export interface EncodeRequest {
  readonly release: string;
  /** A model's id, or null for the served one. */
  readonly model: string | null;
}

export interface EncodeSummary {
  readonly release: string;
  readonly model: string;
  /** Spectra encoded now; those that had been before. */
  readonly encoded: number;
  readonly already: number;
  /** Spectra that have no latent, by reason. */
  readonly withoutLatent: Readonly<Record<string, number>>;
  /** Whether the model became the served one by this. */
  readonly promoted: boolean;
}

/**
 * Encodes every spectrum of a release under a model; rows that exist stay. Idempotent by (model, star, release, visit): a
 * killed run goes on where it stopped. A spectrum that cannot be encoded gets a row with the reason instead of a latent.
 */
export async function encode(place: Workplace, request: EncodeRequest, course: TaskCourse): Promise<EncodeSummary> {
  const { db } = place;
  const release = await findRelease(db, request.release);
  const model = await findModel(db, request.model ?? (await servedModel(place)));
  return recordRun(db, 'encode', { release: release.name, model: model.id }, course.signal, async () => {
    const summary = await encodeMissing(place, release, model, course);
    const promoted = await promoteByItself(db, model);
    return { result: { ...summary, promoted }, state: 'done', counts: { ...summary, promoted } };
  });
}

async function servedModel({ db }: Workplace): Promise<string> {
  const { modelId } = await readView(db);
  if (!modelId)
    throw new NotReadyError(
      'no model is served yet',
      'npx starkin train --release R --method faderdis --preset compact',
    );
  return modelId;
}

async function encodeMissing(place: Workplace, release: Release, model: StoredModel, course: TaskCourse) {
  const { db } = place;
  await ensurePartition(db, model.id);
  const total = await countSpectra(db, release.id);
  const already = await countLatents(db, model.id, release.id);
  const withoutLatent: Record<string, number> = {};
  let encoded = 0;
  const scan = scanSpectra(db, {
    releaseId: release.id,
    visits: true,
    notEncodedUnder: model.id,
    batch: place.settings.encode.batch,
  });
  for await (const rows of oneAhead(scan, (spectra) => encodeBatch(place, model, spectra))) {
    course.signal.throwIfAborted();
    await storeLatents(db, model.id, rows);
    for (const { reason } of rows) if (reason) withoutLatent[reason] = (withoutLatent[reason] ?? 0) + 1;
    encoded += rows.length;
    course.report({
      stage: 'encode',
      done: already + encoded,
      total,
      unit: 'spectra',
      detail: `${release.name} under ${model.id}`,
    });
  }
  return { release: release.name, model: model.id, encoded, already, withoutLatent };
}

/** Works on one item while the result of the one before is being used: reading and storing need not wait for the encoder, nor it for them. */
async function* oneAhead<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  let ahead: Promise<Result> | null = null;
  for await (const item of items) {
    const next = work(item);
    // Its fault is met when its turn comes.
    next.catch(() => {});
    if (ahead) yield await ahead;
    ahead = next;
  }
  if (ahead) yield await ahead;
}

async function encodeBatch(
  place: Workplace,
  model: StoredModel,
  spectra: readonly StoredSpectrum[],
): Promise<LatentRow[]> {
  const source = { id: model.id, load: () => loadArtefact(place.db, model.id) };
  const onGrid = spectra.filter(({ gridId }) => gridId === model.gridId);
  const encoded = onGrid.length ? await place.compute.encode(source, toBatch(onGrid), place.settings.encode) : null;
  let next = 0;
  return spectra.map(({ starId, releaseId, visit, gridId }) => {
    const key = { starId, releaseId, visit };
    if (gridId === model.gridId && encoded) return toLatentRow(key, encoded, next++);
    const reason = 'the spectrum is on another wavelength grid than the model';
    return { ...key, z: null, searched: null, estimate: null, extrapolated: false, reason };
  });
}
