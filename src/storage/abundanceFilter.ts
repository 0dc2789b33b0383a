import type { Bind } from './bind.js';
import { inRange, type Range } from './range.js';
import { seenIn } from './revision.js';
import { VISIBLE } from './view.js';

/** One species, as one estimator has it in the newest visible release. */
export interface EstimatedSpecies {
  readonly estimatorId: string;
  /** Place of the species among the estimator's, from 0. */
  readonly species: number;
  /** Whether a value that is not reliable counts as none. */
  readonly reliableOnly: boolean;
}

/** A condition on it. A star without an estimate meets none. */
export interface AbundanceCondition extends EstimatedSpecies {
  /** dex */
  readonly value?: Range | null | undefined;
  /** dex */
  readonly maxSigma?: number | null | undefined;
}

/** The value to be joined to `star` as `abundance.value`, dex; null where there is none. An index look-up a star. */
export function abundanceJoin({ estimatorId, species, reliableOnly }: EstimatedSpecies, bind: Bind): string {
  const at = `[${bind(species + 1)}::int]`;
  return `left join lateral (
    select ${reliableOnly ? `case when e.reason${at} is null then e.value${at} end` : `e.value${at}`}::float8 as value from ${VISIBLE}
    join abundance_estimate e on e.star_id = star.id and e.release_id = visible.release_id and ${seenIn('e')}
    where e.estimator_id = ${bind(estimatorId)} order by visible.rank limit 1) as abundance on true`;
}

/** The condition in SQL, on `star`. An index look-up a star. */
export function abundanceCondition(condition: AbundanceCondition, bind: Bind): string {
  return `exists (
    select 1 from (
      select e.value, e.sigma, e.reason from ${VISIBLE}
      join abundance_estimate e on e.star_id = star.id and e.release_id = visible.release_id and ${seenIn('e')}
      where e.estimator_id = ${bind(condition.estimatorId)} order by visible.rank limit 1) as newest
    where ${onEstimate('newest', condition, bind)})`;
}

/** What every star of the condition meets, on a column of star ids: that some visible release has such an estimate. */
export function abundancePrefilter(condition: AbundanceCondition, id: string, bind: Bind): string {
  return `${id} in (
    select e.star_id from ${VISIBLE}
    join abundance_estimate e on e.release_id = visible.release_id and ${seenIn('e')}
    where e.estimator_id = ${bind(condition.estimatorId)} and ${onEstimate('e', condition, bind)})`;
}

/** @param table with the columns of abundance_estimate */
function onEstimate(table: string, { species, value, maxSigma, reliableOnly }: AbundanceCondition, bind: Bind): string {
  const at = `[${bind(species + 1)}::int]`;
  return [
    `${table}.value${at} is not null`,
    ...inRange(`${table}.value${at}`, value, bind),
    ...inRange(`${table}.sigma${at}`, { max: maxSigma }, bind),
    ...(reliableOnly ? [`${table}.reason${at} is null`] : []),
  ].join(' and ');
}
