import { starId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { ensurePartition } from '../../src/storage/latent.js';
import { storeModel } from '../../src/storage/model.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { serve } from '../../src/storage/view.js';
import { gridId } from './archiveContent.js';

/**
 * Standard deviations along the principal axes of the searched vectors of 6,000 simulated giants under compact FaderDis; along each they are nearly normal.
 * Distances do not depend on how the axes lie.
 */
const AXES = [
  24.5, 9.27, 5.08, 4.37, 3.88, 3.37, 2.77, 2.63, 2.5, 2.21, 2.12, 1.84, 1.79, 1.62, 1.34, 1.25, 1.03, 0.92, 0.85, 0.77,
];
const SURVEY = 'many';
export const starName = (row: number) => starId(SURVEY, String(row).padStart(6, '0'));

/** One star that is searched. */
export interface SearchedStar {
  /** In the release that answers for it. */
  readonly vector: Float32Array;
  /** K, uniform over 4000 to 5000: any share of the stars is a range of it. */
  readonly teff: number;
  /** dex, follows the first axis: a range of it is a region of latents. */
  readonly feh: number;
}

export interface ManyLatents {
  readonly modelId: string;
  /** What is visible, by row. */
  readonly stars: readonly SearchedStar[];
}

/**
 * A published release of so many stars; a later one with other latents of every twentieth; and a draft with latents of every tenth that must not be found. Rows
 * are copied past the functions that store single spectra: 100,000 of those would take minutes.
 */
export async function fillManyLatents(db: Database, rows: number): Promise<ManyLatents> {
  await ensureSurvey(db, SURVEY, { simulated: true });
  const modelId = await makeModel(db);
  const random = normals(1);
  const newVector = () => Float32Array.from(AXES, (sigma) => sigma * random());
  const stars: SearchedStar[] = [];
  const names = Array.from({ length: rows }, (_, row) => row);
  await db.copy(
    { table: 'star', columns: text('id', 'survey', 'name') },
    names.map((row) => [starName(row), SURVEY, starName(row).split(':')[1]]),
  );
  const grid = await gridId(db);
  for (const [name, every] of [
    ['first', 1],
    ['second', 20],
    ['draft', 10],
  ] as const) {
    const release = await ensureRelease(db, name, { simulated: true });
    const told = names.filter((row) => row % every === 0);
    const vectors = told.map(newVector);
    const teff = (row: number) => 4000 + ((row * 617) % 100_000) / 100;
    const feh = (i: number) => vectors[i][0] / 100;
    if (name !== 'draft')
      for (const [i, row] of told.entries()) stars[row] = { vector: vectors[i], teff: teff(row), feh: feh(i) };
    await copySpectra(db, release.id, grid, told);
    await db.copy(
      {
        table: 'star_parameters',
        columns: [...text('star_id', 'source'), ...ints('release_id', 'revision'), ...floats('teff', 'logg', 'feh')],
      },
      told.map((row, i) => [starName(row), 'simulation', release.id, 1, teff(row), 2, feh(i)]),
    );
    await db.copy(
      {
        table: 'latent',
        columns: [
          ...text('model_id', 'star_id'),
          ...ints('release_id', 'visit', 'revision'),
          { name: 'z', type: 'vector' },
          { name: 'searched', type: 'vector' },
          { name: 'extrapolated', type: 'bool' },
        ],
      },
      told.map((row, i) => [modelId, starName(row), release.id, 0, 1, vectors[i], vectors[i], false]),
    );
    if (name !== 'draft') await publish(db, release.id);
  }
  await serve(db, modelId);
  await db.query('vacuum analyze star, star_parameters, spectrum, latent');
  return { modelId, stars };
}

async function makeModel(db: Database): Promise<string> {
  const description = {
    method: 'polydis',
    preset: 'compact',
    parameters: ['teff', 'logg'] as const,
    gridId: await gridId(db),
    trainedOn: 'first',
    trainedOnId: null,
    simulated: true,
    config: {},
    metrics: {},
    history: [],
  };
  const { id } = await storeModel(db, description, new TextEncoder().encode('many'));
  await ensurePartition(db, id);
  return id;
}

async function copySpectra(db: Database, releaseId: number, grid: number, told: readonly number[]): Promise<void> {
  const nothing = new Uint8Array(4);
  await db.copy(
    {
      table: 'spectrum',
      columns: [
        ...text('star_id', 'continuum_method', 'checksum', 'source'),
        ...ints('release_id', 'visit', 'revision', 'grid_id', 'good_pixels', 'continuum_version'),
        ...floats('snr'),
        { name: 'flux', type: 'bytea' },
        { name: 'ivar', type: 'bytea' },
        { name: 'mask', type: 'bytea' },
        { name: 'continuum_coefficients', type: 'jsonb' },
        { name: 'properties', type: 'jsonb' },
      ],
    },
    told.map((row) => [
      ...[starName(row), 'none', 'ab', 'none'],
      ...[releaseId, 0, 1, grid, 4, 1],
      50 + (row % 100),
      nothing,
      nothing,
      nothing,
      [],
      {},
    ]),
  );
}

const text = (...names: string[]) => names.map((name) => ({ name, type: 'text' as const }));
const ints = (...names: string[]) => names.map((name) => ({ name, type: 'int4' as const }));
const floats = (...names: string[]) => names.map((name) => ({ name, type: 'float8' as const }));

/** Normal deviates (Box & Muller 1958) of a linear congruential generator. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
