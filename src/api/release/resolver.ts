import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { Release } from './type.js';

@Resolver(() => Release)
export class ReleaseResolver {
  @Query(() => [Release], {
    description: 'The published releases, newest first. Drafts and withdrawn releases are not served.',
  })
  async releases(@Ctx() context: Context): Promise<Release[]> {
    const { releases } = await context.view();
    return releases.map((release) => new Release(release));
  }
}
