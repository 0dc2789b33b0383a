import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ParameterName } from '../../domain/parameters.js';
import type { Context } from '../context.js';
import { isUsable } from '../latent/choice.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { Parameters, RefinedParameters } from './type.js';

@Resolver(() => Parameters)
export class RefinedParametersResolver {
  @FieldResolver(() => RefinedParameters, {
    nullable: true,
    description:
      "The parameters that a model removes, fitted to the spectrum together with its latent; null where the star has no latent, or an older version trained the model. Where the catalogue gives no errors they are the catalogue's.",
  })
  async refined(
    @Root() { key }: Parameters,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<RefinedParameters | null> {
    const modelId = await chooseModel(context, model);
    const [latent, stored] = await Promise.all([
      context.loaders.latent(modelId).load(key),
      context.loaders.model.load(modelId),
    ]);
    if (!isUsable(latent) || !latent.estimate || !stored) return null;
    const { refined, refinedCovariance } = latent.estimate;
    const values = { teff: null, logg: null, feh: null } as Record<ParameterName, number | null>;
    const errors = { ...values };
    stored.parameters.forEach((name, i) => {
      const variance = refinedCovariance[((i + 1) * (i + 2)) / 2 - 1];
      values[name] = refined[i];
      errors[name] = variance > 0 ? Math.sqrt(variance) : null;
    });
    const { release, extrapolated } = latent;
    return { ...values, errors, model: modelId, release, extrapolated };
  }
}
