import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
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
  @FieldResolver(() => FloatArray, { description: "The encoder's output z, dimensionless: what the decoder takes." })
  z(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(arrays.z, encoding, null);
  }

  @FieldResolver(() => FloatArray, {
    description:
      "The vector that twins are searched by, in units of the training set's standard deviation: the Euclidean distance of two is that of `twins`.",
  })
  searched(@Root() { arrays }: Latent, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(arrays.searched, encoding, null);
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
    const { z, searched, modelId, release, extrapolated } = latent;
    return { arrays: { z, searched }, model: modelId, release, extrapolated };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why there is no latent: no Teff or log g, for example. Null where there is one.',
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
