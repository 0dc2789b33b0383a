import type { StarId } from '../domain/star.js';
import { abundanceJoin, type EstimatedSpecies } from './abundanceFilter.js';
import { type Bind, binder } from './bind.js';
import type { Database } from './database.js';
import { seenIn } from './revision.js';
import type { SpectrumSummary } from './spectrumSummary.js';
import { STAR_COLUMNS, STAR_JOINS, type StoredStar } from './star.js';
import { catalogueOf, filterConditions, type StarFilter } from './starFilter.js';
import { PARAMETER_COLUMNS, type ParameterColumns, type ReleasedParameters, toParameters } from './starParameters.js';
import { releaseName, VISIBLE, type View, visibleParameters } from './view.js';

/** GIVEN is the order of the filter's ids; SEPARATION is that from the centre of the filter's cone; ABUNDANCE that of the page's species. */
export type StarOrder = 'ID' | 'TEFF' | 'LOGG' | 'FEH' | 'SNR' | 'ABUNDANCE' | 'GIVEN' | 'SEPARATION';

/** Where a page ended: the value that orders it (null for ID, and where it is unknown) and the star. */
export interface StarCursor {
  readonly value: number | null;
  readonly id: StarId;
}

export interface StarPage {
  readonly first: number;
  readonly after?: StarCursor | null | undefined;
  /** 'ID' when absent. */
  readonly orderBy?: StarOrder | undefined;
  readonly descending?: boolean | undefined;
  /** What the order ABUNDANCE is by, which needs it. */
  readonly abundance?: EstimatedSpecies | null | undefined;
  /** Must have a cone for the order SEPARATION, and ids for GIVEN. */
  readonly filter?: StarFilter | null | undefined;
}

/** A star of a list, with what lists show of it. */
export interface ListedStar extends StarCursor {
  readonly star: StoredStar;
  /** As loadParameters has them. */
  readonly parameters: ReleasedParameters | null;
  readonly summary: SpectrumSummary;
}

/**
 * A page of visible stars: those with a combined spectrum in a visible release, parameters and snr from the newest one. Unknown values come last
 * in both directions; stars of the same value follow each other by id, ascending. Keyset paging: pages never repeat or skip. In order of
 * id a page costs what it shows; in another order, the whole filtered catalogue. One statement.
 */
export async function listStars(db: Database, view: View, page: StarPage): Promise<ListedStar[]> {
  const { filter, abundance, orderBy = 'ID', descending = false, after, first } = page;
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const value =
    orderBy === 'GIVEN' ? `array_position(${bind(filter?.ids)}::text[], star.id)::float8` : valueColumns[orderBy];
  const ordered = value.startsWith('known.');
  const catalogue = `${catalogueOf(filter, bind, { ordered })} ${abundance ? abundanceJoin(abundance, bind) : ''}`;
  const conditions = filterConditions(view, filter, bind);
  if (after) conditions.push(afterCursor(orderBy, value, descending, after, bind));
  const direction = descending ? 'desc' : 'asc';
  const order = orderBy === 'ID' ? `star.id ${direction}` : `${value} ${direction} nulls last, star.id`;
  const rows = await db.query<ListedColumns>(
    `with listed as materialized (
       select star.id, ${value} as value from star ${catalogue} ${where(conditions)} order by ${order} limit ${bind(first)}
     ), page as (select id, value, row_number() over () as row from listed)
     select ${STARS_OF_PAGE}`,
    parameters,
  );
  return rows.map((row) => toListed(view, row));
}

/** What lists show of the stars of a table `page` (id, value, row), from the columns on; `toListed` reads a row. */
export const STARS_OF_PAGE = `page.value, ${STAR_COLUMNS}, combined.snr, combined.properties, combined.release_id as "releaseId", p.*
     from page join star on star.id = page.id ${STAR_JOINS}
     cross join lateral (
       select s.snr, s.properties, s.release_id from ${VISIBLE}
       join spectrum s on s.star_id = star.id and s.release_id = visible.release_id and s.visit = 0 and ${seenIn('s')}
       order by visible.rank limit 1) as combined
     left join lateral (
       select ${PARAMETER_COLUMNS}, p.release_id as "parametersReleaseId" from ${VISIBLE}
       join star_parameters p on p.star_id = star.id and p.release_id = visible.release_id and ${seenIn('p')}
       order by visible.rank limit 1) as p on true
     order by page.row`;

export interface ListedColumns extends StoredStar, ParameterColumns {
  readonly value: number | null;
  readonly snr: number | null;
  readonly properties: Readonly<Record<string, string | number>>;
  /** Of the combined spectrum. */
  readonly releaseId: number;
  /** Null where no release has any. */
  readonly parametersReleaseId: number | null;
}

export function toListed(view: View, row: ListedColumns): ListedStar {
  const { value, id, survey, name, ra, dec, simulated, aliases, snr, properties, releaseId, parametersReleaseId } = row;
  const parameters =
    parametersReleaseId === null ? null : { ...toParameters(row), release: releaseName(view, parametersReleaseId) };
  return {
    id,
    value,
    star: { id, survey, name, ra, dec, simulated, aliases },
    parameters,
    summary: { starId: id, release: releaseName(view, releaseId), snr, properties },
  };
}

/** How many stars `listStars` would list in all. */
export async function countStars(db: Database, view: View, filter?: StarFilter | null): Promise<number> {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const conditions = filterConditions(view, filter, bind);
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count from star ${catalogueOf(filter, bind)} ${where(conditions)}`,
    parameters,
  );
  return count;
}

const valueColumns: Readonly<Record<Exclude<StarOrder, 'GIVEN'>, string>> = {
  ID: 'null::float8',
  TEFF: 'known.teff',
  LOGG: 'known.logg',
  FEH: 'known.feh',
  SNR: 'combined.snr',
  ABUNDANCE: 'abundance.value',
  SEPARATION: 'place.separation',
};

function where(conditions: readonly string[]): string {
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
}

function afterCursor(orderBy: StarOrder, value: string, descending: boolean, after: StarCursor, bind: Bind): string {
  const id = `${bind(after.id)}::text`;
  const beyond = descending ? '<' : '>';
  if (orderBy === 'ID') return `star.id ${beyond} ${id}`;
  if (after.value === null) return `(${value} is null and star.id > ${id})`;
  const last = `${bind(after.value)}::float8`;
  return `(${value} ${beyond} ${last} or (${value} = ${last} and star.id > ${id}) or ${value} is null)`;
}
