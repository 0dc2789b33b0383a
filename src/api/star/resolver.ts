import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { flagsOf } from '../../domain/surveyFlags.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { ID } from '../scalars/identifier.js';
import { StarConnection } from './connection.js';
import { Direction, StarFilter, StarOrder } from './inputs.js';
import { listPage } from './list.js';
import { findStar } from './lookup.js';
import { Parameters, Star } from './type.js';

@Resolver(() => Star)
export class StarResolver {
  @Query(() => Star, {
    nullable: true,
    description:
      'One star; null where no published release has it. An identifier of several stars is the error AMBIGUOUS_ID, which lists them.',
  })
  async star(
    @Arg('id', () => ID, {
      description:
        "Global id, survey:name, the survey's own identifier, or an identifier in another catalogue such as Gaia or 2MASS, with or without its name before it (Gaia DR3 4061…, 2MASS J17335483-2753043).",
    })
    id: string,
    @Ctx() context: Context,
  ): Promise<Star | null> {
    return findStar(context, id);
  }

  @Query(() => StarConnection, { description: 'The stars of the published releases.' })
  async stars(
    @Arg('filter', () => StarFilter, { nullable: true, description: 'Which stars; all where left out.' })
    filter: StarFilter | null,
    @Arg('orderBy', () => StarOrder, {
      nullable: true,
      description: 'Their order; where left out that of `filter.ids`, or else by id.',
    })
    order: StarOrder | null,
    @Arg('first', () => Int, {
      defaultValue: 20,
      description: 'Stars per page, 1 to 1000 unless configured otherwise.',
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows.' })
    after: string | null,
    @Ctx() context: Context,
  ): Promise<StarConnection> {
    const inOrder = order
      ? { field: order.field, descending: order.direction === Direction.DESC, abundance: order.abundance }
      : { field: filter?.ids ? ('GIVEN' as const) : ('ID' as const), descending: false };
    return listPage(context, filter, inOrder, first, after);
  }

  @FieldResolver(() => Parameters, {
    nullable: true,
    description: 'Physical parameters from the newest published release that has them; null where none has.',
  })
  async parameters(@Root() star: Star, @Ctx() context: Context): Promise<Parameters | null> {
    const parameters = await context.loaders.parameters.load(star.key);
    return parameters && { ...parameters, key: star.key };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Name of the newest published release with the star's combined spectrum; null where only single visits are published.",
  })
  async release(@Root() star: Star, @Ctx() context: Context): Promise<string | null> {
    return (await context.loaders.summary.load(star.key))?.release ?? null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Signal to noise per pixel of the combined spectrum of that release, as the survey states it.',
  })
  async snr(@Root() star: Star, @Ctx() context: Context): Promise<number | null> {
    return (await context.loaders.summary.load(star.key))?.snr ?? null;
  }

  @FieldResolver(() => [String], {
    description:
      "The survey's flags that are set for the combined spectrum of that release, by the names of their bits in APOGEE_STARFLAG and APOGEE_ASPCAPFLAG (SDSS DR17); none where the survey keeps none.",
  })
  async flags(@Root() star: Star, @Ctx() context: Context): Promise<string[]> {
    return flagsOf((await context.loaders.summary.load(star.key))?.properties ?? {});
  }
}

@Resolver(() => StarConnection)
export class StarConnectionResolver {
  @Cost({ own: 5 })
  @FieldResolver(() => Int, {
    description: 'Number of stars over all pages; costs a statement of its own.',
  })
  async totalCount(@Root() connection: StarConnection): Promise<number> {
    return connection.count();
  }
}
