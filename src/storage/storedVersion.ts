import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { retireSpectra } from './replacement.js';
import { standing } from './revision.js';
import { dropEstimates } from './staleEstimates.js';

/** What tells the spectra of one star in a release apart. */
export interface StoredVersion {
  readonly visit: number;
  readonly checksum: string;
  readonly source: string;
  /** As in a SpectrumRecord's properties; null where the source does not say. */
  readonly telescope: string | null;
  readonly reduction: string | null;
  readonly snr: number | null;
  /** Spectra that were published once are never changed; staged ones may be. */
  readonly published: boolean;
}

/** The newest spectra of these stars in a release, staged ones too, without those that they replace. One statement. */
export async function storedVersions(
  db: Database,
  releaseId: number,
  stars: readonly StarId[],
): Promise<Map<StarId, StoredVersion[]>> {
  const rows = await db.query<StoredVersion & { starId: StarId }>(
    `select s.star_id as "starId", s.visit, s.checksum, s.source, s.properties->>'telescope' as telescope, s.properties->>'reduction' as reduction,
       s.snr, s.revision <= r.latest as published
     from spectrum s join data_release r on r.id = s.release_id
     where s.release_id = $1 and s.star_id = any($2::text[]) and ${standing('s')}
     order by s.star_id, s.visit`,
    [releaseId, [...new Set(stars)]],
  );
  const found = new Map<StarId, StoredVersion[]>();
  for (const { starId, ...version } of rows) found.set(starId, [...(found.get(starId) ?? []), version]);
  return found;
}

/** A change to the spectra of a star: a staged one that goes, or gets another visit number, and a published one that the next publication takes away. */
export type StagedChange =
  | { readonly kind: 'remove'; readonly visit: number }
  | { readonly kind: 'move'; readonly visit: number; readonly to: number }
  | { readonly kind: 'retire'; readonly visit: number };

/** What is to change of a star, in this order. */
export interface ChangedStar {
  readonly id: StarId;
  readonly changes: readonly StagedChange[];
}

/**
 * Removes and moves staged spectra alone, and deletes what was encoded from these; published ones are seen until the next publication. The release must be held (stagedRevisions).
 */
export async function changeStaged(tx: Database, releaseId: number, stars: readonly ChangedStar[]): Promise<void> {
  const retired = stars.flatMap(({ id, changes }) =>
    changes.flatMap(({ kind, visit }) => (kind === 'retire' ? [{ starId: id, visit }] : [])),
  );
  await retireSpectra(tx, releaseId, retired);
  for (const { id, changes } of stars)
    for (const change of changes) if (change.kind !== 'retire') await changeOne(tx, releaseId, id, change);
}

async function changeOne(
  tx: Database,
  releaseId: number,
  starId: StarId,
  change: Exclude<StagedChange, { kind: 'retire' }>,
): Promise<void> {
  const STAGED =
    'star_id = $1 and release_id = $2 and visit = $3 and revision > (select latest from data_release where id = $2)';
  const key = [starId, releaseId, change.visit];
  await tx.query(`delete from latent where ${STAGED}`, key);
  if (change.visit === 0) await dropEstimates(tx, releaseId, [starId]);
  if (change.kind === 'remove') await tx.query(`delete from spectrum where ${STAGED}`, key);
  else await tx.query(`update spectrum set visit = $4 where ${STAGED}`, [...key, change.to]);
}
