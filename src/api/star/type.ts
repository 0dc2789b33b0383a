import { Field, Float, ObjectType } from 'type-graphql';
import type { StarId } from '../../domain/star.js';
import type { StoredStar } from '../../storage/star.js';
import { globalId } from '../relay/globalId.js';
import { Node } from '../relay/node.js';

@ObjectType({ description: "A star's identifier in another catalogue." })
export class Alias {
  @Field({ description: 'The catalogue, such as 2mass or gaia.' })
  readonly catalogue!: string;
  @Field({ description: 'The identifier there, as text: 64-bit numbers keep all digits.' })
  readonly id!: string;
}

@ObjectType({ description: '1-sigma errors of the parameters; null where the value is taken as exact.' })
export class ParameterErrors {
  @Field(() => Float, { nullable: true, description: 'Error of the effective temperature, K.' })
  readonly teff!: number | null;
  @Field(() => Float, { nullable: true, description: 'Error of log g, dex.' })
  readonly logg!: number | null;
  @Field(() => Float, { nullable: true, description: 'Error of [Fe/H], dex.' })
  readonly feh!: number | null;
}

@ObjectType({
  description:
    "Physical parameters as a model fits them to the star's spectrum together with its latent, the catalogue's values and errors for a prior.",
})
export class RefinedParameters {
  @Field(() => Float, {
    nullable: true,
    description: 'Effective temperature, K; null where the model does not remove it.',
  })
  readonly teff!: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Surface gravity, log10 of cm s⁻², dex; null where the model does not remove it.',
  })
  readonly logg!: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Metallicity [Fe/H], dex relative to the Sun; null where the model does not remove it.',
  })
  readonly feh!: number | null;
  @Field(() => ParameterErrors, {
    description: "1-sigma errors; null where the catalogue's value has none: it is taken as exact, and stays.",
  })
  readonly errors!: ParameterErrors;
  @Field({ description: 'Name of the model that fitted them.' })
  readonly model!: string;
  @Field({ description: 'Name of the release whose spectrum was fitted.' })
  readonly release!: string;
  @Field({
    description: "True when the catalogue's values lie outside the model's training range and were clamped to it.",
  })
  readonly extrapolated!: boolean;
}

@ObjectType({ description: 'Physical parameters of a star, from the newest published release that has them.' })
export class Parameters {
  /** The star's key in the archive; not a field. */
  readonly key!: StarId;
  @Field(() => Float, { nullable: true, description: 'Effective temperature, K; null where unknown.' })
  readonly teff!: number | null;
  @Field(() => Float, { nullable: true, description: 'Surface gravity, log10 of cm s⁻², dex; null where unknown.' })
  readonly logg!: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Metallicity [Fe/H], dex relative to the Sun; null where unknown.',
  })
  readonly feh!: number | null;
  @Field(() => ParameterErrors, { description: '1-sigma errors.' })
  readonly errors!: ParameterErrors;
  @Field({ description: 'Where they come from: catalogue, radial-velocity template, simulation.' })
  readonly source!: string;
  @Field({ description: 'Name of the release that they belong to.' })
  readonly release!: string;
}

@ObjectType({ implements: Node, description: 'A star as one survey observed it.' })
export class Star extends Node {
  /** The key in the archive; not a field. */
  readonly key: StarId;
  @Field({ description: "The survey's own identifier, exactly as it was ingested." })
  readonly name: string;
  @Field({ description: 'The survey that it belongs to.' })
  readonly survey: string;
  @Field({ description: 'True when its survey is a simulation.' })
  readonly simulated: boolean;
  @Field(() => Float, { nullable: true, description: 'Right ascension, degrees, ICRS, 0 to 360; null where unknown.' })
  readonly ra: number | null;
  @Field(() => Float, { nullable: true, description: 'Declination, degrees, ICRS, -90 to 90; null where unknown.' })
  readonly dec: number | null;
  @Field(() => [Alias], { description: 'Identifiers in other catalogues; `star(id:)` takes them too.' })
  readonly aliases: readonly Alias[];

  constructor(star: StoredStar) {
    super(globalId('Star', star.id));
    this.key = star.id;
    this.name = star.name;
    this.survey = star.survey;
    this.simulated = star.simulated;
    this.ra = star.ra;
    this.dec = star.dec;
    this.aliases = Object.entries(star.aliases).map(([catalogue, id]) => ({ catalogue, id }));
  }
}
