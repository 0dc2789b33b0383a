import { NotFoundError } from '../../domain/errors.js';
import type { StarId } from '../../domain/star.js';
import type { Context } from '../context.js';
import { Star } from './type.js';

/** @returns null where no visible star is called so. @throws AmbiguousIdError */
export async function findStar(context: Context, reference: string): Promise<Star | null> {
  const key = await context.loaders.reference.load(reference);
  const star = key && (await context.loaders.star.load(key));
  return star ? new Star(star) : null;
}

/** Stars that the store has just listed, by key. */
export async function loadStarNodes(context: Context, keys: readonly StarId[]): Promise<ReadonlyMap<StarId, Star>> {
  const stars = await Promise.all(keys.map((key) => context.loaders.star.load(key)));
  return new Map(
    stars.map((star, i) => {
      if (star === null) throw new NotFoundError('star', keys[i]);
      return [star.id, new Star(star)];
    }),
  );
}
