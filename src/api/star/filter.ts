import { AmbiguousIdError, InputError, NotFoundError } from '../../domain/errors.js';
import type { StarId } from '../../domain/star.js';
import { flagNames } from '../../domain/surveyFlags.js';
import type { StarFilter as StoredFilter } from '../../storage/starFilter.js';
import type { View } from '../../storage/view.js';
import { toAbundanceConditions } from '../abundance/filter.js';
import type { Context } from '../context.js';
import { requireGroup } from '../group/lookup.js';
import type { StarFilter } from './inputs.js';
import { checkRange } from './range.js';
import { checkReferences } from './reference.js';

const ranges = ['teff', 'logg', 'feh', 'teffError', 'loggError', 'fehError', 'snr'] as const;

/**
 * A client's filter in the store's terms: references become keys, and what can only be a slip is refused.
 * @throws InputError for a range that is upside down, too many ids, a prefix that no name can have or a pattern that costs too much; AmbiguousIdError; NotFoundError for a release or group
 */
export async function toStoredFilter(
  context: Context,
  filter: StarFilter | null | undefined,
): Promise<StoredFilter | null> {
  if (!filter) return null;
  for (const name of ranges) checkRange(`filter.${name}`, filter[name]);
  for (const name of ['namePrefix', 'namePattern'] as const)
    if (filter[name]?.includes('\0')) throw new InputError(`filter.${name}`, 'text without NUL', filter[name]);
  if (filter.namePattern != null) checkPattern(filter.namePattern);
  for (const name of ['any', 'none'] as const) checkFlags(`filter.flags.${name}`, filter.flags?.[name]);
  if (filter.cone) checkRadius('filter.cone.radius', filter.cone.radius);
  if (filter.release != null) checkRelease(await context.view(), filter.release);
  const { ids, abundances, group, ...rest } = filter;
  return {
    ...rest,
    ...(group != null && { groupRows: (await requireGroup(context, group)).rows }),
    ...(ids && { ids: await toKeys(context, ids) }),
    ...(abundances && { abundances: await toAbundanceConditions(context, abundances) }),
  };
}

/** What a name is held against costs no more than this allows. */
const PATTERN = { length: 100, stars: 5 };

function checkPattern(pattern: string): void {
  const stars = pattern.split('*').length - 1;
  if (pattern.length > PATTERN.length || stars > PATTERN.stars)
    throw new InputError(
      'filter.namePattern',
      `at most ${PATTERN.length} characters with ${PATTERN.stars} *`,
      `${pattern.length} characters with ${stars} *`,
    );
}

/** @throws NotFoundError unless the release is published: a draft is as unknown as one that does not exist */
export function checkRelease(view: View, name: string): void {
  if (!view.releases.some((release) => release.name === name))
    throw new NotFoundError('published release', name, 'the query `releases` lists them');
}

/** @throws InputError for a radius that no circle on the sky has */
export function checkRadius(argument: string, radius: number): void {
  if (!(radius >= 0 && radius <= 180)) throw new InputError(argument, 'degrees from 0 to 180', radius);
}

function checkFlags(argument: string, names: readonly string[] | null | undefined): void {
  const unknown = names?.find((name) => !flagNames.includes(name));
  if (unknown !== undefined) throw new InputError(argument, `names of ${flagNames.join(', ')}`, unknown);
}

/** @throws AmbiguousIdError naming all that are, so that one look at a list of a thousand mends it */
async function toKeys(context: Context, ids: readonly string[]): Promise<StarId[]> {
  checkReferences('filter.ids', ids, context.settings.api.maximumPage);
  const ambiguous = new Set<AmbiguousIdError>();
  const note = (error: unknown): null => {
    if (!(error instanceof AmbiguousIdError)) throw error;
    ambiguous.add(error);
    return null;
  };
  const keys = await Promise.all(ids.map((id) => context.loaders.reference.load(id).catch(note)));
  if (ambiguous.size > 0) throw AmbiguousIdError.of([...ambiguous]);
  return keys.filter((key) => key !== null);
}
