import { Arg, Ctx, Float, Int, Query, Resolver } from 'type-graphql';
import { InputError } from '../../domain/errors.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { Declination, RightAscension } from '../scalars/skyAngle.js';
import { StarConnection } from './connection.js';
import { checkRadius } from './filter.js';
import { StarFilter } from './inputs.js';
import { listPage } from './list.js';
import { Star } from './type.js';

@Resolver(() => Star)
export class ConeSearchResolver {
  @Cost({ own: 5 })
  @Query(() => StarConnection, {
    description:
      'The stars of the published releases within a circle on the sky, nearest to its centre first, ties by id; `distance` of an edge is the angle. Positions are those of the newest published release that tells them.',
  })
  async coneSearch(
    @Arg('ra', () => RightAscension, { description: 'Right ascension of the centre, ICRS.' }) ra: number,
    @Arg('dec', () => Declination, { description: 'Declination of the centre, ICRS.' }) dec: number,
    @Arg('radius', () => Float, { description: 'Radius, degrees, 0 to 180; its edge is included.' }) radius: number,
    @Arg('first', () => Int, {
      defaultValue: 20,
      description: 'Stars per page, 1 to 1000 unless configured otherwise.',
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows.' })
    after: string | null,
    @Arg('filter', () => StarFilter, { nullable: true, description: 'Which of them; all where left out.' })
    filter: StarFilter | null,
    @Ctx() context: Context,
  ): Promise<StarConnection> {
    checkRadius('radius', radius);
    if (filter?.cone) throw new InputError('filter.cone', 'none beside the cone that is searched', 'another one');
    const within = { ...filter, cone: { ra, dec, radius } };
    return listPage(context, within, { field: 'SEPARATION', descending: false }, first, after);
  }
}
