import type { Cone } from '../domain/skyPosition.js';
import type { Bind } from './bind.js';
import { VISIBLE } from './view.js';

/**
 * To follow a FROM clause that has `star`: `place.separation`, the angle in degrees between the cone's centre and where the newest visible release that
 * tells it puts the star; stars without a position drop out.
 *
 * The angle is 2 atan2(|a - b|, |a + b|) of the unit vectors (Kahan 2006): exact to 1e-10 arcseconds at any angle, where an arc cosine of their product is lost below an arcsecond,
 * and a haversine near the antipode. The centre's vector is made by the database, as the stars' are: a star right at the centre is at 0.
 */
export function placeIn({ ra, dec }: Cone, bind: Bind): string {
  const [x, y, z] = centre(ra, dec, bind);
  return `
  cross join lateral (
    select 2 * degrees(atan2(
      sqrt((p.x - ${x}) ^ 2 + (p.y - ${y}) ^ 2 + (p.z - ${z}) ^ 2),
      sqrt((p.x + ${x}) ^ 2 + (p.y + ${y}) ^ 2 + (p.z + ${z}) ^ 2))) as separation
    from ${VISIBLE}
    join star_position p on p.star_id = star.id and p.release_id = visible.release_id and p.revision <= visible.revision
    where p.ra is not null and p.dec is not null
    order by visible.rank limit 1) as place`;
}

/** Conditions on `star` and `place`: the first finds the few stars in a box around the cone, the second is the cone. */
export function insideCone(cone: Cone, bind: Bind): string[] {
  return [nearCone(cone, 'star.id', bind), `place.separation <= ${bind(cone.radius)}::float8`];
}

/** A condition on a column of star ids that all stars in the cone meet, and few others: some visible release puts them into a box around it. Answered by an index. */
export function nearCone(cone: Cone, id: string, bind: Bind): string {
  const half = `${bind(halfSide(cone.radius))}::float8`;
  const box = centre(cone.ra, cone.dec, bind).map((c, i) => `p.${'xyz'[i]} between ${c} - ${half} and ${c} + ${half}`);
  return `${id} in (
    select p.star_id from ${VISIBLE}
    join star_position p on p.release_id = visible.release_id and p.revision <= visible.revision
    where ${box.join(' and ')})`;
}

/** The chord of the radius, a little longer for rounding. */
function halfSide(radius: number): number {
  return 2 * Math.sin((radius * Math.PI) / 360) + 1e-14;
}

/** The unit vector towards the centre, as the columns x, y and z of star_position are made: angles too small to be squared count as 0. */
function centre(ra: number, dec: number, bind: Bind): [string, string, string] {
  const [alpha, delta] = [ra, dec].map((angle) => `${bind(Math.abs(angle) < 1e-30 ? 0 : angle)}::float8`);
  return [`cosd(${delta}) * cosd(${alpha})`, `cosd(${delta}) * sind(${alpha})`, `sind(${delta})`];
}
