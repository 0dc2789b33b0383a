import type { Database } from './database.js';
import { standing } from './revision.js';

/**
 * What a run is made from, as SHA-256 in hexadecimal: `spectra` over the checksums of all spectra of a release, staged ones too, and `model`, that of a model.
 * A release or model that is not there, or not named, has none.
 *
 * The spectra's are joined in order of (star id, visit) within each of the 256 first bytes of a checksum, and hashed; those hashes are joined in order and
 * hashed: one text of all of them would pass Postgres's 1 GB at 16 million spectra.
 */
export async function inputChecksums(
  db: Database,
  { release, model }: { readonly release?: unknown; readonly model?: unknown },
): Promise<Record<string, string>> {
  const [row] = await db.query<{ spectra: string | null; model: string | null }>(
    `select (select checksum from model where id = $2) as model,
       (select encode(sha256(string_agg(hash, ''::bytea order by bucket)), 'hex') from (
          select left(s.checksum, 2) as bucket, sha256(convert_to(string_agg(s.checksum, '' order by s.star_id, s.visit), 'UTF8')) as hash
          from spectrum s join data_release r on r.id = s.release_id where r.name = $1 and ${standing('s')} group by 1) as buckets) as spectra`,
    [typeof release === 'string' ? release : null, typeof model === 'string' ? model : null],
  );
  return Object.fromEntries(Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== null));
}
