import { FileError } from '../../domain/errors.js';
import type { StellarParameters } from '../../domain/parameters.js';
import { describeStart } from '../fileSignature.js';
import { known, knownPositive } from '../missingValue.js';
import { boundedLabels } from '../reading/bounded.js';
import { SourceFile } from '../sourceFile.js';
import { csvLabels } from './csvLabels.js';
import { fitsLabels } from './fitsLabels.js';
import type { LabelSource } from './labelSource.js';

/** What a table of labels tells of a star. */
export interface Label {
  /** As it stands in the table: a survey's name, or another catalogue's identifier. */
  readonly id: string;
  readonly parameters: StellarParameters;
}

/** Columns that a label is made of. */
export const labelColumns = ['id', 'teff', 'logg', 'feh', 'teff_err', 'logg_err', 'feh_err'] as const;
export type LabelColumn = (typeof labelColumns)[number];
/** Names of columns in a table, by what they hold; for those not named, the usual names are tried. */
export type LabelMapping = Readonly<Partial<Record<LabelColumn, string | undefined>>>;

/** Names by which surveys and users call these columns, in lower case, the first that a table has being taken (allStar, astraAllStar, GALAH, plain tables). */
const usual: Readonly<Record<LabelColumn, readonly string[]>> = {
  id: [
    'id',
    'apogee_id',
    'sdss4_apogee_id',
    'sobject_id',
    'star',
    'name',
    'sdss_id',
    'source_id',
    'gaia_dr3_source_id',
  ],
  teff: ['teff'],
  logg: ['logg'],
  feh: ['feh', 'fe_h', '[fe/h]', 'm_h', 'm_h_atm'],
  teff_err: ['teff_err', 'e_teff', 'teff_error', 'sigma_teff'],
  logg_err: ['logg_err', 'e_logg', 'logg_error', 'sigma_logg'],
  feh_err: ['feh_err', 'fe_h_err', 'e_feh', 'e_fe_h', 'feh_error', 'm_h_err', 'e_m_h_atm'],
};

/**
 * Reads labels from a table, by its content CSV (or TSV, with a header line), Parquet or FITS, in blocks: memory does not grow with its length. Rows that know
 * none of the parameters are left out.
 * @throws FileError when the table has no column for the id or for any parameter, or is damaged
 */
export async function* readLabels(path: string, mapping: LabelMapping = {}): AsyncGenerator<Label[]> {
  const source = await openLabels(path);
  try {
    const columns = labelColumns.map((column) => findLabelColumn(path, column, mapping[column], source.columns));
    const present = columns.filter((name) => name !== null);
    if (!columns[0] || present.length < 2 || columns.slice(1, 4).every((name) => name === null))
      throw new FileError(
        {
          file: path,
          place: 'columns',
          expected: 'an id and at least one of teff, logg, feh',
          found: source.columns.slice(0, 30).join(', '),
        },
        'name the columns in the configuration: "ingest": { "labels": { "id": "…", "teff": "…" } }',
      );
    for await (const rows of source.rows(present)) {
      const value = (row: readonly unknown[], column: number) => {
        const name = columns[column];
        return name === null ? null : row[present.indexOf(name)];
      };
      const labels = rows.map((row) => toLabel(labelColumns.map((_, column) => value(row, column))));
      yield labels.filter((label) => label !== null);
    }
  } finally {
    await source.close();
  }
}

/** A table of labels, by its content CSV (or TSV), Parquet or FITS. @throws FileError */
export async function openLabels(path: string): Promise<LabelSource> {
  const file = await SourceFile.open(path, 'a table of labels: CSV, Parquet or FITS');
  const found = describeStart(await file.start(64).finally(() => file.close()));
  if (found === 'a Parquet file') return boundedLabels(path);
  if (found === 'a FITS file' || found === 'a gzip-compressed file') return fitsLabels(path);
  return csvLabels(path);
}

/**
 * The column of a table that holds something: the one that the configuration names, or one of the usual names; null where there is none.
 * @throws FileError where the configuration names one that is not there
 */
export function findLabelColumn(
  file: string,
  column: LabelColumn,
  given: string | undefined,
  columns: readonly string[],
): string | null {
  const find = (name: string) => columns.find((each) => each.toLowerCase() === name.toLowerCase());
  if (given === undefined) return usual[column].map(find).find((name) => name !== undefined) ?? null;
  const found = find(given);
  if (found !== undefined) return found;
  const expected = `the column "${given}", which the configuration names for ${column}`;
  throw new FileError({ file, place: 'columns', expected, found: columns.slice(0, 30).join(', ') });
}

function toLabel([id, teff, logg, feh, teffError, loggError, fehError]: readonly unknown[]): Label | null {
  const name = toName(id);
  const values = { teff: knownPositive(toNumber(teff)), logg: known(toNumber(logg)), feh: known(toNumber(feh)) };
  if (name === '' || Object.values(values).every((value) => value === null)) return null;
  const sigma = (value: unknown) => knownPositive(known(toNumber(value)));
  const errors = { teff: sigma(teffError), logg: sigma(loggError), feh: sigma(fehError) };
  return { id: name, parameters: { ...values, errors, source: 'catalogue' } };
}

export function toName(id: unknown): string {
  if (typeof id === 'string') return id.trim();
  return typeof id === 'bigint' || typeof id === 'number' ? String(id) : '';
}

/** Text of a CSV, or a number of a binary table. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return value.trim() === '' ? null : Number(value);
  return typeof value === 'number' ? value : null;
}
