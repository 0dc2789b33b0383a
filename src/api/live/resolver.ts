import { Resolver, Root, Subscription } from 'type-graphql';
import { MARKED_RUNS } from '../../storage/changes.js';
import { listRuns } from '../../storage/run.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { Release } from '../release/type.js';
import { visibleReleases } from '../run/resolver.js';
import { Run } from '../run/type.js';

interface Asked {
  readonly context: Context;
}

@Resolver()
export class LiveResolver {
  @Cost({ own: 10 })
  @Subscription(() => Run, {
    subscribe: ({ context }: Asked) => runNews(context),
    description:
      'Runs as they begin, go on and end, of what `runs` would show: first those that have not ended, then each whenever it changes. Rights count as they are when a run is told.',
  })
  runs(@Root() run: Run): Run {
    return run;
  }

  @Cost({ own: 10 })
  @Subscription(() => [Release], {
    subscribe: ({ context }: Asked) => releaseNews(context),
    description:
      'The visible releases, newest first: at once, and again whenever one of them is published, revised or withdrawn.',
  })
  releases(@Root() releases: readonly Release[]): readonly Release[] {
    return releases;
  }
}

/** What a subscriber is told again must differ in what it sees: a change that is hidden from it is none. */
async function* runNews(context: Context): AsyncGenerator<Run, void, undefined> {
  let told: ReadonlyMap<number, string> | null = null;
  for await (const _ of context.live.changes('runs')) {
    const stored = await listRuns(context.db, MARKED_RUNS, { releases: await visibleReleases(context) });
    const runs = stored.map((run) => ({ id: run.id, seen: new Run(run, context.access.operate) }));
    const texts = new Map(runs.map(({ id, seen }) => [id, JSON.stringify(seen)]));
    const news = runs.filter(({ id, seen }) => (told ? told.get(id) !== texts.get(id) : seen.endedAt === null));
    told = texts;
    for (const { seen } of news.reverse()) yield seen;
  }
}

async function* releaseNews(context: Context): AsyncGenerator<readonly Release[], void, undefined> {
  let told = '';
  for await (const _ of context.live.changes('releases')) {
    const releases = (await context.view()).releases.map((release) => new Release(release));
    const text = JSON.stringify(releases);
    if (text === told) continue;
    told = text;
    yield releases;
  }
}
