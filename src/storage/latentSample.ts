import type { Database } from './database.js';
import { toFloats } from './latent.js';

/** A star's searched vectors under two models, or of two revisions under one, and its parameters, staged ones too. */
export interface SampledStar {
  readonly current: Float32Array;
  /** null where the other has none. */
  readonly former: Float32Array | null;
  readonly teff: number | null;
  readonly logg: number | null;
  readonly feh: number | null;
}

/** Which latents: those of a model that the spectra of a release have, staged ones too. */
export interface SampledLatents {
  readonly releaseId: number;
  readonly modelId: string;
  /** What they are compared with: latents of the same stars and release under this model. */
  readonly formerModelId: string | null;
}

/**
 * At most so many stars of a release, by the digests of their ids: the same sample every time, and one that does not follow the order of the sky. The
 * latents are those of combined spectra.
 */
export async function sampleLatents(
  db: Database,
  { releaseId, modelId, formerModelId }: SampledLatents,
  limit: number,
): Promise<SampledStar[]> {
  const rows = await db.query<Omit<SampledStar, 'current' | 'former'> & { current: string; former: string | null }>(
    `select l.searched as current, former.searched as former, p.teff, p.logg, p.feh
     from latent l
     left join latent former on former.model_id = $3 and former.star_id = l.star_id and former.release_id = l.release_id and former.visit = 0
     left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id
     where l.model_id = $1 and l.release_id = $2 and l.visit = 0 and l.searched is not null
     order by md5(l.star_id) limit $4`,
    [modelId, releaseId, formerModelId, limit],
  );
  return rows.map(({ current, former, ...parameters }) => ({
    ...parameters,
    current: toFloats(current),
    former: former === null ? null : toFloats(former),
  }));
}

/** How many combined spectra of a release went through a model, staged ones too, and how many of them have no latent. */
export async function countWithoutLatent(
  db: Database,
  modelId: string,
  releaseId: number,
): Promise<{ stars: number; without: number }> {
  const [counts] = await db.query<{ stars: number; without: number }>(
    `select count(*)::int as stars, (count(*) filter (where searched is null))::int as without
     from latent where model_id = $1 and release_id = $2 and visit = 0`,
    [modelId, releaseId],
  );
  return counts;
}
