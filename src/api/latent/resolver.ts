import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { Star } from '../star/type.js';
import { isUsable, missingReason } from './choice.js';
import { Latent } from './type.js';

@Resolver(() => Latent)
export class LatentResolver {
  @FieldResolver(() => FloatArray, {
    description: 'The latent z of the estimate, dimensionless: what the decoder takes.',
  })
  z(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(arrays.z, encoding, null);
  }

  @FieldResolver(() => FloatArray, {
    description: 'The vector that twins are searched by: the Euclidean distance of two is that of `twins`.',
  })
  searched(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(arrays.searched, encoding, null);
  }

  @FieldResolver(() => FloatArray, {
    nullable: true,
    description:
      "The residual latent r, maximum a posteriori: z less its mean at the star's parameters, in units of the training set's covariance, so that the population is N(0, I). Null under models that an older version trained.",
  })
  residual(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats | null {
    return arrays.estimate && encodeFloats(arrays.estimate.residual, encoding, null);
  }

  // Some 4 kB.
  @Cost({ own: 1 })
  @FieldResolver(() => FloatArray, {
    nullable: true,
    description:
      "Information L of the spectrum on r, the parameters' errors marginalised: lower triangle by rows, n (n + 1) / 2 numbers. The covariance of r about the truth is (L + I)⁻¹; over repeated noise alone, (L + I)⁻¹ L (L + I)⁻¹.",
  })
  information(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats | null {
    return arrays.estimate && encodeFloats(arrays.estimate.information, encoding, null);
  }

  @FieldResolver(() => FloatArray, {
    nullable: true,
    description:
      'e = (L + I) r: with L the whole likelihood of r. L⁻¹ e is r as the spectrum alone tells it, not drawn to the population.',
  })
  informationVector(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats | null {
    return arrays.estimate && encodeFloats(arrays.estimate.informationVector, encoding, null);
  }
}

@Resolver(() => Star)
export class StarLatentResolver {
  @FieldResolver(() => Latent, {
    nullable: true,
    description:
      'Latent of the combined spectrum in the newest published release; null where there is none, and `latentReason` says why.',
  })
  async latent(@Root() star: Star, @ModelArg() model: string | null, @Ctx() context: Context): Promise<Latent | null> {
    const latent = await context.loaders.latent(await chooseModel(context, model)).load(star.key);
    if (!isUsable(latent)) return null;
    const { z, searched, estimate, modelId, release, extrapolated } = latent;
    return { arrays: { z, searched, estimate }, model: modelId, release, extrapolated };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why there is no latent: no Teff or log g, too few good pixels. Null where there is one.',
  })
  async latentReason(
    @Root() star: Star,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<string | null> {
    const modelId = await chooseModel(context, model);
    return missingReason(await context.loaders.latent(modelId).load(star.key), modelId);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      "True when the star's parameters lie outside the served model's training range: its latent, twins and recasts are extrapolated. Null where it has no latent or no model is served.",
  })
  async extrapolated(@Root() star: Star, @Ctx() context: Context): Promise<boolean | null> {
    const { modelId } = await context.view();
    const latent = modelId === null ? null : await context.loaders.latent(modelId).load(star.key);
    return isUsable(latent) ? latent.extrapolated : null;
  }
}
