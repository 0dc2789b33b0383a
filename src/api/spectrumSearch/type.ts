import { Field, Float, ObjectType } from 'type-graphql';
import type { ChiSquare } from '../../compute/compute.js';
import { Star } from '../star/type.js';

@ObjectType({ description: 'A star of the archive whose chemistry is near to that of a spectrum from elsewhere.' })
export class Twin {
  @Field(() => Star, { description: 'The star.' })
  readonly node!: Star;
  @Field(() => Float, { description: 'Euclidean distance of the two searched vectors, as in `twins`; 0 is identical.' })
  readonly distance!: number;
  @Field(() => Float, {
    nullable: true,
    description:
      'Natural logarithm of how much more probable the two spectra are if the stars have one chemistry than if they are two stars of the population. Null where the latent of the star is of an older version.',
  })
  readonly logBayesFactor!: number | null;
  @Field({ description: 'Name of the model that encoded both spectra.' })
  readonly model!: string;
  @Field({
    description:
      "True when the parameters given with the spectrum lie outside the model's training range and were clamped to it: its latent is then a guess.",
  })
  readonly extrapolated!: boolean;
  /** Not a field: found out only when falseTwinRate is asked. */
  readonly expect!: () => Promise<number | null>;
  /** Not a field: computed only when chi2 or its degrees of freedom are asked. */
  readonly chiSquare!: () => Promise<ChiSquare | null>;
}
