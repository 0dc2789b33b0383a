import type { Database } from '../../storage/database.js';
import type { ListedSpectrum } from '../../storage/spectrumFile.js';
import { loadListedSpectra } from '../../storage/spectrumFile.js';
import { loadStars, type StoredStar } from '../../storage/star.js';
import type { StarFilter } from '../../storage/starFilter.js';
import { listStars } from '../../storage/starList.js';
import { loadParameters, type ReleasedParameters } from '../../storage/starParameters.js';
import type { View } from '../../storage/view.js';

/** A star as the services of the Virtual Observatory list it. */
export interface ListedStar {
  readonly star: StoredStar;
  readonly parameters: ReleasedParameters | null;
  readonly spectrum: ListedSpectrum;
  /** Degrees from the centre of the cone; null without one. */
  readonly distance: number | null;
}

/** The stars that a filter lets through, nearest first where it has a cone, and whether there are more than so many. */
export async function listedStars(
  db: Database,
  view: View,
  filter: StarFilter,
  most: number,
): Promise<{ stars: ListedStar[]; overflow: boolean }> {
  const page = { first: most + 1, filter, orderBy: filter.cone ? ('SEPARATION' as const) : ('ID' as const) };
  const found = await listStars(db, view, page);
  const ids = found.slice(0, most).map(({ id }) => id);
  const [stars, parameters, spectra] = await Promise.all([
    loadStars(db, view, ids),
    loadParameters(db, view, ids),
    loadListedSpectra(db, view, ids),
  ]);
  const known = new Map(stars.map((star) => [star.id, star]));
  return {
    stars: found.slice(0, most).flatMap(({ id, value }) => {
      const [star, spectrum] = [known.get(id), spectra.get(id)];
      return star && spectrum ? [{ star, spectrum, parameters: parameters.get(id) ?? null, distance: value }] : [];
    }),
    overflow: found.length > most,
  };
}
