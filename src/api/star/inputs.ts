import { Field, Float, InputType, registerEnumType } from 'type-graphql';
import { AbundanceFilter, AbundanceOrder } from '../abundance/filter.js';
import { ID } from '../scalars/identifier.js';
import { Declination, RightAscension } from '../scalars/skyAngle.js';
import { Range } from './range.js';

@InputType({ description: 'A circle on the sky, its edge included. Stars without a position are outside every cone.' })
export class Cone {
  @Field(() => RightAscension, { description: 'Right ascension of the centre, ICRS.' })
  ra!: number;
  @Field(() => Declination, { description: 'Declination of the centre, ICRS.' })
  dec!: number;
  @Field(() => Float, { description: 'Radius, degrees, 0 to 180.' })
  radius!: number;
}

@InputType({
  description:
    "Flags of a star's combined spectrum, by the names of their bits in APOGEE_STARFLAG and APOGEE_ASPCAPFLAG (SDSS DR17), such as STAR_BAD or LOW_SNR. A spectrum whose survey keeps none has none set.",
})
export class FlagFilter {
  @Field(() => [String], { nullable: true, description: 'At least one of these is set.' })
  any?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'None of these is set.' })
  none?: string[] | null;
}

@InputType({ description: 'Stars that meet every condition given.' })
export class StarFilter {
  @Field(() => [ID], {
    nullable: true,
    description:
      'Only these stars, at most 1000 unless configured otherwise: in any form that `star(id:)` takes. Unknown ones match nothing, and are named in `missing` of a list.',
  })
  ids?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Only stars with a combined spectrum in the published release of this name. Ranges and order mean the values of the newest release all the same.',
  })
  release?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Only the stars of this group: its global id, or kind and name as in cluster:M67.',
  })
  group?: string | null;
  @Field(() => String, { nullable: true, description: "Only stars whose survey's own identifier begins so." })
  namePrefix?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      "Pattern of the survey's own name, * for any run of characters, as in 2M1733*-27*; at most 5 of them and 100 characters. What stands before the first * is looked up; one that begins with * takes a pass over all names.",
  })
  namePattern?: string | null;
  @Field(() => Range, { nullable: true, description: 'Effective temperature, K.' })
  teff?: Range | null;
  @Field(() => Range, { nullable: true, description: 'Surface gravity log g, dex.' })
  logg?: Range | null;
  @Field(() => Range, { nullable: true, description: 'Metallicity [Fe/H], dex.' })
  feh?: Range | null;
  @Field(() => Range, {
    nullable: true,
    description: '1-sigma error of Teff, K. A value that is taken as exact has none, and is outside every range.',
  })
  teffError?: Range | null;
  @Field(() => Range, { nullable: true, description: '1-sigma error of log g, dex; as that of Teff.' })
  loggError?: Range | null;
  @Field(() => Range, { nullable: true, description: '1-sigma error of [Fe/H], dex; as that of Teff.' })
  fehError?: Range | null;
  @Field(() => FlagFilter, { nullable: true, description: "The survey's flags of the combined spectrum." })
  flags?: FlagFilter | null;
  @Field(() => Range, { nullable: true, description: 'Signal to noise per pixel of the combined spectrum.' })
  snr?: Range | null;
  @Field(() => Cone, { nullable: true, description: 'Only stars within this circle on the sky.' })
  cone?: Cone | null;
  @Field(() => [AbundanceFilter], {
    nullable: true,
    description:
      'Conditions on abundances, all of which must hold; error NOT_READY where the served model has no estimator.',
  })
  abundances?: AbundanceFilter[] | null;
}

/** What a list of stars can be ordered by; the words are those of the store. */
export enum StarOrderField {
  ID = 'ID',
  TEFF = 'TEFF',
  LOGG = 'LOGG',
  FEH = 'FEH',
  SNR = 'SNR',
  ABUNDANCE = 'ABUNDANCE',
}

export enum Direction {
  ASC = 'ASC',
  DESC = 'DESC',
}

registerEnumType(StarOrderField, {
  name: 'StarOrderField',
  description: 'What a list of stars is ordered by; ties by id. Stars without the value come last.',
  valuesConfig: {
    ID: { description: 'Survey and name.' },
    TEFF: { description: 'Effective temperature.' },
    LOGG: { description: 'Surface gravity.' },
    FEH: { description: 'Metallicity [Fe/H].' },
    SNR: { description: 'Signal to noise per pixel of the combined spectrum.' },
    ABUNDANCE: { description: 'The abundance that `abundance` names.' },
  },
});
registerEnumType(Direction, {
  name: 'Direction',
  description: 'Sense of an order.',
  valuesConfig: { ASC: { description: 'Smallest first.' }, DESC: { description: 'Largest first.' } },
});

@InputType({ description: 'The order of a list of stars.' })
export class StarOrder {
  @Field(() => StarOrderField, { description: 'What to order by.' })
  field!: StarOrderField;
  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which end comes first.' })
  direction!: Direction;
  @Field(() => AbundanceOrder, {
    nullable: true,
    description:
      'Which abundance, where the field is ABUNDANCE; error NOT_READY where the served model has no estimator.',
  })
  abundance?: AbundanceOrder | null;
}

@InputType({
  description:
    'Physical parameters to recast a spectrum to. Values outside the training range are clamped to it and the answer says so.',
})
export class ParametersInput {
  @Field(() => Float, { description: 'Effective temperature, K.' })
  teff!: number;
  @Field(() => Float, { description: 'Surface gravity log g, log10 of cm s⁻², dex.' })
  logg!: number;
  @Field(() => Float, {
    nullable: true,
    description: "Metallicity [Fe/H], dex; the star's own where left out. Only used by models that remove it.",
  })
  feh?: number | null;
}
