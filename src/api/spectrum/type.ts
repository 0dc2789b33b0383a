import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ContentKey } from '../../storage/spectrumFile.js';

export enum SpectrumKind {
  OBSERVED = 'OBSERVED',
  RECAST = 'RECAST',
}

registerEnumType(SpectrumKind, {
  name: 'SpectrumKind',
  description: 'How a spectrum came to be.',
  valuesConfig: {
    OBSERVED: { description: 'As ingested: a combined spectrum or a single visit, divided by its continuum.' },
    RECAST: { description: 'Decoded by a model: what the star would look like at other physical parameters.' },
  },
});

/** What a spectrum's array fields are written from; arrays of the grid's length. */
export interface SpectrumArrays {
  /** NaN where flagged or not covered by the model. */
  readonly flux: Float32Array;
  /** 1-sigma, NaN where flagged; null for a spectrum without errors. */
  readonly error: Float32Array | null;
  readonly mask: Uint32Array | null;
}

@ObjectType({
  description:
    'A continuum-normalised spectrum. Its arrays have one element per pixel of the wavelength grid, in vacuum and at rest, in the same order.',
})
export class Spectrum {
  /** Not a field: the resolver writes them in the encoding asked for. They are loaded when first asked for. */
  readonly arrays!: () => Promise<SpectrumArrays>;
  /** Not a field: the grid that the arrays are on. */
  readonly gridId!: number;
  /** Not a field: which stored spectrum it is; null for one that is not stored. */
  readonly stored!: ContentKey | null;
  @Field(() => SpectrumKind, { description: 'Whether it was observed or recast by a model.' })
  readonly kind!: SpectrumKind;
  @Field(() => Int, { description: 'Number of pixels that carry information.' })
  readonly good!: number;
  @Field(() => Float, {
    nullable: true,
    description: 'Signal to noise per pixel, as the survey states it; null for a recast spectrum.',
  })
  readonly snr!: number | null;
  @Field({
    description:
      'Name of the release that it comes from; for a recast spectrum, that of the spectrum it was made from.',
  })
  readonly release!: string;
  @Field(() => Int, {
    description:
      "Which exposure of the star: 0 is the combined spectrum, n the survey's n-th visit. The spectra of a second telescope are kept 100,000 visits further on: 200000 is combined, 200001 its first visit. 0 for a recast spectrum.",
  })
  readonly visit!: number;
  @Field({ description: 'Whether all visits of a telescope are combined in it. True for a recast spectrum.' })
  readonly combined!: boolean;
  @Field(() => Float, {
    nullable: true,
    description:
      "Modified Julian Date of the visit, days (JD - 2400000.5), as the survey states it; null for a combined or recast spectrum, and where the survey's files do not tell.",
  })
  readonly mjd!: number | null;
  @Field(() => String, {
    nullable: true,
    description:
      "The survey's name of the telescope: in APOGEE apo25m and apo1m of Apache Point Observatory, lco25m of Las Campanas Observatory; null where it is not known, and for a recast spectrum.",
  })
  readonly telescope!: string | null;
  @Field(() => Float, {
    nullable: true,
    description:
      "Number of the spectrograph's fibre; of a combined spectrum the mean over its visits. Null where it is not known, and for a recast spectrum.",
  })
  readonly fibre!: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the model that recast it; null for an observed spectrum.',
  })
  readonly model!: string | null;
  @Field({
    description:
      "True when the star's own parameters or those asked for lie outside the model's training range: they were clamped to it. False for an observed spectrum.",
  })
  readonly extrapolated!: boolean;
}
