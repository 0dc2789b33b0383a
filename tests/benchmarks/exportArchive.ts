import type { Database } from '../../src/storage/database.js';
import { fillLargeArchive, RELEASE } from './largeArchive.js';

/** Of the release whose spectra are whole. */
export const SPECTRA_RELEASE = 'spectra';

/** What stands for what no table reads: 1 M spectra would take 8 GB. */
const left: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spectrum: { flux: `''::bytea`, ivar: `''::bytea`, mask: `''::bytea`, properties: `'{}'::jsonb` },
  latent: { information: 'null', information_vector: 'null', refined: 'null', refined_covariance: 'null' },
};

/**
 * A published release of so many stars with parameters, abundances and latents under the served model, whose spectra have no pixels, and another of whole spectra. Copies are made by
 * the database: an export reads them no differently.
 */
export async function fillExportArchive(
  db: Database,
  folder: string,
  { stars, spectra }: { readonly stars: number; readonly spectra: number },
): Promise<void> {
  await fillLargeArchive(db, folder, 1, { abundances: true });
  const [{ originals }] = await db.query<{ originals: number }>('select count(*)::int as originals from star');
  const copies = Math.ceil(stars / originals) - 1;
  await db.query(
    `create table copied as select id as original, survey || ':copy-' || row || '-' || copy as id, survey as survey_name, 'copy-' || row || '-' || copy as name, copy
     from (select star.*, row_number() over (order by id) - 1 as row from star) as star, generate_series(1, ${copies}) as copy`,
  );
  await db.query('insert into star (id, survey, name) select id, survey_name, name from copied');
  await copyWholeSpectra(db, Math.ceil(spectra / originals));
  const served = 'select model_id from served_model';
  for (const table of ['star_position', 'star_parameters', 'spectrum', 'latent', 'abundance_estimate']) {
    const columns = await columnsOf(db, table, 'star_id');
    const values = columns.map((name) => left[table]?.[name] ?? `source.${name}`);
    await db.query(
      `insert into ${table} (star_id, ${columns.join(', ')}) select copied.id, ${values.join(', ')}
       from copied join ${table} source on source.star_id = copied.original and source.release_id = (select id from data_release where name = '${RELEASE}')
       ${table === 'latent' ? `where source.model_id = (${served})` : ''}`,
    );
  }
  await db.query('drop table copied');
  await db.query('vacuum analyze');
}

/** Into a release of their own. */
async function copyWholeSpectra(db: Database, copies: number): Promise<void> {
  const release = (await columnsOf(db, 'data_release', 'id')).filter((name) => name !== 'name');
  await db.query(
    `insert into data_release (name, ${release.join(', ')}) select '${SPECTRA_RELEASE}', ${release.join(', ')} from data_release where name = '${RELEASE}'`,
  );
  const columns = (await columnsOf(db, 'spectrum', 'star_id')).filter((name) => name !== 'release_id');
  await db.query(
    `insert into spectrum (star_id, release_id, ${columns.join(', ')})
     select copied.id, (select id from data_release where name = '${SPECTRA_RELEASE}'), ${columns.map((name) => `source.${name}`).join(', ')}
     from copied join spectrum source on source.star_id = copied.original where copied.copy <= ${copies}`,
  );
}

async function columnsOf(db: Database, table: string, without: string): Promise<string[]> {
  const columns = await db.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name <> $2 and is_generated = 'NEVER' and is_identity = 'NO'`,
    [table, without],
  );
  return columns.map(({ name }) => name);
}
