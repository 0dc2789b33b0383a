import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '../../domain/errors.js';
import type { Context } from '../context.js';
import { requireLatent } from '../latent/choice.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel, requireModel } from '../model/choice.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { ID } from '../scalars/identifier.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { parametersOf, requestedParameters } from '../spectrum/recastStar.js';
import { ParametersInput } from '../star/inputs.js';
import { findStar } from '../star/lookup.js';
import type { Star } from '../star/type.js';
import { comparePair, distanceOf } from './pair.js';
import { Comparison } from './type.js';

/** As those of a spectrum: a hundredth of the steps that flux is stored in. */
const DECIMALS = 5;

@Resolver(() => Comparison)
export class ComparisonResolver {
  @Cost({ own: 30 })
  @Query(() => Comparison, {
    description:
      'Two stars compared, both recast to the same physical parameters. Error NOT_FOUND for a star that no published release has, NOT_READY for one without a latent.',
  })
  async compare(
    @Arg('a', () => ID, { description: 'The first star, in any form that `star(id:)` takes.' }) a: string,
    @Arg('b', () => ID, { description: 'The second star, likewise.' }) b: string,
    @Arg('at', () => ParametersInput, {
      nullable: true,
      description:
        'The physical parameters to recast both to; those of a, from the newest published release that has them, where left out.',
    })
    at: ParametersInput | null,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Comparison> {
    const stored = await requireModel(context, await chooseModel(context, model));
    const stars = await Promise.all([requireStar(context, a), requireStar(context, b)]);
    const [first, second] = stars.map(({ key }) => key);
    const latents = await Promise.all([
      requireLatent(context, stored.id, first),
      requireLatent(context, stored.id, second),
    ]);
    const target = at
      ? await requestedParameters(context, first, stored, 'at', at)
      : await parametersOf(context, first, stored);
    return {
      a: stars[0],
      b: stars[1],
      at: { ...target, feh: stored.parameters.includes('feh') ? target.feh : null },
      distance: distanceOf(latents[0].searched, latents[1].searched),
      model: stored.id,
      releases: latents.map(({ release }) => release),
      pair: comparePair(context, stored, [first, second], target),
    };
  }

  @FieldResolver(() => FloatArray, {
    description: 'Wavelengths in vacuum, Å, strictly increasing, of all fluxes here.',
  })
  async wavelength(
    @Root() { pair }: Comparison,
    @EncodingArg() encoding: SpectrumEncoding,
    @Ctx() context: Context,
  ): Promise<EncodedFloats> {
    const [{ gridId }] = await pair.recasts();
    return encodeFloats((await context.grids.load(gridId)).wavelength, encoding, DECIMALS);
  }

  @FieldResolver(() => FloatArray, {
    description:
      'Flux of a, recast, relative to the continuum (dimensionless); null or NaN in pixels that the model does not cover.',
  })
  async fluxA(@Root() { pair }: Comparison, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats(await fluxOf(pair, 0), encoding, DECIMALS);
  }

  @FieldResolver(() => FloatArray, {
    description:
      'Flux of b, recast, relative to the continuum (dimensionless); null or NaN in pixels that the model does not cover.',
  })
  async fluxB(@Root() { pair }: Comparison, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats(await fluxOf(pair, 1), encoding, DECIMALS);
  }

  @FieldResolver(() => FloatArray, {
    description: 'fluxA - fluxB (dimensionless): what their chemistry makes of the spectrum; null or NaN as there.',
  })
  async residual(@Root() { pair }: Comparison, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    const [a, b] = await Promise.all([fluxOf(pair, 0), fluxOf(pair, 1)]);
    return encodeFloats(
      a.map((flux, i) => flux - b[i]),
      encoding,
      DECIMALS,
    );
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Square of the difference of the two latents in units of its error, as chi2 of `twins`: about degreesOfFreedom for one chemistry. Null where the model or a latent is of an older version.',
  })
  async chi2(@Root() { pair }: Comparison): Promise<number | null> {
    return (await pair.chiSquare())?.chi2 ?? null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Directions of the latent that both spectra determine, over which chi2 is summed. Null where chi2 is.',
  })
  async degreesOfFreedom(@Root() { pair }: Comparison): Promise<number | null> {
    return (await pair.chiSquare())?.degreesOfFreedom ?? null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Natural logarithm of how much more probable the two spectra are if the stars have one chemistry than if they are two stars of the population. Null where chi2 is.',
  })
  async logBayesFactor(@Root() { pair }: Comparison): Promise<number | null> {
    return pair.logBayesFactor();
  }

  @FieldResolver(() => Boolean, {
    description:
      "True when the parameters of either star, or those they are recast to, lie outside the model's training range and were clamped to it.",
  })
  async extrapolated(@Root() { pair }: Comparison): Promise<boolean> {
    return (await pair.recasts()).some(({ extrapolated }) => extrapolated);
  }
}

async function requireStar(context: Context, reference: string): Promise<Star> {
  const star = await findStar(context, reference);
  if (star === null) throw new NotFoundError('star', reference);
  return star;
}

/** Flux of a star of the pair, recast: a is 0, b is 1. */
async function fluxOf(pair: Comparison['pair'], which: 0 | 1): Promise<Float32Array> {
  const recasts = await pair.recasts();
  return (await recasts[which].arrays()).flux;
}
