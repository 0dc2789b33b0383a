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
    OBSERVED: { description: 'As ingested: the combined spectrum, divided by its continuum.' },
    RECAST: { description: 'Decoded by a model: what the star would look like at other physical parameters.' },
  },
});

/** What a spectrum's array fields are written from; arrays of the grid's length. */
export interface SpectrumArrays {
  readonly gridId: number;
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
  /** Not a field: the resolver writes it in the encoding asked for. */
  readonly arrays!: SpectrumArrays;
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
