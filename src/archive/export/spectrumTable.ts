import { ShownSpectrum } from '../../domain/shownSpectrum.js';
import type { Database } from '../../storage/database.js';
import type { Release } from '../../storage/dataRelease.js';
import {
  type ExportedSpectrum,
  type SpectrumTableShape,
  scanExportedSpectra,
  spectrumTableShape,
} from '../../storage/exportedSpectra.js';
import type { Axis, Filled } from '../table/column.js';
import type { ExportTable } from './exportTable.js';
import { identityColumns } from './identityColumns.js';

/** Rows that are read at once: 1.6 MB of APOGEE's, where stars and latents come by hundreds. */
const BATCH = 16;

/** The combined spectra of a release, a row each, with the very numbers of /spectra/NAME: flux and error NaN where flagged, and the survey's mask. Wavelengths are told once. */
export async function spectrumTable(db: Database, release: Release): Promise<ExportTable> {
  const shape = await spectrumTableShape(db, release);
  const columns = spectrumColumns(release, shape);
  const { grid } = shape;
  return {
    description: {
      name: 'spectra',
      description: `Combined spectra of release ${release.name}, divided by their continuum, at rest`,
      columns,
      rows: shape.rows,
      ...(grid && { axis: { ...wavelength, values: grid.wavelength } }),
      facts: {
        release: release.name,
        revision: String(release.revision),
        simulated: String(release.simulated),
        medium: 'VACUUM',
      },
    },
    async *rows() {
      for await (const spectra of scanExportedSpectra(db, release, BATCH))
        yield spectra.map((spectrum) => {
          const row = { ...spectrum, shown: new ShownSpectrum(spectrum) };
          return columns.map(({ value }) => value(row));
        });
    },
  };
}

/** What a row is made of. */
interface SpectrumRow extends ExportedSpectrum {
  readonly shown: ShownSpectrum;
}

const wavelength: Omit<Axis, 'values'> = {
  name: 'wavelength',
  unit: 'Angstrom',
  ucd: 'em.wl',
  description: 'Of every row: in vacuum, at rest',
};

function spectrumColumns(release: Release, { grid, ...lengths }: SpectrumTableShape): Filled<SpectrumRow>[] {
  // A table without rows has a width all the same.
  const pixels = grid?.wavelength.length ?? 1;
  return [
    ...identityColumns(lengths),
    {
      name: 'release',
      type: 'text',
      size: Buffer.byteLength(release.name),
      ucd: 'meta.version',
      description: 'Release of the archive',
      value: () => release.name,
    },
    {
      name: 'snr',
      type: 'double',
      ucd: 'stat.snr',
      description: 'Signal to noise per pixel',
      value: ({ snr }) => snr,
    },
    {
      name: 'good_pixels',
      type: 'int',
      ucd: 'meta.number',
      description: 'Pixels that carry information: flux and error of the others are NaN',
      value: ({ goodPixels }) => goodPixels,
    },
    {
      name: 'flux',
      type: 'floats',
      size: pixels,
      ucd: 'phot.flux.density;em.wl',
      description: 'Relative to the continuum',
      value: ({ shown }) => shown.flux,
    },
    {
      name: 'error',
      type: 'floats',
      size: pixels,
      ucd: 'stat.error;phot.flux.density',
      description: '1 sigma of the flux',
      value: ({ shown }) => shown.error,
    },
    {
      name: 'mask',
      type: 'masks',
      size: pixels,
      ucd: 'meta.code.qual',
      description: 'Bits of the survey',
      value: ({ shown }) => shown.mask,
    },
  ];
}
