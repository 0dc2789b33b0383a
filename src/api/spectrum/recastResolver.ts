import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '../../domain/errors.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel, requireModel } from '../model/choice.js';
import { ID } from '../scalars/identifier.js';
import { ParametersInput } from '../star/inputs.js';
import { findStar } from '../star/lookup.js';
import { Star } from '../star/type.js';
import { parametersOf, recastStar, requestedParameters } from './recastStar.js';
import { Spectrum } from './type.js';

@Resolver(() => Star)
export class StarRecastResolver {
  @Cost({ own: 10 })
  @FieldResolver(() => Spectrum, {
    // One star that cannot be recast must not take the list that it is in with it.
    nullable: true,
    description:
      "The star's spectrum as it would look at other physical parameters, its chemistry kept: its latent decoded at them. Null, with the error NOT_READY, where it has no latent.",
  })
  async recast(
    @Root() star: Star,
    @Arg('to', () => ParametersInput, { description: 'The physical parameters to recast to.' }) to: ParametersInput,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Spectrum> {
    const stored = await requireModel(context, await chooseModel(context, model));
    return recastStar(context, star.key, stored, await requestedParameters(context, star.key, stored, 'to', to));
  }

  @Cost({ own: 10 })
  @FieldResolver(() => Spectrum, {
    nullable: true,
    description:
      "The star's spectrum recast to the physical parameters of another star, so that the two can be compared pixel by pixel. Null, with the error, where it cannot be.",
  })
  async recastLike(
    @Root() star: Star,
    @Arg('star', () => ID, { description: 'The other star, in any form that `star(id:)` takes.' }) reference: string,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Spectrum> {
    const stored = await requireModel(context, await chooseModel(context, model));
    const other = await findStar(context, reference);
    if (other === null) throw new NotFoundError('star', reference);
    return recastStar(context, star.key, stored, await parametersOf(context, other.key, stored));
  }
}
