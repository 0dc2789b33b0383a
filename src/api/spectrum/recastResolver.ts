import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { InputError, NotFoundError, NotReadyError } from '../../domain/errors.js';
import { type ParameterValues, parameterNames } from '../../domain/parameters.js';
import type { StoredModel } from '../../storage/model.js';
import type { Context } from '../context.js';
import { requireLatent } from '../latent/choice.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel, requireModel } from '../model/choice.js';
import { ParametersInput } from '../star/inputs.js';
import { findStar } from '../star/lookup.js';
import { Star } from '../star/type.js';
import { Spectrum, SpectrumKind } from './type.js';

@Resolver(() => Star)
export class StarRecastResolver {
  @FieldResolver(() => Spectrum, {
    description:
      "The star's spectrum as it would look at other physical parameters, its chemistry kept: its latent decoded at them. Error NOT_READY where it has no latent.",
  })
  async recast(
    @Root() star: Star,
    @Arg('to', () => ParametersInput, { description: 'The physical parameters to recast to.' }) to: ParametersInput,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Spectrum> {
    checkFinite(to);
    const stored = await requireModel(context, await chooseModel(context, model));
    const feh = to.feh ?? (removesMetallicity(stored) ? await ownMetallicity(context, star) : null);
    return recast(context, star, stored, { teff: to.teff, logg: to.logg, feh });
  }

  @FieldResolver(() => Spectrum, {
    description:
      "The star's spectrum recast to the physical parameters of another star, so that the two can be compared pixel by pixel.",
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
    const parameters = await context.loaders.parameters.load(other.key);
    const missing = stored.parameters.filter((name) => parameters?.[name] == null);
    if (parameters === null || missing.length > 0)
      throw new NotReadyError(
        `${other.key} has no ${missing.join(', ')} in a published release: nothing can be recast to it`,
      );
    return recast(context, star, stored, parameters);
  }
}

async function recast(
  context: Context,
  star: Star,
  model: StoredModel,
  parameters: ParameterValues,
): Promise<Spectrum> {
  const latent = await requireLatent(context, model.id, star.key);
  const residual = latent.estimate?.residual ?? null;
  const { flux, extrapolated } = await context.loaders.recast(model.id).load({ z: latent.z, residual, parameters });
  return {
    arrays: { gridId: model.gridId, flux, error: null, mask: null },
    kind: SpectrumKind.RECAST,
    good: flux.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0),
    snr: null,
    release: latent.release,
    model: model.id,
    extrapolated: extrapolated || latent.extrapolated,
  };
}

/** A literal such as 1e999 is a valid Float to graphql-js and infinite in JavaScript; one such row would fail the whole batch. */
function checkFinite(to: ParametersInput): void {
  for (const name of parameterNames) {
    const value = to[name];
    if (value != null && !Number.isFinite(value)) throw new InputError(`to.${name}`, 'a finite number', value);
  }
}

function removesMetallicity(model: StoredModel): boolean {
  return model.parameters.includes('feh');
}

async function ownMetallicity(context: Context, star: Star): Promise<number> {
  const feh = (await context.loaders.parameters.load(star.key))?.feh ?? null;
  if (feh === null) throw new InputError('to.feh', `a number, since ${star.key} has no [Fe/H] of its own`, feh);
  return feh;
}
