import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { SpectrumFile } from '../../storage/spectrumFile.js';
import { type Card, dataPadding, writeHeader } from '../fits/header.js';
import { errorsOf, fluxOf } from './pixels.js';
import { type WavelengthAxis, wavelengthAxis } from './wavelengthAxis.js';

/**
 * A spectrum as FITS. On a regular grid, linear or logarithmic: images of flux, error and mask with the axis in the header, which specutils knows
 * by itself (wcs1d-fits); it knows no table whose flux is dimensionless. On every grid, as the last HDU: a table with a row per pixel, SPECTRUM, for everybody else.
 */
export function spectrumFits(file: SpectrumFile, { wavelength }: WavelengthGrid): Buffer {
  const { spectrum } = file.spectrum;
  const [flux, error] = [fluxOf(spectrum), errorsOf(spectrum)];
  const axis = wavelengthAxis(wavelength);
  const images = axis
    ? [
        image(['SIMPLE', true], -32, [...axisCards(axis), ...facts(file)], 'FLUX', floats(flux)),
        image(['XTENSION', 'IMAGE'], -32, axisCards(axis), 'STD', floats(error)),
        image(
          ['XTENSION', 'IMAGE'],
          8,
          [...axisCards(axis), ['BFORM', 'L', '1: not to be used']],
          'MASK',
          Buffer.from(Uint8Array.from(spectrum.ivar, (weight) => (weight > 0 ? 0 : 1))),
        ),
      ]
    : [writeHeader([['SIMPLE', true], ['BITPIX', 8], ['NAXIS', 0], ['EXTEND', true], ...facts(file)])];
  return Buffer.concat([...images, table(wavelength, flux, error, spectrum.mask)]);
}

function facts({ spectrum, name, survey, simulated, ra, dec, content }: SpectrumFile): Card[] {
  const { parameters, continuum } = spectrum;
  return [
    ['OBJECT', name, 'identifier of the survey'],
    ['SURVEY', survey, 'survey of the star'],
    ['RELEASE', spectrum.release, 'release of the archive'],
    ['VISIT', spectrum.visit, '0: the combined spectrum'],
    ['SIMULATE', simulated, 'T: no star, but a simulation'],
    ['RADESYS', ra === null ? null : 'ICRS'],
    ['RA', ra, '[deg]'],
    ['DEC', dec, '[deg]'],
    ['MEDIUM', 'VACUUM', 'of the wavelengths'],
    ['SPECSYS', 'SOURCE', 'wavelengths at rest'],
    ['NORMED', true, 'flux is divided by its continuum'],
    ['SNR', spectrum.snr, 'signal to noise per pixel, of the survey'],
    ['TEFF', parameters?.teff ?? null, '[K]'],
    ['TEFFERR', parameters?.errors.teff ?? null, '[K] 1 sigma'],
    ['LOGG', parameters?.logg ?? null, '[dex]'],
    ['LOGGERR', parameters?.errors.logg ?? null, '[dex] 1 sigma'],
    ['FEH', parameters?.feh ?? null, '[dex]'],
    ['FEHERR', parameters?.errors.feh ?? null, '[dex] 1 sigma'],
    ['PARSRC', parameters?.source ?? null, 'source of the parameters'],
    ['CONTMETH', continuum.method, 'how the continuum was removed'],
    ['CONTVERS', continuum.version, 'version of that'],
    ['CONTENT', content, 'SHA-256 of what is stored, first digits'],
    ['SRCSHA', spectrum.checksum, 'SHA-256 of the source'],
  ];
}

function axisCards({ ctype, crval, cdelt }: WavelengthAxis): Card[] {
  return [
    ['CTYPE1', ctype, 'wavelength in vacuum'],
    ['CUNIT1', 'Angstrom'],
    ['CRPIX1', 1],
    ['CRVAL1', crval],
    ['CDELT1', cdelt],
  ];
}

function image(first: Card, bitpix: number, cards: readonly Card[], name: string, data: Buffer): Buffer {
  const extension = first[0] === 'XTENSION';
  const header = writeHeader([
    first,
    ['BITPIX', bitpix],
    ['NAXIS', 1],
    ['NAXIS1', (data.length * 8) / Math.abs(bitpix)],
    ...(extension ? ([['PCOUNT', 0] as const, ['GCOUNT', 1] as const] satisfies Card[]) : [['EXTEND', true] as const]),
    ['EXTNAME', name],
    ...(bitpix < 0 ? ([['BUNIT', '', 'relative to the continuum']] satisfies Card[]) : []),
    ...cards,
  ]);
  return Buffer.concat([header, data, dataPadding(data.length)]);
}

function floats(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeFloatBE(value, 4 * i);
  });
  return bytes;
}

/** Columns of the table: name, format, unit, UCD and utype (IVOA Spectral Data Model 1.2), meaning. */
const columns = [
  ['wavelength', 'D', 'Angstrom', 'em.wl', 'Spectrum.Data.SpectralAxis.Value', 'vacuum, at rest'],
  ['flux', 'E', '', 'phot.flux.density;em.wl', 'Spectrum.Data.FluxAxis.Value', 'relative to the continuum'],
  ['error', 'E', '', 'stat.error;phot.flux.density', 'Spectrum.Data.FluxAxis.Accuracy.StatError', '1 sigma'],
  ['mask', 'J', '', 'meta.code.qual', 'Spectrum.Data.FluxAxis.Accuracy.QualityStatus', 'bits of the survey'],
] as const;
const ROW = 8 + 4 + 4 + 4;
/** Bits are unsigned, the column is not: values are shifted by this, as FITS writes uint32. */
const UNSIGNED = 2 ** 31;

function table(wavelength: Float64Array, flux: Float32Array, error: Float32Array, mask: Uint32Array): Buffer {
  const data = Buffer.alloc(ROW * wavelength.length);
  for (let i = 0; i < wavelength.length; i++) {
    data.writeDoubleBE(wavelength[i], ROW * i);
    data.writeFloatBE(flux[i], ROW * i + 8);
    data.writeFloatBE(error[i], ROW * i + 12);
    data.writeInt32BE(mask[i] - UNSIGNED, ROW * i + 16);
  }
  const header = writeHeader([
    ['XTENSION', 'BINTABLE'],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', ROW],
    ['NAXIS2', wavelength.length],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', columns.length],
    ['EXTNAME', 'SPECTRUM'],
    ['VOCLASS', 'SPECTRUM 1.0', 'IVOA Spectral Data Model'],
    ...columns.flatMap(([name, format, unit, ucd, utype, meaning], i): Card[] => [
      [`TTYPE${i + 1}`, name, meaning],
      [`TFORM${i + 1}`, format],
      ...(unit ? ([[`TUNIT${i + 1}`, unit]] satisfies Card[]) : []),
      [`TUCD${i + 1}`, ucd],
      [`TUTYP${i + 1}`, utype],
    ]),
    ['TZERO4', UNSIGNED, 'unsigned'],
    ['TSCAL4', 1],
  ]);
  return Buffer.concat([header, data, dataPadding(data.length)]);
}
