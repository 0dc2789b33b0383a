import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { RANKED } from '../../domain/twinRanking.js';
import { countCandidates } from '../../storage/twinSearch.js';
import type { Context } from '../context.js';
import { noLatent } from '../latent/choice.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { checkFirst, makePage } from '../relay/connection.js';
import { digest } from '../relay/cursor.js';
import { toStoredFilter } from '../star/filter.js';
import { StarFilter } from '../star/inputs.js';
import { loadStarNodes } from '../star/lookup.js';
import { Star } from '../star/type.js';
import { readTwinCursor, writeTwinCursor } from './cursor.js';
import { findTwins, type Twin } from './order.js';
import { sharedBy } from './sharedSystematics.js';
import { SearchPlan, SharedSystematic, TwinConnection, TwinEdge, TwinSearch } from './type.js';

@Resolver(() => Star)
export class StarTwinsResolver {
  @Cost({ own: 10 })
  @FieldResolver(() => TwinConnection, {
    // A star without a latent must not take the whole list it stands in with it.
    nullable: true,
    description:
      'The stars whose chemistry is nearest to this one, whatever their physical parameters. The nearest 300 by distance come first, in the order of their Bayes factors, which weigh the noise of either spectrum and how rare the chemistry is; all others follow by distance. Every star is searched once, by its combined spectrum in the newest published release. Error NOT_READY where the star has no latent.',
  })
  async twins(
    @Root() star: Star,
    @Arg('first', () => Int, {
      defaultValue: 20,
      description: 'Twins per page, 1 to 1000 unless configured otherwise.',
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows.' })
    after: string | null,
    @Arg('filter', () => StarFilter, { nullable: true, description: 'Which stars are candidates; all where left out.' })
    filter: StarFilter | null,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<TwinConnection> {
    checkFirst(first, context.settings.api.maximumPage);
    const modelId = await chooseModel(context, model);
    const search = { star: star.key, model: modelId, filter: digest(filter ?? {}) };
    const place = after == null ? null : readTwinCursor(after, search);
    const stored = await toStoredFilter(context, filter);
    const page = { first: first + 1, after: place, filter: stored };
    const { twins, plan, own } = await findTwins(context, modelId, star.key, page);
    if (own === null || own.reason !== null) throw noLatent(star.key, modelId, own?.reason ?? null);
    const nodes = await loadStarNodes(
      context,
      twins.slice(0, first).map(({ starId }) => starId),
    );
    const toEdge = ({ starId, distance, logBayesFactor, place, chiSquare, falseTwinRate }: Twin) => ({
      cursor: writeTwinCursor(search, place),
      node: nodes.get(starId) as Star,
      distance,
      logBayesFactor,
      shared: () => sharedBy(context, modelId, [star.key, starId], distance),
      chiSquare,
      expect: falseTwinRate,
    });
    context.metrics.twinPlans.inc({ plan });
    return {
      ...makePage(twins, first, after, toEdge),
      search: {
        plan: SearchPlan[plan],
        exact: plan === 'EXACT',
        ranked: RANKED,
        count: async () => countCandidates(context.db, await context.view(), modelId, star.key, stored),
      },
      model: modelId,
      release: own.release,
      extrapolated: own.extrapolated,
    };
  }
}

@Resolver(() => TwinEdge)
export class TwinEdgeResolver {
  @FieldResolver(() => [SharedSystematic], {
    nullable: true,
    description:
      'How both stars were observed alike, where that rather than chemistry may have made them twins: they are as near as the neighbours that `npx starkin systematics` looked at, and of those that share it more than half do so beyond what shuffled stars show. Kin can share a field all the same: clusters do. Empty where nothing speaks for it; null where it was not looked for under this model, or a release that it was looked for in is hidden.',
  })
  async sharedSystematics(@Root() edge: TwinEdge): Promise<readonly SharedSystematic[] | null> {
    return (await edge.shared()) as readonly SharedSystematic[] | null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Square of the difference of the two latents in units of its error: photon noise of both spectra, and how far the model contradicts itself between stars of different u. For one chemistry it is about degreesOfFreedom. Null where the model or a latent is of an older version.',
  })
  async chi2(@Root() edge: TwinEdge): Promise<number | null> {
    return (await edge.chiSquare())?.chi2 ?? null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Expected number of unrelated stars, of those searched, as near to the star as this one: near 0, hardly a coincidence; near its place in the order of distance, as strangers are. Stars are taken to be as dense around the star as its 300 nearest are, and to thin out inwards as the normal distribution of the latents of a published release does. Null where that was not computed (it is made by `encode`), or less than 30 stars were searched.',
  })
  async falseTwinRate(@Root() edge: TwinEdge): Promise<number | null> {
    return edge.expect();
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Directions of the latent that both spectra determine, over which chi2 is summed. Null where chi2 is.',
  })
  async degreesOfFreedom(@Root() edge: TwinEdge): Promise<number | null> {
    return (await edge.chiSquare())?.degreesOfFreedom ?? null;
  }
}

@Resolver(() => TwinSearch)
export class TwinSearchResolver {
  @FieldResolver(() => Int, {
    description: 'Number of stars that pass the filter and were searched; costs a statement of its own.',
  })
  async candidates(@Root() search: TwinSearch): Promise<number> {
    return search.count();
  }
}
