import type { Database } from './database.js';
import { toFloats } from './latent.js';
import { standing } from './revision.js';

/** A star's searched vectors under two models, or of two revisions, and its parameters, staged ones too. */
export interface SampledStar {
  readonly current: Float32Array;
  /** What is seen of it now; null where there is nothing. */
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
  /** Only stars whose combined spectrum is staged to replace one that is seen now. */
  readonly revised?: boolean;
}

/**
 * At most so many stars of a release, by the digests of their ids: the same sample every time, and one that does not follow the order of the sky. The
 * latents are those of combined spectra.
 */
export async function sampleLatents(
  db: Database,
  { releaseId, modelId, formerModelId, revised = false }: SampledLatents,
  limit: number,
): Promise<SampledStar[]> {
  const rows = await db.query<Omit<SampledStar, 'current' | 'former'> & { current: string; former: string | null }>(
    `select l.searched as current, former.searched as former, p.teff, p.logg, p.feh
     from latent l
     left join lateral (
       select seen.searched from latent seen join data_release r on r.id = seen.release_id
       where seen.model_id = $3 and seen.star_id = l.star_id and seen.release_id = l.release_id and seen.visit = 0
         and ((seen.revision <= r.revision and seen.until > r.revision) or ${standing('seen')})
       order by seen.revision limit 1) as former on true
     left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id and ${standing('p')}
     where l.model_id = $1 and l.release_id = $2 and l.visit = 0 and l.searched is not null and ${standing('l')}
       and (not $5::boolean or ${REVISED})
     order by md5(l.star_id) limit $4`,
    [modelId, releaseId, formerModelId, limit, revised],
  );
  return rows.map(({ current, former, ...parameters }) => ({
    ...parameters,
    current: toFloats(current),
    former: former === null ? null : toFloats(former),
  }));
}

/** Of a latent l of a combined spectrum: it is staged to replace one that is seen now, which has a latent. */
const REVISED = `exists (
         select 1 from latent old join data_release r on r.id = old.release_id
         where old.model_id = l.model_id and old.star_id = l.star_id and old.release_id = l.release_id and old.visit = 0
           and old.revision <= r.revision and old.until > r.revision and old.until <= l.revision and old.searched is not null)`;

/** How many stars of a release are staged to be seen by another combined spectrum, and how many of them lose their latent under a model by that. */
export async function countRevised(
  db: Database,
  modelId: string,
  releaseId: number,
): Promise<{ stars: number; without: number }> {
  const [counts] = await db.query<{ stars: number; without: number }>(
    `select count(*)::int as stars, (count(*) filter (where searched is null))::int as without
     from latent l where model_id = $1 and release_id = $2 and visit = 0 and ${standing('l')} and ${REVISED}`,
    [modelId, releaseId],
  );
  return counts;
}

/** How many combined spectra of a release went through a model, staged ones too, and how many of them have no latent. */
export async function countWithoutLatent(
  db: Database,
  modelId: string,
  releaseId: number,
): Promise<{ stars: number; without: number }> {
  const [counts] = await db.query<{ stars: number; without: number }>(
    `select count(*)::int as stars, (count(*) filter (where searched is null))::int as without
     from latent where model_id = $1 and release_id = $2 and visit = 0 and ${standing('latent')}`,
    [modelId, releaseId],
  );
  return counts;
}
