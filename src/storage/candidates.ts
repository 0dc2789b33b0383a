import type { Bind } from './bind.js';
import { STAMP } from './latentStamp.js';
import { seenIn } from './revision.js';
import { EXACT, type SearchPlan } from './searchPlan.js';
import { catalogueOf, filterConditions, prefilters, type StarFilter } from './starFilter.js';
import { VISIBLE, type View, visibleAs } from './view.js';

/** What neighbours are looked for, as SQL. */
interface Origin {
  /** A star's id; null for a vector that is no star's. */
  readonly id: string;
  readonly vector: string;
}

interface Page {
  readonly first: number;
  readonly after?: { readonly distance: number; readonly id: string } | null | undefined;
  readonly filter?: StarFilter | null | undefined;
  readonly plan?: SearchPlan | undefined;
}

/** Queries whose rows are star_id, distance and STAMP, in order of (distance, star_id). */
interface Near {
  readonly sql: string;
  /** The same, out of a table `candidate` that holds the rows of `candidates`; null where the plan has no such table. */
  readonly shared: { readonly sql: string; readonly candidates: string } | null;
}

/** The stars nearest to an origin. */
export function nearestTo(view: View, model: string, origin: Origin, page: Page, bind: Bind): Near {
  const { first, after, filter, plan = EXACT } = page;
  const limit = `${bind(first)}::bigint`;
  const beyond = after ? `(distance, star_id) > (${bind(after.distance)}::float8, ${bind(after.id)}::text)` : 'true';
  const ordered = (measured: string) =>
    `select * from (${measured}) as measured where ${beyond} order by distance, star_id limit ${limit}`;
  if (plan.name === 'EXACT') {
    const all = candidates(view, model, filter, bind);
    const measure = (table: string) =>
      `select c.star_id, c.searched <-> ${origin.vector} as distance, c.place, c.since from ${table} as c where c.star_id is distinct from ${origin.id}`;
    return { sql: ordered(measure(`(${all})`)), shared: { sql: ordered(measure('candidate')), candidates: all } };
  }
  // The index is on this expression. Ties with the last are taken too, for the index orders them otherwise than by id.
  const type = `vector(${Math.trunc(plan.dimensions)})`;
  const distance = `l.searched::${type} <-> ${origin.vector}::${type}`;
  const conditions = [
    `l.model_id = ${model} and l.visit = 0 and l.searched is not null and l.star_id is distinct from ${origin.id}`,
    seen(view, model),
    ...passes(view, filter, bind),
    ...(after ? [`(${distance}, l.star_id) > (${bind(after.distance)}::float8, ${bind(after.id)}::text)`] : []),
  ];
  return {
    sql: ordered(`select l.star_id, ${distance} as distance, ${STAMP} from latent l
      where ${conditions.join(' and ')} order by ${distance} fetch first (${limit}) rows with ties`),
    shared: null,
  };
}

/**
 * The searched vectors of all stars that pass a filter: rows of star_id, searched and STAMP. The newest release in which a star was encoded counts; with a single visible release that question is left
 * out, which makes the scan a plain pass over the partition.
 */
export function candidates(view: View, model: string, filter: StarFilter | null | undefined, bind: Bind): string {
  const conditions = filterConditions(view, filter, bind);
  const first = [
    'l.searched is not null',
    ...(view.releases.length > 1 ? [newest(model)] : []),
    ...prefilters(filter, 'l.star_id', bind),
  ];
  const all = `select l.star_id, l.searched, ${STAMP} from ${VISIBLE} join ${latents(model, 'l', 'visible')} where ${first.join(' and ')}`;
  if (conditions.length === 0) return all;
  // `offset 0` keeps Postgres from looking every star up in the catalogue before the prefilter has left few: at 1 % of 100,000 stars 2.5 s instead of .1 s, on busy cores.
  return `select l.star_id, l.searched, l.place, l.since from (${all} offset 0) as l
    join star on star.id = l.star_id ${catalogueOf(filter, bind)} where ${conditions.join(' and ')}`;
}

/** A condition on a row `l` of the release `visible`: no newer one has its star. */
function newest(model: string): string {
  return `not exists (
    select 1 from ${visibleAs('newer')} join ${latents(model, 'n', 'newer')} where n.star_id = l.star_id and newer.rank < visible.rank)`;
}

function latents(model: string, table: string, visible: string): string {
  return `latent ${table} on ${table}.model_id = ${model} and ${table}.visit = 0
    and ${table}.release_id = ${visible}.release_id and ${seenIn(table, visible)}`;
}

/** A condition on one row `l`, for plans that take rows one by one: it is of the newest visible release in which its star was encoded. */
function seen(view: View, model: string): string {
  return `exists (select 1 from ${VISIBLE} where visible.release_id = l.release_id and ${seenIn('l')}
    ${view.releases.length > 1 ? `and ${newest(model)}` : ''})`;
}

function passes(view: View, filter: StarFilter | null | undefined, bind: Bind): string[] {
  const conditions = filterConditions(view, filter, bind);
  if (conditions.length === 0) return [];
  return [
    `exists (select 1 from star ${catalogueOf(filter, bind)} where star.id = l.star_id and ${conditions.join(' and ')})`,
  ];
}
