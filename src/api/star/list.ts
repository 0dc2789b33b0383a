import { InputError } from '../../domain/errors.js';
import { countStars, type ListedStar, listStars, type StarOrder } from '../../storage/starList.js';
import { type AbundanceOrder, toAbundanceOrder } from '../abundance/filter.js';
import type { Context } from '../context.js';
import { checkFirst, makePage } from '../relay/connection.js';
import type { StarConnection } from './connection.js';
import { readStarCursor, type StarListKey, starListKey, writeStarCursor } from './cursor.js';
import { toStoredFilter } from './filter.js';
import type { StarFilter } from './inputs.js';
import { Star } from './type.js';

interface ListOrder {
  /** SEPARATION needs a cone in the filter, GIVEN ids. */
  readonly field: StarOrder;
  readonly descending: boolean;
  /** ABUNDANCE needs it. */
  readonly abundance?: AbundanceOrder | null | undefined;
}

/**
 * A page of the visible stars that pass a filter.
 * @throws InputError for `first`, a filter or a cursor that cannot be used; as toStoredFilter
 */
export async function listPage(
  context: Context,
  filter: StarFilter | null,
  { field, descending, abundance }: ListOrder,
  first: number,
  after: string | null,
): Promise<StarConnection> {
  checkFirst(first, context.settings.api.maximumPage);
  if ((field === 'ABUNDANCE') !== (abundance != null))
    throw new InputError(
      'orderBy.abundance',
      'an element where the field is ABUNDANCE, else nothing',
      abundance ?? null,
    );
  const species = abundance ? await toAbundanceOrder(context, abundance) : null;
  const direction = descending ? 'DESC' : 'ASC';
  const list = starListKey(filter, [field, ...(species ? Object.values(species) : []), direction].join(' '));
  const place = after == null ? null : readStarCursor(after, list);
  const stored = await toStoredFilter(context, filter);
  const page = { first: first + 1, after: place, orderBy: field, descending, abundance: species, filter: stored };
  const view = await context.view();
  const rows = await listStars(context.db, view, page);
  const edges = toPage(context, rows, { list, first, after, separated: field === 'SEPARATION' });
  const count = () => countStars(context.db, view, stored);
  return { ...edges, count, missing: await missingOf(context, filter) };
}

interface ListPlace {
  /** What its cursors are good for. */
  readonly list: StarListKey;
  readonly first: number;
  readonly after: string | null;
  /** Whether the stars are in order of their separation from a place. */
  readonly separated: boolean;
}

/** The edges of rows, one more than the page has where another follows; what they tell of their stars is not asked for again. */
export function toPage(
  { loaders }: Context,
  rows: readonly ListedStar[],
  { list, first, after, separated }: ListPlace,
): Pick<StarConnection, 'edges' | 'pageInfo'> {
  for (const { id, star, parameters, summary } of rows) {
    loaders.star.prime(id, star);
    loaders.parameters.prime(id, parameters);
    loaders.summary.prime(id, summary);
  }
  const toEdge = (row: ListedStar) => ({
    cursor: writeStarCursor(list, row),
    node: new Star(row.star),
    distance: separated ? row.value : null,
  });
  return makePage(rows, first, after, toEdge);
}

/** Those of a filter's ids that are no visible star's. */
async function missingOf(context: Context, filter: StarFilter | null): Promise<string[]> {
  const asked = [...new Set(filter?.ids)];
  const keys = await Promise.all(asked.map((id) => context.loaders.reference.load(id)));
  return asked.filter((_, i) => keys[i] === null);
}
