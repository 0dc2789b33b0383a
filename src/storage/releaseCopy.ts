import type { Database } from './database.js';
import { type Release, stagedRevisions } from './dataRelease.js';
import { standing } from './revision.js';
import type { StarRange } from './spectrumScan.js';
import { atomically } from './transaction.js';

/** Which rows of a release go into another one as they are. */
export interface CopiedRows {
  readonly from: Release;
  readonly into: Release;
  readonly range: StarRange;
  /** Spectra of this continuum version or a later one; older ones are left to be normalised again. */
  readonly continuumVersion: number;
  /** Latents under this model of the copied spectra; null: none. */
  readonly modelId: string | null;
}

/**
 * Copies what a release holds of a range of stars into another one, staged there: positions, aliases, parameters, abundances, and those spectra whose continuum is up to
 * date with their latents; staged ones too, and in the place of those that they replace. What is there already stays. One transaction.
 * @returns the number of spectra copied now
 */
export async function copyStars(
  db: Database,
  { from, into, range, continuumVersion, modelId }: CopiedRows,
): Promise<number> {
  return atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [into.id])).get(into.id);
    const given = [from.id, into.id, revision, range.after, range.upTo];
    for (const table of ['star_position', 'star_alias', 'abundance']) await copy(tx, table, given, 'true');
    await copy(tx, 'star_parameters', given, standing('old'));
    const upToDate = `${standing('old')} and old.continuum_version >= $6`;
    const spectra = await copy(tx, 'spectrum', [...given, continuumVersion], upToDate);
    if (modelId !== null)
      await copy(
        tx,
        'latent',
        [...given, continuumVersion, modelId],
        `old.model_id = $7 and ${standing('old')} and exists (
           select 1 from spectrum s where s.star_id = old.star_id and s.release_id = $2 and s.visit = old.visit and s.continuum_version >= $6 and ${standing('s')}
             and exists (select 1 from spectrum o where o.star_id = s.star_id and o.release_id = $1 and o.visit = s.visit and ${standing('o')}
               and o.checksum = s.checksum and o.continuum_version = s.continuum_version))
         and ${parametersIn('$2')} is not distinct from ${parametersIn('$1')}`,
      );
    return spectra;
  });
}

/** Parameters of the star of `old` in a release, as one value: a latent under others is another one. */
function parametersIn(release: string): string {
  return `(select (p.teff, p.logg, p.feh, p.teff_error, p.logg_error, p.feh_error)::text
    from star_parameters p where p.star_id = old.star_id and p.release_id = ${release} and ${standing('p')})`;
}

/** Copies the groups of siblings of a release into another one; those of stars that are not there lack them. */
export async function copyGroups(db: Database, from: Release, into: Release): Promise<void> {
  await atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [into.id])).get(into.id);
    await tx.query(
      `with made as (
         insert into sibling_group (release_id, revision, kind, name) select $2, $3, kind, name from sibling_group where release_id = $1
         on conflict (release_id, kind, name) do nothing returning id, kind, name
       )
       insert into sibling_group_member (group_id, star_id)
       select made.id, member.star_id from made
       join sibling_group old on old.release_id = $1 and old.kind = made.kind and old.name = made.name
       join sibling_group_member member on member.group_id = old.id
       where exists (select 1 from spectrum s where s.star_id = member.star_id and s.release_id = $2)`,
      [from.id, into.id, revision],
    );
  });
}

/** @param given release to copy from and into, revision there, and the range of stars; then what `condition` on `old` needs. */
async function copy(tx: Database, table: string, given: readonly unknown[], condition: string): Promise<number> {
  const columns = await tx.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema() and table_name = $1 and column_name not in ('release_id', 'revision', 'until') and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  const list = columns.map(({ name }) => name);
  const rows = await tx.query(
    `insert into ${table} (release_id, revision, ${list.join(', ')})
     select $2, $3, ${list.map((name) => `old.${name}`).join(', ')} from ${table} old
     where old.release_id = $1 and old.star_id > $4 and old.star_id <= $5 and ${condition}
     on conflict do nothing returning star_id`,
    given,
  );
  return rows.length;
}
