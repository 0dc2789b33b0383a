import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { NEVER, standing } from './revision.js';

interface Key {
  readonly starId: StarId;
  readonly visit: Visit;
}

/**
 * Ends published spectra, with all that was made of them, at the next publication of their release: until then they are seen as before, and a way back shows them again. Keys that have no
 * published spectrum are left alone. The release must be held (stagedRevisions).
 */
export async function retireSpectra(tx: Database, releaseId: number, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return;
  const given = [releaseId, keys.map(({ starId }) => starId), keys.map(({ visit }) => visit)];
  for (const [table, visit] of [
    ['spectrum', 'old.visit'],
    ['latent', 'old.visit'],
    ['abundance_estimate', '0'],
  ])
    await tx.query(
      `update ${table} as old set until = r.latest + 1
       from data_release r, unnest($2::text[], $3::int[]) as key(star_id, visit)
       where r.id = $1 and old.release_id = r.id and old.star_id = key.star_id and ${visit} = key.visit
         and old.revision <= r.latest and ${standing('old')}`,
      given,
    );
}

/**
 * Stages published spectra of stars once more as they are: their latents depend on the stars' parameters, which are about to change. The release must be held.
 */
export async function restageSpectra(tx: Database, releaseId: number, stars: readonly StarId[]): Promise<void> {
  if (stars.length === 0) return;
  const kept = await tx.query<Key>(
    `select s.star_id as "starId", s.visit from spectrum s join data_release r on r.id = s.release_id
     where s.release_id = $1 and s.star_id = any($2::text[]) and s.revision <= r.latest and ${standing('s')}`,
    [releaseId, stars],
  );
  if (kept.length === 0) return;
  await retireSpectra(tx, releaseId, kept);
  const columns = await tx.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema() and table_name = 'spectrum' and column_name not in ('revision', 'until') order by ordinal_position`,
  );
  const list = columns.map(({ name }) => name);
  await tx.query(
    `insert into spectrum (revision, until, ${list.join(', ')})
     select r.latest + 1, ${NEVER}, ${list.map((name) => `old.${name}`).join(', ')}
     from unnest($2::text[], $3::int[]) as key(star_id, visit)
     join data_release r on r.id = $1
     join spectrum old on old.star_id = key.star_id and old.release_id = r.id and old.visit = key.visit and old.until = r.latest + 1
       and old.revision <= r.latest`,
    [releaseId, kept.map(({ starId }) => starId), kept.map(({ visit }) => visit)],
  );
}
