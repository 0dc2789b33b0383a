import type { StarId } from '../domain/star.js';
import { findAnalysis, type NewAnalysis, storeAnalysis } from './analysis.js';
import type { Database } from './database.js';
import { CATALOGUE } from './starFilter.js';
import { atomically } from './transaction.js';
import { type View, visibleParameters } from './view.js';

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
}

/** A stretch of the points of a projection. */
export interface PointRange {
  readonly first: number;
  /** The star that it follows; null: from the beginning. */
  readonly after: StarId | null;
}

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
  { first, after }: PointRange,
): Promise<PointLabels> {
  const rows = await db.query<Record<keyof PointLabels, number | null>>(
    `select known.teff, known.logg, known.feh, combined.snr
     from (select star_id as id from projection_point where analysis_id = $3 and star_id > $4 order by star_id limit $5) as star ${CATALOGUE}
     order by star.id`,
    [...visibleParameters(view), analysisId, after ?? '', first],
  );
  const column = (name: keyof PointLabels) => Float32Array.from(rows, (row) => row[name] ?? Number.NaN);
  return { teff: column('teff'), logg: column('logg'), feh: column('feh'), snr: column('snr') };
}
