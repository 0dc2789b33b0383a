import { createHash, type Hash } from 'node:crypto';
import type { StellarParameters } from '../../domain/parameters.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { known, knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { fromInverseVariances } from '../usablePixels.js';

/** Columns with a number per row, by the names that every grid of rows uses: HDF5 datasets, Parquet and FITS-table columns. */
export const requiredColumns = ['teff', 'logg', 'feh'] as const;
export const optionalColumns = ['teff_err', 'logg_err', 'feh_err', 'ra', 'dec', 'snr'] as const;
export type ColumnName = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];

/** A column of this prefix holds an element's abundance: 'abundances/Mg', in dex ([Fe/H] for Fe, [X/Fe] for the others). */
export const ABUNDANCES = 'abundances/';

/** What all rows of a file share. */
export interface GridHead {
  readonly path: string;
  readonly grid: WavelengthGrid;
  readonly normalised: boolean;
  readonly survey: string | null;
  readonly simulated: boolean;
}

/** One row as a file gives it, with values that mean "not known" still in it. */
export interface GridRow {
  readonly row: number;
  readonly id: string;
  readonly flux: ArrayLike<number>;
  readonly ivar: ArrayLike<number>;
  value(name: ColumnName): number | undefined;
  /** Truth of a simulation; null where the file has neither abundances nor twins nor groups. */
  readonly truth: GivenTruth | null;
}

/** A star's truth as a file gives it; `group` is absent or empty for a star of none. */
interface GivenTruth {
  readonly abundances: Iterable<readonly [string, number]>;
  readonly twin: string | null;
  readonly group?: string | undefined;
}

/**
 * Rows to records. The checksum is that of the values, not of the bytes: the same row has the same one in HDF5, Parquet and FITS, however it
 * is compressed.
 */
export class GridRecords {
  private readonly base: Hash;

  constructor(private readonly head: GridHead) {
    this.base = createHash('sha256').update(head.grid.wavelength).update(`normalised ${head.normalised}`);
  }

  record({ row, id, flux: givenFlux, ivar: givenIvar, value, truth: given }: GridRow): SpectrumRecord {
    const { path, grid, normalised, survey } = this.head;
    const { flux, ivar, unusable } = fromInverseVariances(givenFlux, givenIvar);
    const star = { name: id, aliases: {}, ra: knownRightAscension(value('ra')), dec: knownDeclination(value('dec')) };
    const parameters = this.parameters(value);
    const truth = given && {
      abundances: knownAbundances(given.abundances),
      twin: given.twin,
      // Absent, not null: the checksums of files without groups are what they were before there were any.
      ...(given.group ? { group: given.group } : {}),
    };
    const snr = knownPositive(value('snr'));
    const labels = JSON.stringify([star.name, star.ra, star.dec, parameters, snr, truth]);
    return {
      survey,
      star,
      visit: 0,
      grid,
      spectrum: { flux, ivar, mask: new Uint32Array(flux.length) },
      normalised,
      snr,
      parameters,
      source: `${path} row ${row}`,
      checksum: this.base.copy().update(flux).update(ivar).update(labels).digest('hex'),
      unusablePixels: unusable,
      properties: {},
      truth,
    };
  }

  private parameters(value: GridRow['value']): StellarParameters | null {
    const teff = knownPositive(value('teff'));
    const logg = known(value('logg'));
    const feh = known(value('feh'));
    if (teff === null && logg === null && feh === null) return null;
    const error = (name: ColumnName) => knownPositive(known(value(name)));
    return {
      teff,
      logg,
      feh,
      errors: { teff: error('teff_err'), logg: error('logg_err'), feh: error('feh_err') },
      source: this.head.simulated ? 'simulation' : 'catalogue',
    };
  }
}

function knownAbundances(given: Iterable<readonly [string, number]>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [element, value] of given) {
    const found = known(value);
    if (found !== null) values[element] = found;
  }
  return values;
}
