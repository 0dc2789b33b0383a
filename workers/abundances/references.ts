import type { AbundanceReference } from '../../src/domain/abundance.js';
import { InputError, NotReadyError } from '../../src/domain/errors.js';
import type { StarId } from '../../src/domain/star.js';
import { readAbundanceLabels } from '../../src/formats/labels/abundanceLabels.js';
import { loadTrueAbundances } from '../../src/storage/abundance.js';
import type { Release } from '../../src/storage/dataRelease.js';
import { starsOfRelease } from '../../src/storage/releaseStars.js';
import { loadMetallicities } from '../../src/storage/starParameters.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';

/** Known abundances of stars of a release, and what was left out of them. */
export interface KnownAbundances {
  readonly reference: AbundanceReference;
  readonly stars: ReadonlyMap<StarId, Readonly<Record<string, number>>>;
  /** Rows of stars that the release does not have, and the first of their ids. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  /** Values that the survey flags. */
  readonly flagged: number;
  /** Values that no star can have, ids that name several stars: how many, and the first of them. */
  readonly refused: number;
  readonly refusals: readonly string[];
}

/** Ids and values kept to be shown. */
const KEPT = 1000;

/** What a simulation knows. @throws NotReadyError where it knows nothing of the release */
export async function trueAbundances({ db }: Workplace, release: Release): Promise<KnownAbundances> {
  const stars = await loadTrueAbundances(db, release.id);
  if (!stars.size)
    throw new NotReadyError(
      `release "${release.name}" has no abundances of method truth`,
      `npx starkin abundances train --release ${release.name} --labels FILE`,
    );
  return { reference: 'truth', stars, ...NOTHING };
}

/** [Fe/H] of the release's own parameters: what the store has of any survey. @throws NotReadyError where no star has it */
export async function storedMetallicities({ db }: Workplace, release: Release): Promise<KnownAbundances> {
  const known = await loadMetallicities(db, release.id);
  if (!known.size)
    throw new NotReadyError(
      `release "${release.name}" has no [Fe/H]`,
      `npx starkin abundances train --release ${release.name} --labels FILE, or --truth for a simulated one`,
    );
  return { reference: 'parameters', stars: new Map([...known].map(([star, Fe]) => [star, { Fe }])), ...NOTHING };
}

const NOTHING = { unknown: 0, unknownIds: [], flagged: 0, refused: 0, refusals: [] };

/** Abundances of a table of labels, joined by the star's name or any of its aliases. @throws FileError, InputError where no star can be used */
export async function labelledAbundances(
  { db, settings }: Workplace,
  release: Release,
  file: string,
  course: TaskCourse,
): Promise<KnownAbundances> {
  const stars = new Map<StarId, Readonly<Record<string, number>>>();
  const [unknownIds, refusals]: string[][] = [[], []];
  let [rows, unknown, flagged, refused] = [0, 0, 0, 0];
  const refuse = (sentence: string) => {
    if (refused++ < KEPT) refusals.push(sentence);
  };
  for await (const labels of readAbundanceLabels(file, settings.ingest.labels, settings.abundances.columns)) {
    course.signal.throwIfAborted();
    const ids = labels.map(({ id }) => id);
    const found = await starsOfRelease(db, release.id, ids);
    for (const { id, abundances, impossible, flagged: own } of labels) {
      const [star, ...others] = found.get(id) ?? [];
      if (!star) {
        if (unknown++ < KEPT) unknownIds.push(id);
      } else if (others.length) refuse(`${id} names ${[star, ...others].join(' and ')}`);
      else {
        flagged += own;
        for (const sentence of impossible) refuse(`${id}: ${sentence}`);
        // The first row of a star counts.
        if (Object.keys(abundances).length && !stars.has(star)) stars.set(star, abundances);
      }
    }
    rows += labels.length;
    course.report({ stage: 'labels', done: rows, total: 0, unit: 'rows', detail: file.replace(/^.*[/\\]/, '') });
  }
  if (!stars.size)
    throw new InputError(
      file,
      `abundances, in dex relative to the Sun, of stars of release "${release.name}"`,
      `${rows} rows: ${unknown} of stars that it does not have${unknownIds.length ? ` (${unknownIds.slice(0, 3).join(', ')}, …)` : ''}, ${flagged} flagged values, ${refused} impossible ones${refusals.length ? ` (${refusals[0]})` : ''}`,
    );
  return { reference: 'labels', stars, unknown, unknownIds, flagged, refused, refusals };
}
