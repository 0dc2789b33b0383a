import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { dropEstimates } from './staleEstimates.js';

/** What tells the spectra of one star in a release apart. */
export interface StoredVersion {
  readonly visit: number;
  readonly checksum: string;
  /** As in a SpectrumRecord's properties; null where the source does not say. */
  readonly telescope: string | null;
  readonly reduction: string | null;
  readonly snr: number | null;
  /** Published spectra are never changed; staged ones may be replaced. */
  readonly published: boolean;
}

/** All spectra of these stars in a release, staged ones too. One statement. */
export async function storedVersions(
  db: Database,
  releaseId: number,
  stars: readonly StarId[],
): Promise<Map<StarId, StoredVersion[]>> {
  const rows = await db.query<StoredVersion & { starId: StarId }>(
    `select s.star_id as "starId", s.visit, s.checksum, s.properties->>'telescope' as telescope, s.properties->>'reduction' as reduction,
       s.snr, s.revision <= r.revision as published
     from spectrum s join data_release r on r.id = s.release_id
     where s.release_id = $1 and s.star_id = any($2::text[])
     order by s.star_id, s.visit`,
    [releaseId, [...new Set(stars)]],
  );
  const found = new Map<StarId, StoredVersion[]>();
  for (const { starId, ...version } of rows) found.set(starId, [...(found.get(starId) ?? []), version]);
  return found;
}

/** A change to staged spectra of a star: one that goes, or one that gets another visit number. */
export type StagedChange =
  | { readonly kind: 'remove'; readonly visit: number }
  | { readonly kind: 'move'; readonly visit: number; readonly to: number };

/**
 * Applies changes in their order, to staged spectra alone, and deletes what was encoded from these. The release must be held (stagedRevisions).
 */
export async function changeStaged(
  tx: Database,
  releaseId: number,
  starId: StarId,
  changes: readonly StagedChange[],
): Promise<void> {
  const STAGED =
    'star_id = $1 and release_id = $2 and visit = $3 and revision > (select revision from data_release where id = $2)';
  for (const change of changes) {
    await tx.query(`delete from latent where ${STAGED}`, [starId, releaseId, change.visit]);
    if (change.visit === 0) await dropEstimates(tx, [{ starId, releaseId }], null);
    if (change.kind === 'remove')
      await tx.query(`delete from spectrum where ${STAGED}`, [starId, releaseId, change.visit]);
    else await tx.query(`update spectrum set visit = $4 where ${STAGED}`, [starId, releaseId, change.visit, change.to]);
  }
}
