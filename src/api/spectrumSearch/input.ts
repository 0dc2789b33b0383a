import { Field, Float, InputType, registerEnumType } from 'type-graphql';
import { FloatArray, type GivenFloats } from '../scalars/floatArray.js';

export enum SpectralMedium {
  VACUUM = 'VACUUM',
  AIR = 'AIR',
}

registerEnumType(SpectralMedium, {
  name: 'SpectralMedium',
  description: 'What wavelengths were measured in.',
  valuesConfig: {
    VACUUM: { description: 'Vacuum.' },
    AIR: { description: 'Dry air at 15 °C and 101,325 Pa; converted to vacuum after Ciddor (1996), equation 1.' },
  },
});

@InputType({
  description:
    "A spectrum on its own grid, with the physical parameters of its star. `POST /spectra/parse` makes one of a file. Arrays have one element per pixel, as JSON arrays or BASE64_F32. It is taken to the model's grid: to vacuum and rest, to the survey's resolving power, resampled, divided by its continuum.",
})
export class SpectrumInput {
  @Field(() => FloatArray, {
    description: 'Wavelengths of the pixel centres, Å, strictly increasing; at most 100,000.',
  })
  wavelength!: GivenFloats;
  @Field(() => FloatArray, { description: 'Flux in any unit; null or NaN where flagged.' })
  flux!: GivenFloats;
  @Field(() => FloatArray, {
    description: '1-sigma error of the flux, in its unit; null, NaN, infinite, 0 or negative where flagged.',
  })
  error!: GivenFloats;
  @Field(() => SpectralMedium, {
    nullable: true,
    description:
      'What the wavelengths were measured in: must be known, a parsed file that does not tell has null here.',
  })
  medium?: SpectralMedium | null;
  @Field(() => Float, {
    nullable: true,
    description:
      "Resolving power λ / FWHM, of a Gaussian line spread; the survey's where left out. A higher one is convolved, one more than 2 % lower is refused.",
  })
  resolvingPower?: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Velocity that the lines are shifted by, km/s, positive to the red; at rest where left out.',
  })
  radialVelocity?: number | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      "True when the flux is divided by its continuum already, as the spectra of this API are; false when it is not. Left out: true where the model's own training spectra came so and this one's continuum lies within 8 % of 1 everywhere.",
  })
  normalised?: boolean | null;
  @Field(() => Float, { nullable: true, description: 'Effective temperature, K; needed by models that remove it.' })
  teff?: number | null;
  @Field(() => Float, { nullable: true, description: 'Its 1-sigma error, K; taken as exact where left out.' })
  teffError?: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Surface gravity log g, log10 of cm s⁻², dex; needed by models that remove it.',
  })
  logg?: number | null;
  @Field(() => Float, { nullable: true, description: 'Its 1-sigma error, dex; taken as exact where left out.' })
  loggError?: number | null;
  @Field(() => Float, { nullable: true, description: 'Metallicity [Fe/H], dex; needed by models that remove it.' })
  feh?: number | null;
  @Field(() => Float, { nullable: true, description: 'Its 1-sigma error, dex; taken as exact where left out.' })
  fehError?: number | null;
}
