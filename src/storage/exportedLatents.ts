import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { Release } from './dataRelease.js';
import { keysetBatches } from './keysetBatches.js';
import { toFloats } from './latent.js';
import { seenAt } from './revision.js';

/** Lengths of a table of latents: rows, the longest texts in bytes of UTF-8, and the numbers of each vector. */
export interface LatentTableShape {
  readonly rows: number;
  readonly idBytes: number;
  readonly reasonBytes: number;
  readonly z: number;
  readonly searched: number;
  readonly residual: number;
}

/** The latent of a combined spectrum in one release. */
export interface ExportedLatent {
  readonly id: StarId;
  readonly z: Float32Array | null;
  readonly searched: Float32Array | null;
  readonly residual: Float32Array | null;
  readonly extrapolated: boolean;
  readonly reason: string | null;
}

type Seen = Pick<Release, 'id' | 'revision'>;

/** The shape of the table that `scanExportedLatents` gives. One statement. */
export async function latentTableShape(
  db: Database,
  { id, revision }: Seen,
  modelId: string,
): Promise<LatentTableShape> {
  const [shape] = await db.query<LatentTableShape>(
    `select count(*)::int as rows, coalesce(max(octet_length(star_id)), 0) as "idBytes", coalesce(max(octet_length(reason)), 0) as "reasonBytes",
       coalesce(max(vector_dims(z)), 0) as z, coalesce(max(vector_dims(searched)), 0) as searched,
       coalesce(max(vector_dims(residual)), 0) as residual
     from latent where model_id = $1 and release_id = $2 and ${seenAt('latent', '$3')} and visit = 0`,
    [modelId, id, revision],
  );
  return shape;
}

/** Latents of a release's combined spectra under a model, those without one (with a reason) included, in order of star and in batches. */
export function scanExportedLatents(
  db: Database,
  { id, revision }: Seen,
  modelId: string,
  batch: number,
): AsyncGenerator<ExportedLatent[], void, undefined> {
  return keysetBatches(batch, async (after) => {
    const rows = await db.query<LatentColumns>(
      `select star_id as id, z, searched, residual, extrapolated, reason from latent
       where model_id = $1 and release_id = $2 and ${seenAt('latent', '$3')} and visit = 0 and star_id > $4
       order by star_id limit $5`,
      [modelId, id, revision, after, batch],
    );
    return rows.map(({ z, searched, residual, ...row }) => ({
      ...row,
      z: z === null ? null : toFloats(z),
      searched: searched === null ? null : toFloats(searched),
      residual: residual === null ? null : toFloats(residual),
    }));
  });
}

interface LatentColumns extends Omit<ExportedLatent, 'z' | 'searched' | 'residual'> {
  readonly z: string | null;
  readonly searched: string | null;
  readonly residual: string | null;
}
