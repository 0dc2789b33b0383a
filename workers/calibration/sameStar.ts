import type { StarId } from '../../src/domain/star.js';
import type { StoredStar } from '../../src/storage/star.js';

/** Closer on the sky than a fibre can tell apart, degrees. */
const SAME_PLACE = 1 / 3600;

/**
 * Which of the stars are one and the same: those that share an identifier of another catalogue, or a place to a second of arc. Twice the same star would pass for two of the same
 * chemistry.
 * @returns for a star the id that stands for it and all its duplicates; null for none
 */
export function sameStar(stars: readonly StoredStar[]): (id: StarId | undefined) => StarId | null {
  const parent = new Map(stars.map(({ id }) => [id, id]));
  const root = (id: StarId): StarId => {
    const up = parent.get(id) ?? id;
    return up === id ? id : root(up);
  };
  const join = (a: StarId, b: StarId) => {
    const [first, second] = [root(a), root(b)].sort();
    parent.set(second as StarId, first as StarId);
  };
  const byAlias = new Map<string, StarId>();
  for (const { id, aliases } of stars)
    for (const [catalogue, alias] of Object.entries(aliases)) {
      const key = `${catalogue}:${alias}`;
      join(id, byAlias.get(key) ?? id);
      byAlias.set(key, id);
    }
  const placed = stars.filter(isPlaced).sort((a, b) => a.dec - b.dec);
  placed.forEach((star, i) => {
    for (let k = i + 1; k < placed.length && placed[k].dec - star.dec <= SAME_PLACE; k++)
      if (isNear(star, placed[k])) join(star.id, placed[k].id);
  });
  return (id) => (id === undefined ? null : root(id));
}

type Placed = StoredStar & { readonly ra: number; readonly dec: number };

function isPlaced(star: StoredStar): star is Placed {
  return star.ra !== null && star.dec !== null;
}

/** For stars already known to be close in declination. */
function isNear(a: Placed, b: Placed): boolean {
  const apart = Math.abs(a.ra - b.ra);
  const along = Math.min(apart, 360 - apart) * Math.cos((a.dec * Math.PI) / 180);
  return Math.hypot(along, a.dec - b.dec) <= SAME_PLACE;
}
