import type { StellarParameters } from '../../src/domain/parameters.js';
import { type StarId, starId } from '../../src/domain/star.js';
import { makeGrid, type WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, findRelease, publish, type Release } from '../../src/storage/dataRelease.js';
import { ensurePartition, storeLatents } from '../../src/storage/latent.js';
import { type StoredModel, storeModel } from '../../src/storage/model.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { storeStars } from '../../src/storage/star.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { serve } from '../../src/storage/view.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';

export const grid: WavelengthGrid = makeGrid(
  Float64Array.from({ length: 40 }, (_, i) => 15_200 + 0.2 * i),
  'the test grid',
);
/** Flagged in every spectrum. */
export const flaggedPixel = 3;
export const gaia = '4061234567890123456';

/** One star in one release, as the tests expect to see it. */
export interface Entry {
  readonly id: StarId;
  readonly release: string;
  readonly teff: number | null;
  readonly snr: number;
  /** Flux of pixel 0; every spectrum has its own. */
  readonly level: number;
  /** Searched vector; null: no Teff, no latent; undefined: never encoded. */
  readonly vector: readonly [number, number, number] | null | undefined;
}

export interface SmallArchive {
  readonly served: StoredModel;
  /** Encoded only the toy survey. */
  readonly other: StoredModel;
  /** Trained on the draft. */
  readonly unseen: StoredModel;
  /** What is visible: the newest published entry of each star. */
  readonly visible: ReadonlyMap<StarId, Entry>;
  readonly entries: readonly Entry[];
}

const name = (i: number) => `S${String(i).padStart(2, '0')}`;

/** Vectors lie on a small lattice: many distances are equal, so that pages have ties to break. */
function entry(survey: string, starName: string, release: string, i: number): Entry {
  const special = survey === 'apogee' && starName === name(7) ? { teff: null, vector: null } : {};
  const unencoded = survey === 'apogee' && starName === name(9) ? { vector: undefined } : {};
  return {
    id: starId(survey, starName),
    release,
    teff: 4000 + 50 * (i % 10),
    snr: 50 + i,
    level: 0.8 + 0.005 * i,
    vector: [i % 3, i % 2, i % 5 === 0 ? 1 : 0],
    ...special,
    ...unencoded,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/**
 * apogee: S00-S19 in dr1, S10-S24 again in dr2, published later with other values. toy (simulated): T0-T7 and another S03. Not to be seen: the
 * draft dr3 with S12 and D0-D3, and S40, staged for the next publication of dr2. S07 has no Teff; S08 is extrapolated; S09 is not encoded;
 * S05 and T1 share a Gaia id.
 */
const entries: readonly Entry[] = [
  ...range(0, 20).map((i) => entry('apogee', name(i), 'dr1', i)),
  ...range(10, 25).map((i) => entry('apogee', name(i), 'dr2', i + 7)),
  ...range(0, 8).map((i) => entry('toy', `T${i}`, 'toy-1', 30 + i)),
  entry('toy', 'S03', 'toy-1', 39),
];
const hidden: readonly Entry[] = [
  entry('apogee', 'S12', 'dr3', 1),
  ...range(0, 4).map((i) => entry('apogee', `D${i}`, 'dr3', i)),
];
const staged: readonly Entry[] = [entry('apogee', 'S40', 'dr2', 2)];

export async function fillSmallArchive(db: Database): Promise<SmallArchive> {
  await ensureSurvey(db, 'apogee', { simulated: false });
  await ensureSurvey(db, 'toy', { simulated: true });
  const releases = new Map<string, Release>();
  for (const release of ['dr1', 'dr2', 'toy-1', 'dr3'])
    releases.set(release, await ensureRelease(db, release, { simulated: release === 'toy-1' }));
  const gridId = await ensureGrid(db, grid);
  const releaseOf = ({ release }: Entry) => (releases.get(release) as Release).id;
  await storeEntries(db, [...entries, ...hidden], gridId, releaseOf);
  const served = await makeModel(db, gridId, 'dr1', 1);
  const other = await makeModel(db, gridId, 'toy-1', 2);
  const unseen = await makeModel(db, gridId, 'dr3', 3);
  await encode(db, served.id, [...entries, ...hidden], releaseOf);
  await encode(
    db,
    other.id,
    entries.filter(({ id }) => id.startsWith('toy:')),
    releaseOf,
  );
  for (const release of ['dr1', 'toy-1', 'dr2']) await publish(db, (releases.get(release) as Release).id);
  await storeEntries(db, staged, gridId, releaseOf);
  await encode(db, served.id, staged, releaseOf);
  await serve(db, served.id);
  return { served, other, unseen, entries, visible: new Map(entries.map((one) => [one.id, one])) };
}

async function storeEntries(
  db: Database,
  rows: readonly Entry[],
  gridId: number,
  releaseOf: (row: Entry) => number,
): Promise<void> {
  for (const row of rows) {
    await storeStars(db, releaseOf(row), row.id.split(':')[0], [identity(row)]);
    await storeParameters(db, releaseOf(row), [{ starId: row.id, parameters: parametersOf(row) }]);
  }
  await storeSpectra(
    db,
    rows.map((row) => ({
      starId: row.id,
      releaseId: releaseOf(row),
      visit: 0,
      gridId,
      spectrum: spectrumOf(row),
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: row.snr,
      checksum: row.release.padEnd(64, '0'),
      source: 'test',
      properties: {},
    })),
  );
}

async function encode(
  db: Database,
  modelId: string,
  rows: readonly Entry[],
  releaseOf: (row: Entry) => number,
): Promise<void> {
  await ensurePartition(db, modelId);
  await storeLatents(
    db,
    modelId,
    rows
      .filter(({ vector }) => vector !== undefined)
      .map((row) => ({
        starId: row.id,
        releaseId: releaseOf(row),
        visit: 0,
        z: row.vector ? Float32Array.from([row.level, ...row.vector]) : null,
        searched: row.vector ? Float32Array.from(row.vector) : null,
        estimate: null,
        extrapolated: row.id === 'apogee:S08',
        reason: row.vector ? null : 'no Teff, no log g',
      })),
  );
}

async function makeModel(db: Database, gridId: number, trainedOn: string, seed: number): Promise<StoredModel> {
  const description = {
    method: 'polydis',
    preset: 'compact',
    parameters: ['teff', 'logg'] as const,
    gridId,
    trainedOn,
    trainedOnId: (await findRelease(db, trainedOn)).id,
    simulated: false,
    config: { seed },
    metrics: { reconstruction: 0.5 },
    history: [
      { step: 100, epoch: 1, reconstruction: 0.9 },
      { step: 200, epoch: 2, reconstruction: 0.5 },
    ],
  };
  return storeModel(db, description, Uint8Array.from([1, 2, 3, seed]));
}

function identity({ id }: Entry) {
  const [survey, starName] = id.split(':') as [string, string];
  const sharesGaia = id === 'apogee:S05' || id === 'toy:T1';
  const aliases = { ...(sharesGaia && { gaia }), ...(id === 'apogee:S06' && { '2mass': '17335483-2753043' }) };
  return { name: starName, aliases, ra: survey === 'apogee' ? 263.5 : null, dec: survey === 'apogee' ? -27.9 : null };
}

function parametersOf({ teff, level }: Entry): StellarParameters {
  const logg = teff === null ? null : 2;
  return { teff, logg, feh: -level, errors: { teff: 50, logg: null, feh: null }, source: 'catalogue' };
}

function spectrumOf({ level }: Entry) {
  const pixels = grid.wavelength.length;
  const flux = Float32Array.from({ length: pixels }, (_, i) => (i === flaggedPixel ? 1e6 : level - 0.002 * i));
  const ivar = Float32Array.from({ length: pixels }, (_, i) => (i === flaggedPixel ? 0 : 1 / 0.01 ** 2));
  const mask = Uint32Array.from({ length: pixels }, (_, i) => (i === flaggedPixel ? 0x80000001 : 0));
  return { flux, ivar, mask };
}
