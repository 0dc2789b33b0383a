import type { Bind } from './bind.js';
import { inRange, type Range } from './range.js';
import { seenIn } from './revision.js';
import { VISIBLE } from './view.js';

/** A condition on one species, as one estimator has it in the newest visible release. A star without an estimate meets none. */
export interface AbundanceCondition {
  readonly estimatorId: string;
  /** Place of the species among the estimator's, from 0. */
  readonly species: number;
  /** dex */
  readonly value?: Range | null | undefined;
  /** dex */
  readonly maxSigma?: number | null | undefined;
  readonly reliableOnly: boolean;
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
