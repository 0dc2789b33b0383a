import type { LatentPopulation } from '../domain/falseTwins.js';
import type { Database } from './database.js';
import { toFloats } from './latent.js';
import { standing } from './revision.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/**
 * The searched vectors of at most so many combined spectra of a release, staged ones too, by the digests of the stars' ids; and the greatest revision of all of them, those without a vector
 * too: where such take the place of published ones, the sample is another one from their revision on alone.
 */
export async function sampleSearched(
  db: Database,
  modelId: string,
  releaseId: number,
  limit: number,
): Promise<{ revision: number | null; vectors: Float32Array[] }> {
  const [{ revision }] = await db.query<{ revision: number | null }>(
    `select max(revision) as revision from latent where ${COMBINED}`,
    [modelId, releaseId],
  );
  const rows = await db.query<{ searched: string }>(
    `select searched from latent where ${MEANT}
     order by md5(star_id) limit $3`,
    [modelId, releaseId, limit],
  );
  return { revision, vectors: rows.map(({ searched }) => toFloats(searched)) };
}

const COMBINED = `model_id = $1 and release_id = $2 and visit = 0 and ${standing('latent')}`;
const MEANT = `${COMBINED} and searched is not null`;

/** Keeps the population of a release's revision under a model, in place of an earlier one. */
export async function storePopulation(
  db: Database,
  key: { modelId: string; releaseId: number; revision: number },
  { mean, axes, variances }: LatentPopulation,
  stars: number,
): Promise<void> {
  await db.query(
    `insert into latent_population (model_id, release_id, revision, stars, mean, axes, variances)
     values ($1, $2, $3, $4, $5::float8[], $6::float8[], $7::float8[])
     on conflict (model_id, release_id, revision) do update
       set stars = excluded.stars, mean = excluded.mean, axes = excluded.axes, variances = excluded.variances`,
    [key.modelId, key.releaseId, key.revision, stars, mean, axes, variances],
  );
}

/** The population of the visible release that has the most stars under each model, as it was told of these last. One statement. */
export async function loadPopulations(
  db: Database,
  view: View,
  modelIds: readonly string[],
): Promise<Map<string, LatentPopulation>> {
  // Arrays as JSON: the two engines parse them differently.
  const rows = await db.query<LatentPopulation & { modelId: string }>(
    `select distinct on (p.model_id) p.model_id as "modelId", to_json(p.mean) as mean, to_json(p.axes) as axes, to_json(p.variances) as variances
     from ${VISIBLE}
     join latent_population p on p.release_id = visible.release_id and p.revision <= visible.revision
     where p.model_id = any($3::text[])
     order by p.model_id, p.stars desc, p.revision desc, visible.rank`,
    [...visibleParameters(view), modelIds],
  );
  return new Map(rows.map(({ modelId, ...population }) => [modelId, population]));
}
