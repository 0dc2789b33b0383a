import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';

/** Forgets what was made of latents that are about to be replaced or deleted: those of stars in a release, under one model or under all. */
export async function dropEstimates(
  tx: Database,
  latents: readonly { readonly releaseId: number; readonly starId: StarId }[],
  modelId: string | null,
): Promise<void> {
  await tx.query(
    `delete from abundance_estimate e using unnest($1::int[], $2::text[]) as key(release_id, star_id)
     where e.star_id = key.star_id and e.release_id = key.release_id
       and ($3::text is null or e.estimator_id in (select id from abundance_estimator where model_id = $3))`,
    [latents.map(({ releaseId }) => releaseId), latents.map(({ starId }) => starId), modelId],
  );
}
