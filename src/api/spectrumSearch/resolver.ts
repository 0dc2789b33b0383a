import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { NotReadyError } from '../../domain/errors.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { chooseModel, requireModel } from '../model/choice.js';
import { checkFirst } from '../relay/connection.js';
import { loadStarNodes } from '../star/lookup.js';
import type { Star } from '../star/type.js';
import { findTwins } from '../twin/order.js';
import { encodeInput, toQueryLatent } from './encoded.js';
import { SpectrumInput } from './input.js';
import { ARGUMENT } from './observed.js';
import { Twin } from './type.js';

@Resolver(() => Twin)
export class SpectrumSearchResolver {
  @Cost({ own: 50 })
  @Query(() => [Twin], {
    description:
      "The stars whose chemistry is nearest to that of a spectrum that is not in the archive, under the served model, in the order of `twins`. Error BAD_USER_INPUT or BAD_SPECTRUM, naming the field, for a spectrum that cannot be taken to the model's grid or has too few good pixels there.",
  })
  async twinsOf(
    @Arg(ARGUMENT, () => SpectrumInput, { description: 'The spectrum.' }) input: SpectrumInput,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many, 1 to 1000 unless configured otherwise.' })
    first: number,
    @Ctx() context: Context,
  ): Promise<Twin[]> {
    checkFirst(first, context.settings.api.maximumPage);
    const model = await requireModel(context, await chooseModel(context, null));
    const { encoded, parameters } = await encodeInput(context, model, input);
    const own = toQueryLatent(encoded, parameters);
    const extrapolated = encoded.extrapolated[0] === 1;
    const { twins: found } = await findTwins(context, model.id, own, { first, after: null, filter: null });
    const nodes = await loadStarNodes(
      context,
      found.map(({ starId }) => starId),
    );
    return found.map(({ starId, distance, logBayesFactor, chiSquare, falseTwinRate }) => ({
      node: nodes.get(starId) as Star,
      distance,
      logBayesFactor,
      chiSquare,
      expect: falseTwinRate,
      model: model.id,
      extrapolated,
    }));
  }

  @FieldResolver(() => String, { description: 'Name of the release whose spectrum of the star was compared.' })
  async release(@Root() { node, model }: Twin, @Ctx() context: Context): Promise<string> {
    const latent = await context.loaders.latent(model).load(node.key);
    if (latent === null) throw new NotReadyError(`${node.key} has no latent under ${model} any more`, 'ask again');
    return latent.release;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'As chi2 of `twins`: the squared difference of the two latents in units of its error.',
  })
  async chi2(@Root() twin: Twin): Promise<number | null> {
    return (await twin.chiSquare())?.chi2 ?? null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'As falseTwinRate of `twins`: the expected number of unrelated stars, of those searched, as near to the spectrum as this one.',
  })
  async falseTwinRate(@Root() twin: Twin): Promise<number | null> {
    return twin.expect();
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Directions of the latent that both spectra determine, over which chi2 is summed.',
  })
  async degreesOfFreedom(@Root() twin: Twin): Promise<number | null> {
    return (await twin.chiSquare())?.degreesOfFreedom ?? null;
  }
}
