import { NotReadyError } from '../../src/domain/errors.js';
import { findRelease, type Release } from '../../src/storage/dataRelease.js';
import { countLatents, ensurePartition, type NewLatent, storeLatents } from '../../src/storage/latent.js';
import { findModel, loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { countSpectra, type ModelInput, type StarRange, scanModelInputs } from '../../src/storage/spectrumScan.js';
import { readView } from '../../src/storage/view.js';
import { alikeGrids } from '../../src/storage/wavelengthGrid.js';
import { estimateMissing } from '../abundances/estimates.js';
import { type EncodedCounts, type EncodePart, encodeTogether, ROUNDS } from '../encodeTogether.js';
import { describePopulation } from '../latentPopulation.js';
import { toLatentRow } from '../latentRow.js';
import { recordRun } from '../recordedRun.js';
import { toStoredBatch } from '../spectrumBatch.js';
import { promoteByItself } from './promote.js';
import type { TaskCourse, Workplace } from './task.js';

export interface EncodeRequest {
  readonly release: string;
  /** A model's id, or null for the served one. */
  readonly model: string | null;
  /** Whether the model may become the served one by this; absent: yes. */
  readonly promote?: boolean;
}

export interface EncodeSummary {
  readonly release: string;
  readonly model: string;
  /** Spectra encoded now; those that had been before. */
  readonly encoded: number;
  readonly already: number;
  /** Spectra that have no latent, by reason. */
  readonly withoutLatent: Readonly<Record<string, number>>;
  /** Stars that got abundances, by each estimator that the model has. */
  readonly estimated: number;
  /** Whether the model became the served one by this. */
  readonly promoted: boolean;
}

/**
 * Encodes every spectrum of a release under a model, also those that the next publication replaces or the last one did (a way back shows them); rows that exist stay.
 * Idempotent by (model, star, release, visit, revision): a killed run goes on where it stopped. A spectrum that cannot be encoded gets a row with the reason instead of a latent.
 */
export async function encode(place: Workplace, request: EncodeRequest, course: TaskCourse): Promise<EncodeSummary> {
  const { db } = place;
  const release = await findRelease(db, request.release);
  const model = await findModel(db, request.model ?? (await servedModel(place)));
  return recordRun(db, 'encode', { release: release.name, model: model.id }, course, async (course) => {
    const summary = await encodeMissing(place, release, model, course);
    await describePopulation(db, model.id, release.id);
    const estimated = await estimateMissing(place, model.id, release.id, course);
    const promoted = request.promote !== false && (await promoteByItself(db, model));
    const result = { ...summary, estimated, promoted };
    return { result, state: 'done', counts: { ...result } };
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
  const { db, crew, settings } = place;
  await ensurePartition(db, model.id);
  const already = await countLatents(db, model.id, release.id, true);
  const counts = crew
    ? await encodeTogether(db, crew, release, model.id, settings.worker.jobSpectra, course)
    : await encodeStars(
        place,
        release,
        model,
        { total: await countSpectra(db, release.id, { visits: true, kept: true }), already },
        course,
      );
  return { release: release.name, model: model.id, already, ...counts };
}

/** A part of an encoding: what is missing in a range of stars. */
export async function encodeRange(
  place: Workplace,
  { release: name, model: id, after, upTo }: EncodePart,
  course: TaskCourse,
): Promise<EncodedCounts> {
  const [release, model] = [await findRelease(place.db, name), await findModel(place.db, id)];
  // How many there are is told by the row of the part.
  return encodeStars(place, release, model, { range: { after, upTo }, total: 0, already: 0 }, course);
}

async function encodeStars(
  place: Workplace,
  release: Release,
  model: StoredModel,
  { range, total, already }: { range?: StarRange; total: number; already: number },
  course: TaskCourse,
): Promise<EncodedCounts> {
  const withoutLatent: Record<string, number> = {};
  let encoded = 0;
  let overtaken = 0;
  for (let round = 0; round === 0 || (overtaken > 0 && round < ROUNDS); round++) {
    overtaken = 0;
    const selection = { releaseId: release.id, visits: true, kept: true, notEncodedUnder: model.id, range };
    const scan = scanModelInputs(place.db, { ...selection, batch: place.settings.encode.batch });
    const grids = await alikeGrids(place.db, model.gridId);
    for await (const rows of someAhead(scan, (spectra) => encodeBatch(place, model, grids, spectra))) {
      course.signal.throwIfAborted();
      const stored = await storeLatents(place.db, model.id, rows);
      for (const { reason } of stored) if (reason) withoutLatent[reason] = (withoutLatent[reason] ?? 0) + 1;
      encoded += stored.length;
      overtaken += rows.length - stored.length;
      const detail = `${release.name} under ${model.id}`;
      course.report({ stage: 'encode', done: already + encoded, total, unit: 'spectra', detail });
    }
  }
  return { encoded, withoutLatent };
}

/** Batches that are encoded while the one before them is being stored: one for each of two encoders, and one that is on its way. */
const AHEAD = 3;

/**
 * Works on some items while the result of the one before is being used, and fetches the next one meanwhile: reading, encoding and storing do not wait for each other.
 * Results come in the order of the items.
 */
async function* someAhead<Item, Result>(
  items: AsyncIterator<Item, void, undefined>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const ahead: Promise<Result>[] = [];
  const fetch = () => unheard(items.next());
  try {
    let coming = fetch();
    for (let item = await coming; !item.done; item = await coming) {
      coming = fetch();
      ahead.push(unheard(work(item.value)));
      if (ahead.length > AHEAD) yield (await ahead.shift()) as Result;
    }
    for (const result of ahead) yield await result;
  } finally {
    await items.return?.();
  }
}

/** Its fault is met when its turn comes. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function encodeBatch(
  place: Workplace,
  model: StoredModel,
  grids: ReadonlySet<number>,
  spectra: readonly ModelInput[],
): Promise<NewLatent[]> {
  const source = { id: model.id, load: () => loadArtefact(place.db, model.id) };
  const onGrid = spectra.filter(({ gridId }) => grids.has(gridId));
  const batch = toStoredBatch(onGrid.map(({ pixels, inputs }) => ({ pixels, parameters: inputs.parameters })));
  const encoded = onGrid.length ? await place.compute.encode(source, batch, place.settings.encode) : null;
  let next = 0;
  return spectra.map(({ starId, releaseId, visit, revision, gridId, inputs: from }) => {
    const key = { starId, releaseId, visit, revision, from };
    if (grids.has(gridId) && encoded) return toLatentRow(key, encoded, next++);
    const reason = 'the spectrum is on another wavelength grid than the model';
    return { ...key, z: null, searched: null, estimate: null, extrapolated: false, reason };
  });
}
