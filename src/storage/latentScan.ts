import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { ESTIMATE, type EstimateColumns, type NewLatent, toEstimate, toFloats } from './latent.js';
import { INPUT_COLUMNS, type InputColumns, toInputs } from './latentInputs.js';
import { seenTogether } from './revision.js';

export interface LatentScan {
  /** Only rows that this other model lacks. */
  readonly missingUnder: string;
  /** Rows per batch: what is held in memory. */
  readonly batch: number;
}

/**
 * All latents under a model that another one lacks, rows without a latent and staged ones too, in batches. Each batch is a statement of its own that starts after the last
 * key, so that rows may be stored meanwhile.
 * What a latent was made from is what stands beside it: a change of it deletes the latent within the same transaction.
 */
export async function* scanLatents(
  db: Database,
  modelId: string,
  { missingUnder, batch }: LatentScan,
): AsyncGenerator<NewLatent[], void, undefined> {
  let last: Pick<LatentColumns, 'starId' | 'releaseId' | 'visit' | 'revision'> = {
    starId: '' as StarId,
    releaseId: -1,
    visit: -1,
    revision: -1,
  };
  for (;;) {
    const rows = await db.query<LatentColumns>(
      `select l.star_id as "starId", l.release_id as "releaseId", l.visit, l.revision, l.z, l.searched, l.extrapolated, l.reason, ${ESTIMATE},
         ${INPUT_COLUMNS}
       from latent l
       join spectrum s on s.star_id = l.star_id and s.release_id = l.release_id and s.visit = l.visit and s.revision = l.revision
       left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id and ${seenTogether('p', 's')}
       where l.model_id = $1 and (l.star_id, l.release_id, l.visit, l.revision) > ($3, $4, $5, $6) and not exists (
         select 1 from latent other
         where other.model_id = $2 and other.star_id = l.star_id and other.release_id = l.release_id and other.visit = l.visit and other.revision = l.revision)
       order by l.star_id, l.release_id, l.visit, l.revision limit $7`,
      [modelId, missingUnder, last.starId, last.releaseId, last.visit, last.revision, batch],
    );
    if (rows.length === 0) return;
    yield rows.map(toRow);
    last = rows[rows.length - 1];
  }
}

interface LatentColumns extends EstimateColumns, InputColumns {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly visit: Visit;
  readonly revision: number;
  readonly z: string | null;
  readonly searched: string | null;
  readonly extrapolated: boolean;
  readonly reason: string | null;
}

function toRow(row: LatentColumns): NewLatent {
  const { starId, releaseId, visit, revision, z, searched, extrapolated, reason } = row;
  return {
    starId,
    releaseId,
    visit,
    revision,
    z: z === null ? null : toFloats(z),
    searched: searched === null ? null : toFloats(searched),
    estimate: toEstimate(row),
    extrapolated,
    reason,
    from: toInputs(row),
  };
}
