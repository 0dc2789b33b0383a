import { checkIds, checkTemperatures, checkTwins, type Fault } from './gridChecks.js';
import { ABUNDANCES, type ColumnName, optionalColumns, requiredColumns } from './gridRow.js';

/** The narrow columns of a grid that is a table, whole: a few hundred bytes a row, where a spectrum has 70 kB. */
export interface TableColumns {
  readonly ids: readonly string[];
  readonly columns: Readonly<Partial<Record<ColumnName, ArrayLike<number>>>>;
  readonly abundances: ReadonlyMap<string, ArrayLike<number>>;
  /** Row of the twin or -1, by row; null where the file knows no twins. */
  readonly twins: ArrayLike<number> | null;
}

/**
 * Reads and checks the narrow columns of a table.
 * @param names all columns of the table
 * @param read a column's values, null where one is not known
 * @throws FileError naming the column that is absent, of another type, or holds what cannot be
 */
export async function readTableColumns(
  names: readonly string[],
  read: (name: string) => Promise<readonly unknown[]>,
  fault: Fault,
): Promise<TableColumns> {
  for (const name of ['id', ...requiredColumns])
    if (!names.includes(name))
      throw fault(`column ${name}`, 'a value per row', `nothing (the table has ${names.slice(0, 20).join(', ')})`);
  const numbers = async (name: string) => toNumbers(await read(name), name, fault);
  const ids = (await read('id')).map((id) => (typeof id === 'bigint' || typeof id === 'string' ? String(id) : ''));
  checkIds(ids, 'column id', fault);
  const columns: Partial<Record<ColumnName, Float64Array>> = {};
  for (const name of [...requiredColumns, ...optionalColumns])
    if (names.includes(name)) columns[name] = await numbers(name);
  checkTemperatures(columns.teff ?? [], 'column teff', fault);
  const abundances = new Map<string, Float64Array>();
  for (const name of names)
    if (name.startsWith(ABUNDANCES)) abundances.set(name.slice(ABUNDANCES.length), await numbers(name));
  const twins = names.includes('twin') ? (await numbers('twin')).map((twin) => (Number.isNaN(twin) ? -1 : twin)) : null;
  if (twins) checkTwins(twins, 'column twin', fault);
  return { ids, columns, abundances, twins };
}

/** The truth of a row, as GridRecords takes it. */
export function truthOf({ abundances, twins, ids }: TableColumns, row: number) {
  if (abundances.size === 0 && !twins) return null;
  const twin = twins?.[row] ?? -1;
  const values = [...abundances].map(([element, column]) => [element, column[row]] as const);
  return { abundances: values, twin: twin < 0 ? null : ids[twin] };
}

/** Flux or ivar of a row: numbers, null where one is not known. @throws FileError when there are not as many as wavelengths */
export function pixelsOf(value: unknown, pixels: number, place: string, fault: Fault): Float64Array {
  const values = value as ArrayLike<unknown> | null;
  if (typeof value !== 'object' || typeof values?.length !== 'number' || values.length !== pixels)
    throw fault(
      place,
      `${pixels} numbers, one per wavelength`,
      values?.length === undefined ? String(value) : `${values.length}`,
    );
  return toNumbers(values, place, fault);
}

function toNumbers(values: ArrayLike<unknown>, name: string, fault: Fault): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined && typeof value !== 'number' && typeof value !== 'bigint')
      throw fault(`column ${name}`, 'numbers', `${JSON.stringify(value)?.slice(0, 40)} in row ${i}`);
    numbers[i] = value === null || value === undefined ? NaN : Number(value);
  }
  return numbers;
}
