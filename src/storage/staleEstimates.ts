import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';

/** Forgets what was made of staged latents of stars in a release, under all models: their spectra or parameters are about to change. */
export async function dropEstimates(tx: Database, releaseId: number, stars: readonly StarId[]): Promise<void> {
  await tx.query(
    `delete from abundance_estimate
     where release_id = $1 and star_id = any($2::text[]) and revision > (select latest from data_release where id = $1)`,
    [releaseId, stars],
  );
}

/** Forgets what was made of latents of combined spectra under a model that are about to be replaced. */
export async function dropEstimatesOf(
  tx: Database,
  modelId: string,
  latents: readonly { readonly releaseId: number; readonly starId: StarId; readonly revision: number }[],
): Promise<void> {
  await tx.query(
    `delete from abundance_estimate e using unnest($1::int[], $2::text[], $3::int[]) as key(release_id, star_id, revision)
     where e.star_id = key.star_id and e.release_id = key.release_id and e.revision = key.revision
       and e.estimator_id in (select id from abundance_estimator where model_id = $4)`,
    [
      latents.map(({ releaseId }) => releaseId),
      latents.map(({ starId }) => starId),
      latents.map(({ revision }) => revision),
      modelId,
    ],
  );
}
