import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Release } from '../../storage/dataRelease.js';
import { listRuns } from '../../storage/run.js';
import type { Context } from '../context.js';
import { checkFirst, makePage } from '../relay/connection.js';
import { decodeCursor, encodeCursor } from '../relay/cursor.js';
import { Run, RunConnection } from './type.js';

const cursorShape = z.strictObject({ run: z.int32() });

@Resolver(() => Run)
export class RunResolver {
  @Query(() => RunConnection, {
    description:
      'What was done to the archive, the latest first: all of it to a token of scope operate, else what is about releases that the request may see.',
  })
  async runs(
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many at most.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the run that the page follows.' })
    after: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<RunConnection> {
    checkFirst(first, context.settings.api.maximumPage);
    const before = after == null ? null : decodeCursor(after, cursorShape).run;
    const rows = await listRuns(context.db, first + 1, { before, releases: await visibleReleases(context) });
    return makePage(rows, first, after, (run) => ({
      cursor: encodeCursor({ run: run.place }),
      node: new Run(run, context.access.operate),
    }));
  }
}

/** The releases whose runs may be seen; null: all runs. */
export async function visibleReleases({ access, view }: Context): Promise<readonly Release[] | null> {
  return access.operate ? null : (await view()).releases;
}
