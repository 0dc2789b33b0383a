import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { Release } from './type.js';

@Resolver(() => Release)
export class ReleaseResolver {
  @Query(() => [Release], {
    description:
      'The visible releases, newest first: those published for all, and those that the token of the request names. Withdrawn ones are not served.',
  })
  async releases(@Ctx() context: Context): Promise<Release[]> {
    const { releases } = await context.view();
    return releases.map((release) => new Release(release));
  }
}
