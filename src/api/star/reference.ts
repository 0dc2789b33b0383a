import { identifierIn } from '../../domain/designation.js';
import { AmbiguousIdError, InputError } from '../../domain/errors.js';
import type { StarId } from '../../domain/star.js';
import type { Database } from '../../storage/database.js';
import { findStars, type StoredStar } from '../../storage/star.js';
import type { View } from '../../storage/view.js';
import { parseGlobalId } from '../relay/globalId.js';

/**
 * The stars that references name: a global id, survey:name, the survey's own name, or an identifier in another catalogue, the catalogue's name before it or not. One statement.
 * @returns per reference the star; null where no visible star is called so; AmbiguousIdError where several are
 */
export async function findReferences(
  db: Database,
  view: View,
  references: readonly string[],
): Promise<(StoredStar | null | AmbiguousIdError)[]> {
  const names = references.map(namesOf);
  const known = await findStars(db, view, names.flat());
  return names.map((each, i) => {
    const candidates = each.map((name) => known.get(name) ?? []).find(({ length }) => length > 0) ?? [];
    if (candidates.length > 1)
      return new AmbiguousIdError(
        references[i],
        candidates.map(({ id }) => id),
      );
    return candidates[0] ?? null;
  });
}

/** Their keys alone. */
export async function resolveReferences(
  ...asked: Parameters<typeof findReferences>
): Promise<(StarId | null | AmbiguousIdError)[]> {
  const found = await findReferences(...asked);
  return found.map((star) => (star === null || star instanceof AmbiguousIdError ? star : star.id));
}

/** Characters of an id: no survey's are longer, and what is missing is told again in every list of a query. */
const LONGEST_ID = 1000;

/** Refuses more references than a page may have, and such as no star can be called by. @throws InputError */
export function checkReferences(argument: string, references: readonly string[], maximum: number): void {
  if (references.length > maximum) throw new InputError(argument, `at most ${maximum} ids`, `${references.length} ids`);
  const long = references.find(({ length }) => length > LONGEST_ID);
  if (long !== undefined)
    throw new InputError(argument, `ids of at most ${LONGEST_ID} characters`, `one of ${long.length}`);
}

/** What the store may know the star by, the likelier first; nothing where it cannot know it: Postgres has no NUL in text, and other nodes are no stars. */
function namesOf(reference: string): string[] {
  const parsed = parseGlobalId(reference);
  if (parsed !== null && parsed.kind !== 'Star') return [];
  const name = parsed?.key ?? reference;
  if (name.includes('\0')) return [];
  const identifier = identifierIn(name);
  return identifier === null ? [name] : [name, identifier];
}
