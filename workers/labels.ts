import { basename } from 'node:path';
import { findImpossible } from '../src/domain/parameters.js';
import type { StarId } from '../src/domain/star.js';
import { type Label, readLabels } from '../src/formats/labels/labelTable.js';
import { findRelease } from '../src/storage/dataRelease.js';
import { starsOfRelease } from '../src/storage/releaseStars.js';
import { storeParameters } from '../src/storage/starParameters.js';
import type { TaskCourse, Workplace } from './tasks/task.js';

/** What a table of labels gave to a release. */
export interface LabelSummary {
  readonly file: string;
  /** Rows with at least one parameter. */
  readonly rows: number;
  /** Stars of the release that got their parameters from it, or had the same already. */
  readonly stars: number;
  /** Rows of stars that the release does not have, and the first of their ids. */
  readonly unknown: number;
  readonly unknownIds: readonly string[];
  /** Rows left out: the star has had one before. The first counts. */
  readonly repeated: number;
  /** Ids that name several stars of the release, or values that no star can have. */
  readonly refused: readonly string[];
  /** Stars whose published parameters are others: these never change. */
  readonly published: readonly string[];
}

/** Ids kept to be shown: a survey's table holds hundreds of thousands that a release has not. */
const KEPT = 1000;

/**
 * Gives the stars of a release the parameters of a table, in place of those that came with the spectra. Joined by the star's name or any of its aliases. What
 * was encoded with former parameters is deleted, to be encoded again (storeParameters).
 * @throws FileError, NotFoundError
 */
export async function applyLabels(
  place: Workplace,
  releaseName: string,
  file: string,
  course: TaskCourse,
): Promise<LabelSummary> {
  const { db, settings } = place;
  const release = await findRelease(db, releaseName);
  const done = new Set<StarId>();
  const [unknownIds, refused, published]: string[][] = [[], [], []];
  let [rows, unknown, repeated] = [0, 0, 0];
  for await (const labels of readLabels(file, settings.ingest.labels)) {
    course.signal.throwIfAborted();
    const stars = await starsOfRelease(
      db,
      release.id,
      labels.map(({ id }) => id),
    );
    const given: { starId: StarId; parameters: Label['parameters'] }[] = [];
    for (const { id, parameters } of labels) {
      const [star, ...others] = stars.get(id) ?? [];
      const impossible = star && findImpossible(parameters);
      if (!star) {
        if (unknown++ < KEPT) unknownIds.push(id);
      } else if (others.length) refused.push(`${id} names ${[star, ...others].join(' and ')}`);
      else if (impossible)
        refused.push(`${id}: ${impossible.name}: expected ${impossible.expected}, found ${impossible.found}`);
      else if (done.has(star)) repeated++;
      else {
        done.add(star);
        given.push({ starId: star, parameters });
      }
    }
    published.push(...(await storeParameters(db, release.id, given)));
    rows += labels.length;
    course.report({ stage: 'labels', done: rows, total: 0, unit: 'rows', detail: basename(file) });
  }
  return { file, rows, stars: done.size, unknown, unknownIds, repeated, refused, published };
}
