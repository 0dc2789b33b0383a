import { InputError } from '../../domain/errors.js';
import { type ListedStar, listStars, type StarOrder } from '../../storage/starList.js';
import { type AbundanceOrder, toAbundanceOrder } from '../abundance/filter.js';
import type { Context } from '../context.js';
import { checkFirst, makePage } from '../relay/connection.js';
import type { StarConnection } from './connection.js';
import { readStarCursor, starListKey, writeStarCursor } from './cursor.js';
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
  const rows = await listStars(context.db, await context.view(), page);
  for (const { id, star, parameters, summary } of rows) {
    context.loaders.star.prime(id, star);
    context.loaders.parameters.prime(id, parameters);
    context.loaders.summary.prime(id, summary);
  }
  const toEdge = (row: ListedStar) => ({
    cursor: writeStarCursor(list, row),
    node: new Star(row.star),
    distance: field === 'SEPARATION' ? row.value : null,
  });
  return { ...makePage(rows, first, after, toEdge), filter: stored, missing: await missingOf(context, filter) };
}

/** Those of a filter's ids that are no visible star's. */
async function missingOf(context: Context, filter: StarFilter | null): Promise<string[]> {
  const asked = [...new Set(filter?.ids)];
  const keys = await Promise.all(asked.map((id) => context.loaders.reference.load(id)));
  return asked.filter((_, i) => keys[i] === null);
}
