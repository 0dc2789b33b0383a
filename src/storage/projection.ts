import type { StarId } from '../domain/star.js';
import { findAnalysis, type NewAnalysis, storeAnalysis } from './analysis.js';
import type { Database } from './database.js';
import { seenIn } from './revision.js';
import { CATALOGUE } from './starFilter.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** Where a projection puts stars, column by column, in order of star id. */
export interface ProjectionPoints {
  readonly ids: readonly StarId[];
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** What is known of the same stars, in the same order, each from the newest visible release that tells it; NaN where none does. */
export interface PointLabels {
  /** K */
  readonly teff: Float32Array;
  /** dex */
  readonly logg: Float32Array;
  /** dex */
  readonly feh: Float32Array;
  readonly snr: Float32Array;
  /** The release whose combined spectrum stands for the star, by its place in the view's, from 0. */
  readonly release: Float32Array;
}

/** A stretch of the points of a projection. */
export interface PointRange {
  readonly first: number;
  /** The star that it follows; null: from the beginning. */
  readonly after: StarId | null;
}

/** To begin a FROM clause: the stars of a range as `star`; $3 is the analysis, $4 the star that they follow, $5 how many. */
export const POINTS =
  '(select star_id as id from projection_point where analysis_id = $3 and star_id > $4 order by star_id limit $5) as star';

/** Stores a projection with all its points, both or neither; the same one again changes nothing. */
export async function storeProjection(
  db: Database,
  analysis: NewAnalysis,
  { ids, x, y }: ProjectionPoints,
): Promise<void> {
  await atomically(db, async (tx) => {
    if (await findAnalysis(tx, analysis)) return;
    const id = await storeAnalysis(tx, analysis);
    await tx.copy(
      {
        table: 'projection_point',
        columns: [
          { name: 'analysis_id', type: 'int4' },
          { name: 'star_id', type: 'text' },
          { name: 'x', type: 'float4' },
          { name: 'y', type: 'float4' },
        ],
      },
      ids.map((starId, i) => [id, starId, x[i], y[i]]),
    );
  });
}

/** The points of a projection that the view shows (`loadAnalyses`). One statement. */
export async function loadPoints(
  db: Database,
  analysisId: number,
  { first, after }: PointRange,
): Promise<ProjectionPoints> {
  const rows = await db.query<{ id: StarId; x: number; y: number }>(
    `select star_id as id, x, y from projection_point where analysis_id = $1 and star_id > $2 order by star_id limit $3`,
    [analysisId, after ?? '', first],
  );
  return {
    ids: rows.map(({ id }) => id),
    x: Float32Array.from(rows, ({ x }) => x),
    y: Float32Array.from(rows, ({ y }) => y),
  };
}

/** What is known of the stars of the same range. One statement. */
export async function loadPointLabels(
  db: Database,
  view: View,
  analysisId: number,
  range: PointRange,
): Promise<PointLabels> {
  const rows = await db.query<Record<Exclude<keyof PointLabels, 'release'> | 'releaseId', number | null>>(
    `select known.teff, known.logg, known.feh, combined.snr, combined.release_id as "releaseId"
     from ${POINTS} ${CATALOGUE}
     order by star.id`,
    [...visibleParameters(view), analysisId, range.after ?? '', range.first],
  );
  const column = (name: keyof (typeof rows)[number]) => Float32Array.from(rows, (row) => row[name] ?? Number.NaN);
  const places = new Map(view.releases.map(({ id }, place) => [id, place]));
  return {
    teff: column('teff'),
    logg: column('logg'),
    feh: column('feh'),
    snr: column('snr'),
    release: column('releaseId').map((id) => places.get(id) ?? Number.NaN),
  };
}

/** Abundances of a species, dex; NaN where there is none that can be relied upon. */
export interface PointAbundances {
  readonly value: Float32Array;
  /** 1-sigma errors. */
  readonly sigma: Float32Array;
}

/**
 * Abundances of the stars of the same range, as an estimator has them from the newest visible release. One statement.
 * @param species their places among the estimator's, from 0: a result for each
 */
export async function loadPointAbundances(
  db: Database,
  view: View,
  { analysisId, estimatorId, species }: { analysisId: number; estimatorId: string; species: readonly number[] },
  range: PointRange,
): Promise<PointAbundances[]> {
  // A column a species: arrays would be parsed row by row.
  const columns = species.map((_, i) => {
    const place = `[($7::int[])[${i + 1}]]`;
    const reliable = (array: string) => `case when known.reason${place} is null then known.${array}${place} end`;
    return `${reliable('value')} as v${i}, ${reliable('sigma')} as s${i}`;
  });
  const rows = await db.query<Record<string, number | null>>(
    `select ${columns.join(', ')}
     from ${POINTS}
     left join lateral (
       select e.value, e.sigma, e.reason from ${VISIBLE}
       join abundance_estimate e on e.star_id = star.id and e.release_id = visible.release_id and ${seenIn('e')}
       where e.estimator_id = $6 order by visible.rank limit 1) as known on true
     order by star.id`,
    [
      ...visibleParameters(view),
      analysisId,
      range.after ?? '',
      range.first,
      estimatorId,
      species.map((place) => place + 1),
    ],
  );
  const column = (name: string) => Float32Array.from(rows, (row) => row[name] ?? Number.NaN);
  return species.map((_, i) => ({ value: column(`v${i}`), sigma: column(`s${i}`) }));
}
