import { Ctx, FieldResolver, Int, Query, Resolver } from 'type-graphql';
import { listRuns } from '../../storage/run.js';
import { countStars } from '../../storage/starList.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { loadModel } from '../model/choice.js';
import { Model } from '../model/type.js';
import { lacks } from '../readiness.js';
import { Release } from '../release/type.js';
import { visibleReleases } from '../run/resolver.js';
import { Run } from '../run/type.js';
import { Status } from './type.js';

@Resolver(() => Status)
export class StatusResolver {
  @Query(() => Status, { description: 'The state of the archive.' })
  async status(@Ctx() context: Context): Promise<Status> {
    const view = await context.view();
    const reason = context.busy() ?? lacks(view);
    const served = view.modelId === null ? null : await loadModel(context, view.modelId);
    return {
      ready: reason === null,
      reason,
      model: served && new Model(served, view),
      releases: view.releases.map((release) => new Release(release)),
    };
  }

  @FieldResolver(() => [Run], {
    description:
      'What is being done to the archive now or waits for a worker, of what `runs` would show; costs a statement of its own.',
  })
  async running(@Ctx() context: Context): Promise<Run[]> {
    const releases = await visibleReleases(context);
    const runs = await listRuns(context.db, context.settings.api.maximumPage, { releases, unended: true });
    return runs.map((run) => new Run(run, context.access.operate));
  }

  @Cost({ own: 5 })
  @FieldResolver(() => Int, {
    description: 'Number of stars with a combined spectrum in a published release; costs a statement of its own.',
  })
  async stars(@Ctx() context: Context): Promise<number> {
    return countStars(context.db, await context.view());
  }
}
