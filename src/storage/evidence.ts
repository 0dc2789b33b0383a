import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { type EstimateColumns, toFloats } from './latent.js';
import { bytesToFloat32 } from './littleEndian.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What a stored latent says of its star, for comparisons: see LatentEstimate. */
export interface StoredEvidence {
  /** The star's id. */
  readonly key: string;
  readonly information: Float32Array;
  readonly informationVector: Float32Array;
  /** [Fe/H] of the same release with its error, dex; null where either is unknown. It counts under models that remove [Fe/H]. */
  readonly feh: { readonly value: number; readonly sigma: number } | null;
}

/**
 * The evidence of each star's combined spectrum under a model, from the newest visible release that was encoded. Stars without an estimate are left out: no latent, or
 * a model of an older version. One statement.
 */
export async function loadEvidence(
  db: Database,
  view: View,
  modelId: string,
  ids: readonly StarId[],
): Promise<Map<StarId, StoredEvidence>> {
  const rows = await db.query<EvidenceColumns>(
    `select distinct on (l.star_id) l.star_id as "starId", l.information, l.information_vector as "informationVector", p.feh, p.feh_error as "fehError"
     from ${VISIBLE}
     join latent l on l.release_id = visible.release_id and l.revision <= visible.revision
     left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id and p.revision <= visible.revision
     where l.model_id = $3 and l.star_id = any($4::text[]) and l.visit = 0
     order by l.star_id, visible.rank`,
    [...visibleParameters(view), modelId, ids],
  );
  return new Map(
    rows.flatMap((row) => {
      const evidence = toEvidence(row);
      return evidence ? [[row.starId, evidence] as const] : [];
    }),
  );
}

export interface EvidenceColumns extends Pick<EstimateColumns, 'information' | 'informationVector'> {
  readonly starId: StarId;
  readonly feh: number | null;
  readonly fehError: number | null;
}

/** @returns null for a latent of an older version, or none */
export function toEvidence({
  starId,
  information,
  informationVector,
  feh,
  fehError,
}: EvidenceColumns): StoredEvidence | null {
  if (!information || !informationVector) return null;
  return {
    key: starId,
    information: bytesToFloat32(information),
    informationVector: toFloats(informationVector),
    feh: feh !== null && fehError !== null && fehError > 0 ? { value: feh, sigma: fehError } : null,
  };
}
