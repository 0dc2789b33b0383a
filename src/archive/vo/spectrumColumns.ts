import type { SpectrumFileFormat } from '../../domain/spectrumAddress.js';
import { spectrumPath } from '../../domain/spectrumAddress.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { ObservedTime } from '../../storage/observedTime.js';
import type { Filled } from '../table/column.js';
import { mediaTypes } from './spectrumQuery.js';
import type { ListedStar } from './stars.js';

/** A spectrum in one of the formats that it can be had in. */
export interface OfferedSpectrum extends ListedStar {
  readonly format: SpectrumFileFormat;
  readonly grid: WavelengthGrid;
  /** null: not known. */
  readonly observed: ObservedTime | null;
}

type OfferColumn = Filled<OfferedSpectrum>;

const METRES = 1e-10;

/** Columns of an answer of Simple Spectral Access 1.1 (IVOA Recommendation 2012, appendix A), known by their utypes. @param base of addresses */
export function offerColumns(base: string): OfferColumn[] {
  const text = (
    name: string,
    utype: string,
    ucd: string,
    description: string,
    value: OfferColumn['value'],
  ): OfferColumn => ({
    name,
    type: 'text',
    utype: `ssa:${utype}`,
    ucd,
    description,
    value,
  });
  const number = (
    name: string,
    unit: string,
    utype: string,
    ucd: string,
    description: string,
    value: OfferColumn['value'],
  ): OfferColumn => ({
    ...text(name, utype, ucd, description, value),
    type: 'double',
    ...(unit && { unit }),
  });
  const position = ({ star: { ra, dec } }: OfferedSpectrum) => (ra === null || dec === null ? null : `${ra} ${dec}`);
  const pair = (name: string, utype: string, ucd: string, description: string): OfferColumn => ({
    ...number(name, 'deg', utype, ucd, description, position),
    arraysize: '2',
  });
  const authority = new URL(base).hostname;
  const ends = ({ grid: { wavelength } }: OfferedSpectrum) =>
    [wavelength[0], wavelength[wavelength.length - 1]].map((end) => end * METRES);
  return [
    text(
      'access_url',
      'Access.Reference',
      'meta.ref.url',
      'Where the spectrum is',
      ({ spectrum, format }) => base + spectrumPath(spectrum, format),
    ),
    text('access_format', 'Access.Format', 'meta.code.mime', 'Media type there', ({ format }) => mediaTypes[format]),
    {
      ...number(
        'access_estsize',
        'kbyte',
        'Access.Size',
        'phys.size;meta.file',
        'About how large',
        ({ format, grid }) => kilobytes[format](grid.wavelength.length),
      ),
      datatype: 'long',
    },
    text('data_model', 'Dataset.DataModel', '', 'Data model of the FITS file', () => 'Spectrum-1.2'),
    text('data_type', 'Dataset.Type', '', 'What it is', () => 'Spectrum'),
    {
      ...number('length', '', 'Dataset.Length', 'meta.number', 'Pixels', ({ grid }) => grid.wavelength.length),
      datatype: 'long',
    },
    text(
      'title',
      'DataID.Title',
      'meta.title;meta.dataset',
      'Title',
      ({ star, spectrum }) => `${star.name} in ${spectrum.release}`,
    ),
    text('collection', 'DataID.Collection', 'meta.title', 'Release', ({ spectrum }) => spectrum.release),
    text('creation_type', 'DataID.CreationType', '', 'How it came to be', ({ star }) =>
      star.simulated ? 'theory' : 'archival',
    ),
    text('publisher', 'Curation.Publisher', 'meta.curation', 'Who publishes it', () => authority),
    text(
      'publisher_did',
      'Curation.PublisherDID',
      'meta.ref.ivoid',
      'Identifier',
      ({ spectrum: { starId, release } }) =>
        `ivo://${authority}/spectra?${encodeURIComponent(starId)}/${encodeURIComponent(release)}`,
    ),
    text('target', 'Target.Name', 'meta.id;src', 'Identifier of the survey', ({ star }) => star.name),
    pair('target_pos', 'Target.Pos', 'pos.eq;src', 'Position of the star, ICRS'),
    pair('location', 'Char.SpatialAxis.Coverage.Location.Value', 'pos.eq', 'Position of the spectrum, ICRS'),
    number('snr', '', 'Derived.SNR', 'stat.snr', 'Signal to noise per pixel', ({ spectrum }) => spectrum.snr),
    number(
      'wavelength',
      'm',
      'Char.SpectralAxis.Coverage.Location.Value',
      'em.wl;instr.bandpass',
      'Middle of the range, vacuum',
      (offer) => (ends(offer)[0] + ends(offer)[1]) / 2,
    ),
    number(
      'extent',
      'm',
      'Char.SpectralAxis.Coverage.Bounds.Extent',
      'em.wl;instr.bandwidth',
      'Width of the range',
      (offer) => ends(offer)[1] - ends(offer)[0],
    ),
    number(
      'start',
      'm',
      'Char.SpectralAxis.Coverage.Bounds.Start',
      'em.wl;stat.min',
      'Its start',
      (offer) => ends(offer)[0],
    ),
    number(
      'stop',
      'm',
      'Char.SpectralAxis.Coverage.Bounds.Stop',
      'em.wl;stat.max',
      'Its end',
      (offer) => ends(offer)[1],
    ),
    number(
      'time',
      'd',
      'Char.TimeAxis.Coverage.Location.Value',
      'time.epoch;obs',
      'Middle of the times from its first visit to its last, MJD',
      ({ observed }) => observed && (observed.start + observed.stop) / 2,
    ),
    number(
      'time_start',
      'd',
      'Char.TimeAxis.Coverage.Bounds.Start',
      'time.start;obs.exposure',
      'Its first visit, MJD',
      ({ observed }) => observed?.start ?? null,
    ),
    number(
      'time_stop',
      'd',
      'Char.TimeAxis.Coverage.Bounds.Stop',
      'time.end;obs.exposure',
      'Its last visit, MJD',
      ({ observed }) => observed?.stop ?? null,
    ),
    text(
      'flux_calibration',
      'Char.FluxAxis.Calibration',
      'meta.code.qual',
      'Flux is relative to the continuum',
      () => 'NORMALIZED',
    ),
  ];
}

/** About how large a file of so many pixels is. */
const kilobytes: Readonly<Record<SpectrumFileFormat, (pixels: number) => number>> = {
  fits: (pixels) => Math.ceil((29 * pixels) / 1000) + 20,
  csv: (pixels) => Math.ceil((32 * pixels) / 1000),
  bin: (pixels) => Math.ceil((16 * pixels) / 1000),
};
