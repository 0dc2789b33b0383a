import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { decodeMask } from '../../domain/pixelMask.js';
import { spectrumPath } from '../../domain/spectrumAddress.js';
import { surveyOf } from '../../domain/star.js';
import type { StoredSpectrum } from '../../storage/spectrum.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { MaskArray } from '../scalars/maskArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { checkRelease } from '../star/filter.js';
import { Star } from '../star/type.js';
import { Spectrum, SpectrumKind } from './type.js';

/** Flux and error are kept in steps of a tenth of an error that is at least 0.005: the fifth decimal is a hundredth of a step. Å: 0.02 m/s. */
const DECIMALS = 5;

@Resolver(() => Spectrum)
export class SpectrumResolver {
  @Cost({ own: 1 })
  @FieldResolver(() => FloatArray, {
    description: 'Wavelengths in vacuum, Å, strictly increasing. BASE64_F32 holds them to about 0.001 Å.',
  })
  async wavelength(
    @Root() { arrays }: Spectrum,
    @EncodingArg() encoding: SpectrumEncoding,
    @Ctx() context: Context,
  ): Promise<EncodedFloats> {
    const { wavelength } = await context.grids.load(arrays.gridId);
    return encodeFloats(wavelength, encoding, DECIMALS);
  }

  @Cost({ own: 1 })
  @FieldResolver(() => FloatArray, {
    description: 'Flux relative to the continuum (dimensionless, 1 is the continuum); flagged pixels are null or NaN.',
  })
  flux(@Root() { arrays }: Spectrum, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(arrays.flux, encoding, DECIMALS);
  }

  @Cost({ own: 1 })
  @FieldResolver(() => FloatArray, {
    nullable: true,
    description:
      '1-sigma error of the flux (dimensionless); flagged pixels are null or NaN. Null for a recast spectrum.',
  })
  error(@Root() { arrays }: Spectrum, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats | null {
    return arrays.error && encodeFloats(arrays.error, encoding, DECIMALS);
  }

  @Cost({ own: 1 })
  @FieldResolver(() => MaskArray, {
    nullable: true,
    description:
      "The survey's own mask bits per pixel, as they came; decoded, the names of the bits that are set (SDSS's APOGEE_PIXMASK; BIT_<number> for one without a name). Null for a recast spectrum.",
  })
  mask(
    @Root() { arrays: { mask }, stored }: Spectrum,
    @Arg('decoded', () => Boolean, {
      defaultValue: false,
      description: 'Whether each pixel holds a list of names instead of a number.',
    })
    decoded: boolean,
  ): Uint32Array | string[][] | null {
    return decoded && mask && stored ? decodeMask(surveyOf(stored.starId), mask) : mask;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Address of the spectrum as a FITS file; with the ending .csv or .bin instead of .fits as text or as 32-bit columns. It names the content, so that a published one never changes. Null for a recast spectrum.',
  })
  async url(@Root() { stored }: Spectrum, @Ctx() context: Context): Promise<string | null> {
    const content = stored && (await context.loaders.content.load(stored));
    return stored && content ? context.publicUrl() + spectrumPath({ ...stored, content }) : null;
  }
}

@Resolver(() => Star)
export class StarSpectrumResolver {
  @Cost({ own: 3 })
  @FieldResolver(() => Spectrum, {
    nullable: true,
    description:
      "The star's combined spectrum, divided by its continuum; null where the release has none of this star.",
  })
  async spectrum(
    @Root() star: Star,
    @Arg('release', () => String, {
      nullable: true,
      description: 'Name of a published release; the newest one with this star where left out.',
    })
    release: string | null,
    @Ctx() context: Context,
  ): Promise<Spectrum | null> {
    if (release != null) checkRelease(await context.view(), release);
    const stored = await context.loaders.spectrum(release ?? null).load(star.key);
    return stored && observed(stored);
  }
}

function observed({ starId, visit, spectrum, gridId, goodPixels, snr, release }: StoredSpectrum): Spectrum {
  const flux = new Float32Array(spectrum.flux.length);
  const error = new Float32Array(spectrum.flux.length);
  for (let i = 0; i < flux.length; i++) {
    const flagged = !(spectrum.ivar[i] > 0);
    flux[i] = flagged ? Number.NaN : spectrum.flux[i];
    error[i] = flagged ? Number.NaN : 1 / Math.sqrt(spectrum.ivar[i]);
  }
  return {
    arrays: { gridId, flux, error, mask: spectrum.mask },
    stored: { starId, release, visit },
    kind: SpectrumKind.OBSERVED,
    good: goodPixels,
    snr,
    release,
    model: null,
    extrapolated: false,
  };
}
