/** Small contents for the tests of the store: tiny spectra on a grid of their own. */
import type { StellarParameters } from '../../src/domain/parameters.js';
import { type StarId, starId } from '../../src/domain/star.js';
import { makeGrid } from '../../src/domain/wavelengthGrid.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, type Release } from '../../src/storage/dataRelease.js';
import { ensurePartition, type LatentRow, storeLatents } from '../../src/storage/latent.js';
import { storeModel } from '../../src/storage/model.js';
import { type NewSpectrum, storeSpectra } from '../../src/storage/spectrum.js';
import { storeStars } from '../../src/storage/star.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';

export const survey = 'tiny';
const grid = makeGrid(Float64Array.of(15000, 15001, 15002, 15003), 'the test');

export function idOf(name: string): StarId {
  return starId(survey, name);
}

export async function gridId(db: Database): Promise<number> {
  return ensureGrid(db, grid);
}

export async function newSpectrum(
  db: Database,
  release: Release,
  name: string,
  changes: Partial<NewSpectrum> = {},
): Promise<NewSpectrum> {
  return {
    starId: idOf(name),
    releaseId: release.id,
    visit: 0,
    gridId: await gridId(db),
    spectrum: {
      flux: Float32Array.of(1, 0.75, 0, 1),
      ivar: Float32Array.of(1e4, 1e4, 0, 1e4),
      mask: Uint32Array.of(0, 0, 1, 2 ** 31),
    },
    continuum: { method: 'chebyshev', version: 3, coefficients: [Float64Array.of(0.1, -1e-17), Float64Array.of(2)] },
    snr: 100,
    checksum: 'ab'.repeat(32),
    source: `${name}.fits`,
    properties: { fibre: 7, telescope: 'apo25m' },
    ...changes,
  };
}

/** Makes stars known and stores a combined spectrum for each, staged in the release. */
export async function addStars(
  db: Database,
  releaseName: string,
  names: readonly string[],
  changes: Partial<NewSpectrum> = {},
): Promise<Release> {
  await ensureSurvey(db, survey, { simulated: true });
  const release = await ensureRelease(db, releaseName, { simulated: true });
  await storeStars(
    db,
    release.id,
    survey,
    names.map((name) => ({ name, aliases: {}, ra: null, dec: null })),
  );
  await storeSpectra(db, await Promise.all(names.map((name) => newSpectrum(db, release, name, changes))));
  return release;
}

export function parameters(teff: number | null, logg: number | null = 2, feh: number | null = 0): StellarParameters {
  return { teff, logg, feh, errors: { teff: 50, logg: null, feh: null }, source: 'simulation' };
}

export async function setTeff(
  db: Database,
  release: Release,
  teff: Readonly<Record<string, number | null>>,
): Promise<StarId[]> {
  const rows = Object.entries(teff).map(([name, value]) => ({ starId: idOf(name), parameters: parameters(value) }));
  return storeParameters(db, release.id, rows);
}

/** A model of its own for each seed, with its partition; where no release is given, of one that was thrown away. @returns its id */
export async function addModel(db: Database, seed: string, trainedOnId: number | null = null): Promise<string> {
  const description = {
    method: 'polydis',
    preset: 'compact',
    parameters: ['teff', 'logg'] as const,
    gridId: await gridId(db),
    trainedOn: 'any',
    trainedOnId,
    simulated: true,
    config: { seed },
    metrics: { leakage: 0.1 },
    history: [{ epoch: 1, loss: 0.5 }],
  };
  const { id } = await storeModel(db, description, new TextEncoder().encode(seed));
  await ensurePartition(db, id);
  return id;
}

export async function addLatents(
  db: Database,
  modelId: string,
  release: Release,
  searched: Readonly<Record<string, readonly number[] | null>>,
): Promise<void> {
  const rows = Object.entries(searched).map(
    ([name, vector]): LatentRow => ({
      starId: idOf(name),
      releaseId: release.id,
      visit: 0,
      z: vector && Float32Array.from(vector, (x) => -x),
      searched: vector && Float32Array.from(vector),
      estimate: null,
      extrapolated: false,
      reason: vector ? null : 'no Teff',
    }),
  );
  await storeLatents(db, modelId, rows);
}
