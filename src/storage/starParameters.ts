import type { StellarParameters } from '../domain/parameters.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { restageSpectra } from './replacement.js';
import { seenIn, standing } from './revision.js';
import { dropEstimates } from './staleEstimates.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

export interface StarParameters {
  readonly starId: StarId;
  readonly parameters: StellarParameters;
}

export interface ReleasedParameters extends StellarParameters {
  /** Name of the release they belong to. */
  readonly release: string;
}

/**
 * Stores the parameters of stars in a release, to become visible at its next publication. The same values again change nothing. Other values
 * replace those not yet published, and what was encoded with the former ones is deleted, to be encoded again. Published parameters, or the want of them, change only
 * with the combined spectrum: where that is staged to replace a published one, or was retired for one that is about to come, other values are staged beside the published ones, and so
 * are the star's other spectra, whose latents depend on them. All other rows are left as they are.
 * @returns the stars whose published parameters, or want of them, differ from those given
 */
export async function storeParameters(
  db: Database,
  releaseId: number,
  rows: readonly StarParameters[],
): Promise<StarId[]> {
  if (rows.length === 0) return [];
  const distinct = [...new Map(rows.map((row) => [row.starId, row])).values()];
  const column = (value: (parameters: StellarParameters) => unknown) => distinct.map((row) => value(row.parameters));
  const given = [
    distinct.map(({ starId }) => starId),
    column(({ teff }) => teff),
    column(({ logg }) => logg),
    column(({ feh }) => feh),
    column(({ errors }) => errors.teff),
    column(({ errors }) => errors.logg),
    column(({ errors }) => errors.feh),
    column(({ source }) => source),
  ];
  return atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [releaseId])).get(releaseId);
    const parameters = [releaseId, revision, ...given];
    const replaced = await tx.query<{ starId: StarId }>(
      `update star_parameters as p set until = $2 from ${GIVEN} as given
       where p.star_id = given.star_id and p.release_id = $1 and p.revision < $2 and ${standing('p')} and ${MAY_CHANGE}
         and (${valuesOf('p')}) is distinct from (${valuesOf('given')})
       returning p.star_id as "starId"`,
      parameters,
    );
    await restageSpectra(
      tx,
      releaseId,
      replaced.map(({ starId }) => starId),
    );
    const changed = await tx.query<{ starId: StarId }>(
      `insert into star_parameters as p (release_id, revision, star_id, ${VALUES})
       select $1, $2, given.* from ${GIVEN} as given
       where ${MAY_CHANGE} and not exists (
         select 1 from star_parameters p where p.star_id = given.star_id and p.release_id = $1 and p.revision < $2 and ${standing('p')})
       on conflict (star_id, release_id, revision) do update
         set (${VALUES}) = (${valuesOf('excluded')})
         where (${valuesOf('p')}) is distinct from (${valuesOf('excluded')})
       returning star_id as "starId"`,
      parameters,
    );
    const stars = changed.map(({ starId }) => starId);
    if (stars.length > 0) {
      await tx.query('delete from latent where release_id = $1 and revision = $2 and star_id = any($3::text[])', [
        releaseId,
        revision,
        stars,
      ]);
      await dropEstimates(tx, releaseId, stars);
    }
    const published = await tx.query<{ starId: StarId }>(
      `select given.star_id as "starId"
       from ${GIVEN} as given left join star_parameters p on p.star_id = given.star_id and p.release_id = $1 and ${standing('p')}
       where (p.star_id is null or p.revision < $2) and (${valuesOf('p')}) is distinct from (${valuesOf('given')})
       order by given.star_id`,
      parameters,
    );
    return published.map(({ starId }) => starId);
  });
}

/** Of a row of GIVEN: no combined spectrum was published that stays. */
const MAY_CHANGE = `not exists (
         select 1 from spectrum s
         where s.star_id = given.star_id and s.release_id = $1 and s.visit = 0 and s.revision < $2 and ${standing('s')})`;

const valueColumns = ['teff', 'logg', 'feh', 'teff_error', 'logg_error', 'feh_error', 'source'];
const VALUES = valueColumns.join(', ');
const GIVEN = `(select * from unnest($3::text[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10::text[])
  as rows(star_id, ${VALUES}))`;

function valuesOf(table: string): string {
  return valueColumns.map((name) => `${table}.${name}`).join(', ');
}

/** Parameters of each star from the newest visible release that has them. One statement. */
export async function loadParameters(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, ReleasedParameters>> {
  const rows = await db.query<ReleasedColumns & { starId: StarId }>(
    `select distinct on (p.star_id) p.star_id as "starId", data_release.name as release, ${PARAMETER_COLUMNS}
     from ${VISIBLE}
     join star_parameters p on p.release_id = visible.release_id and ${seenIn('p')}
     join data_release on data_release.id = visible.release_id
     where p.star_id = any($3::text[])
     order by p.star_id, visible.rank`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map((row) => [row.starId, { ...toParameters(row), release: row.release }]));
}

/** With the name of the release. */
export interface ReleasedColumns extends ParameterColumns {
  release: string;
}

/** Columns of star_parameters under the alias p, for `toParameters`. */
export const PARAMETER_COLUMNS =
  'p.teff, p.logg, p.feh, p.teff_error as "teffError", p.logg_error as "loggError", p.feh_error as "fehError", p.source as "parameterSource"';

export interface ParameterColumns {
  teff: number | null;
  logg: number | null;
  feh: number | null;
  teffError: number | null;
  loggError: number | null;
  fehError: number | null;
  parameterSource: string;
}

export function toParameters(row: ParameterColumns): StellarParameters {
  const { teff, logg, feh, teffError, loggError, fehError, parameterSource } = row;
  return { teff, logg, feh, errors: { teff: teffError, logg: loggError, feh: fehError }, source: parameterSource };
}

/** [Fe/H] of the stars of a release that have it, staged ones too, dex. */
export async function loadMetallicities(db: Database, releaseId: number): Promise<Map<StarId, number>> {
  const rows = await db.query<{ starId: StarId; feh: number }>(
    `select star_id as "starId", feh from star_parameters
     where release_id = $1 and feh is not null and ${standing('star_parameters')} order by star_id`,
    [releaseId],
  );
  return new Map(rows.map(({ starId, feh }) => [starId, feh]));
}
