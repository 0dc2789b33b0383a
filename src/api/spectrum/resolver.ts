import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { InputError, NotReadyError } from '../../domain/errors.js';
import { exposureOf, isCombined } from '../../domain/exposure.js';
import { decodeMask } from '../../domain/pixelMask.js';
import { ShownSpectrum } from '../../domain/shownSpectrum.js';
import { spectrumPath } from '../../domain/spectrumAddress.js';
import type { EncodedArrays } from '../../domain/spectrumEncoding.js';
import { surveyOf } from '../../domain/star.js';
import type { SpectrumHead } from '../../storage/starSpectra.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { MaskArray } from '../scalars/maskArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { checkRelease } from '../star/filter.js';
import { Star } from '../star/type.js';
import { Spectrum, type SpectrumArrays, SpectrumKind } from './type.js';

/** Flux and error are kept in steps of a tenth of an error that is at least 0.005: the fifth decimal is a hundredth of a step. Å: 0.02 m/s. */
const DECIMALS = 5;

/** An array is 50 to 90 kB of the answer, which is whole in memory: what a query may cost (50,000) bounds it to 200 MB. At 1 each a query of thirty arrays of a thousand stars took 2 GB. */
const ARRAY_COST = 20;

@Resolver(() => Spectrum)
export class SpectrumResolver {
  @Cost({ own: ARRAY_COST })
  @FieldResolver(() => FloatArray, {
    description: 'Wavelengths in vacuum, Å, strictly increasing. BASE64_F32 holds them to about 0.001 Å.',
  })
  async wavelength(
    @Root() { gridId }: Spectrum,
    @EncodingArg() encoding: SpectrumEncoding,
    @Ctx() context: Context,
  ): Promise<EncodedFloats> {
    const { wavelength } = await context.grids.load(gridId);
    return encodeFloats(wavelength, encoding, DECIMALS);
  }

  @Cost({ own: ARRAY_COST })
  @FieldResolver(() => FloatArray, {
    description: 'Flux relative to the continuum (dimensionless, 1 is the continuum); flagged pixels are null or NaN.',
  })
  async flux(@Root() spectrum: Spectrum, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await spectrum.arrays()).flux, encoding, DECIMALS);
  }

  @Cost({ own: ARRAY_COST })
  @FieldResolver(() => FloatArray, {
    nullable: true,
    description:
      '1-sigma error of the flux (dimensionless); flagged pixels are null or NaN. Null for a recast spectrum.',
  })
  async error(@Root() spectrum: Spectrum, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats | null> {
    const { error } = await spectrum.arrays();
    return error && encodeFloats(error, encoding, DECIMALS);
  }

  @Cost({ own: ARRAY_COST })
  @FieldResolver(() => MaskArray, {
    nullable: true,
    description:
      "The survey's own mask bits per pixel, as they came; decoded, the names of the bits that are set (SDSS's APOGEE_PIXMASK; BIT_<number> for one without a name). Null for a recast spectrum.",
  })
  async mask(
    @Root() { arrays, stored }: Spectrum,
    @Arg('decoded', () => Boolean, {
      defaultValue: false,
      description: 'Whether each pixel holds a list of names instead of a number.',
    })
    decoded: boolean,
  ): Promise<Uint32Array | string[][] | null> {
    const { mask } = await arrays();
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
      "The star's combined spectrum, or a visit of it, divided by its continuum; null where the release has none of this star.",
  })
  async spectrum(
    @Root() star: Star,
    @Arg('release', () => String, {
      nullable: true,
      description: 'Name of a published release; the newest one with this star where left out.',
    })
    release: string | null,
    @Arg('visit', () => Int, {
      defaultValue: 0,
      description: 'Which exposure, 0 for the combined spectrum; `spectra` tells which there are.',
    })
    visit: number,
    @Ctx() context: Context,
  ): Promise<Spectrum | null> {
    if (visit < 0) throw new InputError('visit', 'a number of at least 0', visit);
    if (release != null) checkRelease(await context.view(), release);
    const stored = await context.loaders.spectrum({ release: release ?? null, visit }).load(star.key);
    return stored && observed(stored, async () => stored);
  }

  @Cost({ own: 3 })
  @FieldResolver(() => [Spectrum], {
    description:
      'All spectra of the star: release by release, the newest first, each with the combined spectrum before its visits, as far as visits were ingested. Arrays are read only where they are asked for.',
  })
  async spectra(@Root() star: Star, @Ctx() context: Context): Promise<Spectrum[]> {
    const heads = (await context.loaders.spectra.load(star.key)) ?? [];
    return heads.map((head) =>
      observed(head, async () => {
        const arrays = await context.loaders.arrays.load(head);
        if (arrays) return arrays;
        const { starId, visit, release } = head;
        throw new NotReadyError(`${starId} has no visit ${visit} in ${release} any more`, 'ask again');
      }),
    );
  }
}

function observed(head: SpectrumHead, load: () => Promise<EncodedArrays>): Spectrum {
  const { starId, visit, release, gridId, goodPixels, snr, properties } = head;
  let loaded: Promise<SpectrumArrays> | null = null;
  const arrays = () => {
    loaded ??= load().then((encoded) => new ShownSpectrum(encoded));
    return loaded;
  };
  return {
    arrays,
    gridId,
    stored: { starId, release, visit },
    kind: SpectrumKind.OBSERVED,
    good: goodPixels,
    snr,
    release,
    visit,
    combined: isCombined(visit),
    ...exposureOf(visit, properties),
    model: null,
    extrapolated: false,
  };
}
