import { Field, Float, ObjectType } from 'type-graphql';
import type { ChiSquare } from '../../compute/compute.js';
import type { ParameterValues } from '../../domain/parameters.js';
import type { Spectrum } from '../spectrum/type.js';
import { Star } from '../star/type.js';

@ObjectType({ description: 'The physical parameters that two spectra were recast to.' })
export class ComparedParameters {
  @Field(() => Float, { nullable: true, description: 'Effective temperature, K.' })
  readonly teff!: number | null;
  @Field(() => Float, { nullable: true, description: 'Surface gravity, log10 of cm s⁻², dex.' })
  readonly logg!: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Metallicity [Fe/H], dex relative to the Sun; null where the model does not remove it.',
  })
  readonly feh!: number | null;
}

/** What is computed of a comparison only where a field asks for it, once. */
export interface ComparedPair {
  /** Both recast, a first. */
  readonly recasts: () => Promise<readonly [Spectrum, Spectrum]>;
  /** Null where the model or a latent is of an older version. */
  readonly logBayesFactor: () => Promise<number | null>;
  /** As above. */
  readonly chiSquare: () => Promise<ChiSquare | null>;
}

@ObjectType({
  description:
    'Two stars side by side: what the model makes of their spectra at the same physical parameters, so that what differs is their chemistry.',
})
export class Comparison {
  /** Not a field: what its resolver writes the others from. */
  readonly pair!: ComparedPair;
  @Field(() => Star, { description: 'The first star.' })
  readonly a!: Star;
  @Field(() => Star, { description: 'The second star.' })
  readonly b!: Star;
  @Field(() => ComparedParameters, {
    description: 'The parameters that both were recast to, before they were clamped to the training range.',
  })
  readonly at!: ParameterValues;
  @Field(() => Float, {
    description:
      'Distance of the two latents: Euclidean, of the searched vectors, in units of the difference that a typical spectrum shows from another of the same chemistry; 0 is identical. As `distance` of `twins`.',
  })
  readonly distance!: number;
  @Field({ description: 'Name of the model that encoded and recast both.' })
  readonly model!: string;
  @Field(() => [String], {
    description: 'Names of the releases whose spectra of a and b were compared, in this order.',
  })
  readonly releases!: readonly string[];
}
