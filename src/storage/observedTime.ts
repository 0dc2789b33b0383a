import { MJD_ZERO, VISITS_OF_A_TELESCOPE } from '../domain/exposure.js';
import type { StarId } from '../domain/star.js';
import type { Bind } from './bind.js';
import type { Database } from './database.js';
import { inRange, type Range } from './range.js';
import { seenIn } from './revision.js';
import { VISIBLE, type View, visibleAs, visibleParameters } from './view.js';

/** When a combined spectrum was observed, Modified Julian Dates: from its first visit to its last, with nights between them on which it was not. */
export interface ObservedTime {
  readonly start: number;
  readonly stop: number;
}

/** A day but for its last millisecond, days: what ends with a day does not touch the next. */
const A_DAY = 1 - 1 / 86_400_000;

/** A number that the properties of a spectrum have under this name and that is positive, as a date is; else null. */
function dated(properties: string, name: string): string {
  const value = `${properties} ->> '${name}'`;
  return `(case when jsonb_typeof(${properties} -> '${name}') = 'number' and (${value})::float8 > 0 then (${value})::float8 end)`;
}

/**
 * Start and stop of the combined spectrum of a star in a release: as its file tells, by days alone where it tells no more; else those of its visits, where they are stored. Null where
 * neither is known.
 */
function timesOf({ star, release, properties }: { star: string; release: string; properties: string }) {
  const visits = (extreme: string) => `(
    select ${extreme}(${dated('v.properties', 'JD')} - ${MJD_ZERO}) from ${visibleAs('observed')}
    join spectrum v on v.release_id = observed.release_id and ${seenIn('v', 'observed')}
    where observed.release_id = ${release} and v.star_id = ${star} and v.visit > 0 and v.visit < ${VISITS_OF_A_TELESCOPE})`;
  const last = dated(properties, 'max_mjd');
  return {
    start: `coalesce(${dated(properties, 'min_mjd')}, ${visits('min')})`,
    stop: `coalesce(${last} + case when ${last} = floor(${last}) then ${A_DAY} else 0 end, ${visits('max')})`,
  };
}

/** A condition on `star` and `combined` (starFilter.ts): its times meet one of these ranges, Modified Julian Dates. What has none meets none. */
export function observedIn(ranges: readonly Range[], bind: Bind): string {
  const { start, stop } = timesOf({
    star: 'star.id',
    release: 'combined.release_id',
    properties: 'combined.properties',
  });
  const met = ranges.map(({ min, max }) =>
    [...inRange(stop, { min }, bind), ...inRange(start, { max }, bind)]
      .map((condition) => `(${condition})`)
      .join(' and '),
  );
  return `(${['false', ...met].join(' or ')})`;
}

/** When the combined spectra of stars in the newest visible release that has one were observed, those that are known. One statement. */
export async function loadObservedTimes(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, ObservedTime>> {
  const { start, stop } = timesOf({
    star: 'newest.star_id',
    release: 'newest.release_id',
    properties: 'newest.properties',
  });
  const rows = await db.query<ObservedTime & { starId: StarId }>(
    `select * from (
       select newest.star_id as "starId", ${start} as start, ${stop} as stop from (
         select distinct on (s.star_id) s.star_id, s.release_id, s.properties
         from ${VISIBLE} join spectrum s on s.release_id = visible.release_id and s.visit = 0 and ${seenIn('s')}
         where s.star_id = any($3::text[]) order by s.star_id, visible.rank) as newest) as times
     where start is not null and stop is not null`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map(({ starId, start, stop }) => [starId, { start, stop }]));
}
