import { Field, Float, ObjectType } from 'type-graphql';
import { ID } from '../scalars/identifier.js';

@ObjectType({ description: 'A range that holds the truth with a stated probability.' })
export class Interval {
  @Field(() => Float, { description: 'Lower end, dex.' })
  readonly low!: number;
  @Field(() => Float, { description: 'Upper end, dex.' })
  readonly high!: number;
}

/** The interval of this half-width. */
export function intervalOf(value: number, half: number): Interval {
  return { low: value - half, high: value + half };
}

@ObjectType({
  description: 'An abundance of a star, as an estimator reads it from the latent and the refined parameters.',
})
export class Abundance {
  @Field({ description: 'Symbol of the element.' })
  readonly element!: string;
  @Field(() => Float, { description: '[Fe/H] for Fe, [X/Fe] for the others, dex relative to the Sun.' })
  readonly value!: number;
  @Field(() => Float, {
    nullable: true,
    description:
      "1-sigma error, dex: half of `interval68`. It holds the noise of the spectrum, the parameters' errors and the estimator's own error, and was calibrated on held-out stars. Null for what a simulation knows exactly.",
  })
  readonly sigma!: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      "The part of the error that is the star's own, from the noise of its spectrum and the errors of its parameters, dex: a mean of many stars has little of it left. Null for truth.",
  })
  readonly noise!: number | null;
  @Field(() => Interval, {
    nullable: true,
    description: 'Holds the truth with 68.3 % probability (split conformal); null where the value is exact.',
  })
  readonly interval68!: Interval | null;
  @Field(() => Interval, {
    nullable: true,
    description: 'Holds the truth with 95 % probability (split conformal); null where the value is exact.',
  })
  readonly interval95!: Interval | null;
  @Field({
    description:
      'False where the value says little of this star: `reason` tells why. It is then mostly what the rest of the population has.',
  })
  readonly reliable!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it is not reliable; null where it is.' })
  readonly reason!: string | null;
  @Field({ description: 'How it was got: nonlinear, linear, or truth (what a simulation knows).' })
  readonly method!: string;
  @Field(() => String, { nullable: true, description: 'Name of the model whose latent it is from; null for truth.' })
  readonly model!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the release whose spectrum it is from; null for a spectrum that is not in the archive.',
  })
  readonly release!: string | null;
  @Field(() => ID, { nullable: true, description: 'Name of the estimator; null for truth.' })
  readonly estimator!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the release whose stars the estimator learnt from; null for truth.',
  })
  readonly trainedOn!: string | null;
}
