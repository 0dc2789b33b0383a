import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { PointRange } from './projection.js';
import { type GroupKind, type GroupMethod, SHOWN } from './starGroup.js';
import { type View, visibleParameters } from './view.js';

/** The group of a star of a projection. */
export interface PointGroup {
  readonly starId: StarId;
  /** As StoredGroup has it. */
  readonly key: string;
  readonly name: string;
}

/** Of which groups. */
export interface PointGroupSelection {
  readonly analysisId: number;
  /** Whose groups that were found count. */
  readonly modelId: string;
  readonly kind: GroupKind;
  /** How those that were found were found; null: by any method. */
  readonly method: GroupMethod | null;
}

/**
 * The groups that stars of a range of a projection are in, one each: of several that by the smallest rate of false positives, then the first by key. Stars that are in none are left out.
 * One statement.
 */
export async function loadPointGroups(
  db: Database,
  view: View,
  { analysisId, modelId, kind, method }: PointGroupSelection,
  { first, after }: PointRange,
): Promise<PointGroup[]> {
  return db.query<PointGroup>(
    `${SHOWN}
     select distinct on (star.id) star.id as "starId", shown.key, shown.name
     from (select star_id as id from projection_point where analysis_id = $5 and star_id > $6 order by star_id limit $7) as star
     join shown on shown.star_id = star.id
     where shown.kind = $4 and ($8::text is null or shown.method = $8)
     order by star.id, shown.false_positive_rate, shown.number, shown.key`,
    [...visibleParameters(view), modelId, kind, analysisId, after ?? '', first, method],
  );
}
