import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compute, SpectrumBatch, TrainRequest } from '../../src/compute/compute.js';
import { starId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, findRelease, publish } from '../../src/storage/dataRelease.js';
import { ensurePartition, storeLatents } from '../../src/storage/latent.js';
import { loadArtefact, type StoredModel, storeModel } from '../../src/storage/model.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { storeStars } from '../../src/storage/star.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { serve } from '../../src/storage/view.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';
import { toLatentRow } from '../../workers/latentRow.js';
import {
  type SyntheticSpectra,
  sliceOf,
  syntheticGrid,
  syntheticSpectra,
} from '../science/latents/syntheticSpectra.js';

/** Rows 2k and 2k + 1 are twins, named P<k>a and P<k>b. */
export const rowName = (row: number) => `P${row >> 1}${row % 2 === 0 ? 'a' : 'b'}`;

export interface SyntheticArchive {
  /** Removes Teff and log g; served. */
  readonly model: StoredModel;
  /** Removes [Fe/H] too. */
  readonly withMetallicity: StoredModel;
  /** The stored stars, row by row. */
  readonly stars: SyntheticSpectra;
}

/**
 * A simulated survey of twelve stars with two models that were really trained: PolyDis on 600 further spectra. The parameters of P5b lie outside
 * the training range; P5a has no [Fe/H]; Teff and log g of P4a have errors.
 */
export async function fillSyntheticArchive(db: Database, compute: Compute): Promise<SyntheticArchive> {
  const training = syntheticSpectra(600, { seed: 1, snr: 100 });
  const stars = sliceOf(syntheticSpectra(100, { seed: 2, snr: 100 }), 0, 12);
  stars.parameters[11 * 3] = 7000;
  stars.parameters[10 * 3 + 2] = Number.NaN;
  stars.parameterErrors.set([50, 0.1], 8 * 3);
  await ensureSurvey(db, 'synthetic', { simulated: true });
  const release = await ensureRelease(db, 's1', { simulated: true });
  const gridId = await ensureGrid(db, syntheticGrid);
  await storeRows(db, release.id, gridId, stars);
  const models: StoredModel[] = [];
  for (const parameters of [
    ['teff', 'logg'],
    ['teff', 'logg', 'feh'],
  ] as const) {
    const model = await train(db, compute, { gridId, training, parameters });
    await encode(db, compute, model, release.id, stars);
    models.push(model);
  }
  await serve(db, models[0].id);
  await publish(db, release.id);
  return { model: models[0], withMetallicity: models[1], stars };
}

async function storeRows(db: Database, releaseId: number, gridId: number, stars: SyntheticSpectra): Promise<void> {
  const { rows, pixels, flux, ivar, parameters, parameterErrors } = stars;
  const names = Array.from({ length: rows }, (_, row) => rowName(row));
  const identities = names.map((name) => ({ name, aliases: {}, ra: null, dec: null }));
  const ids = await storeStars(db, releaseId, 'synthetic', identities);
  await storeParameters(
    db,
    releaseId,
    ids.map((id, row) => {
      const [teff, logg, feh] = Array.from(parameters.subarray(row * 3, row * 3 + 3), (u) =>
        Number.isNaN(u) ? null : u,
      );
      const [ofTeff, ofLogg] = Array.from(parameterErrors.subarray(row * 3, row * 3 + 2), (error) => error || null);
      const errors = { teff: ofTeff, logg: ofLogg, feh: null };
      return { starId: id, parameters: { teff, logg, feh, errors, source: 'simulation' } };
    }),
  );
  await storeSpectra(
    db,
    ids.map((id, row) => ({
      starId: id,
      releaseId,
      visit: 0,
      gridId,
      spectrum: {
        flux: flux.slice(row * pixels, (row + 1) * pixels),
        ivar: ivar.slice(row * pixels, (row + 1) * pixels),
        mask: new Uint32Array(pixels),
      },
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: 100,
      checksum: String(row).padStart(64, '0'),
      source: 'test',
      properties: {},
    })),
  );
}

interface Training {
  readonly gridId: number;
  readonly training: SyntheticSpectra;
  readonly parameters: TrainRequest['parameters'];
}

async function train(db: Database, compute: Compute, { gridId, training, parameters }: Training): Promise<StoredModel> {
  const folder = await mkdtemp(join(tmpdir(), 'starkin-api-'));
  const identity = { method: 'polydis', preset: 'compact', parameters } as const;
  const settings = { components: 12 };
  const request = { ...identity, grid: syntheticGrid, rows: training.rows, seed: 1, settings };
  const course = { folder, resume: false, report: () => {}, signal: new AbortController().signal };
  const { artefact, config, metrics, history } = await compute.train(request, once(training), course);
  await rm(folder, { recursive: true });
  const { id: trainedOnId } = await findRelease(db, 's1');
  const description = { ...identity, gridId, trainedOn: 's1', trainedOnId, simulated: true, config, metrics, history };
  return storeModel(db, description, artefact);
}

async function* once(batch: SpectrumBatch): AsyncGenerator<SpectrumBatch> {
  yield batch;
}

async function encode(
  db: Database,
  compute: Compute,
  model: StoredModel,
  releaseId: number,
  stars: SyntheticSpectra,
): Promise<void> {
  // A model that removes [Fe/H] cannot encode the star that has none.
  const known = Array.from({ length: stars.rows }, (_, row) => row).filter(
    (row) => !model.parameters.includes('feh') || !Number.isNaN(stars.parameters[row * 3 + 2]),
  );
  const source = { id: model.id, load: () => loadArtefact(db, model.id) };
  await ensurePartition(db, model.id);
  for (const row of known) {
    const encoded = await compute.encode(source, sliceOf(stars, row, row + 1));
    const key = { starId: starId('synthetic', rowName(row)), releaseId, visit: 0 };
    await storeLatents(db, model.id, [toLatentRow(key, encoded, 0)]);
  }
}
