import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { checkIds, checkTemperatures, checkTwins, type Fault, gridOf } from '../grid/gridChecks.js';
import { type ColumnName, optionalColumns, requiredColumns } from '../grid/gridRow.js';
import { describeElements, elementClass, isNumeric } from './elements.js';
import type { Hdf5Dataset, Hdf5File } from './hdf5File.js';

/**
 * The layout for grids and simulated sets, written by h5py users and by SpectraFile: /wavelength (P); /flux and /ivar (N, P); /id (N);
 * /teff, /logg, /feh (N); optional columns, /abundances/<El> (N), /twin (N) and /group (N, names). Root attributes normalised, simulated, survey.
 */
export interface SpectraLayout {
  readonly rows: number;
  readonly grid: WavelengthGrid;
  readonly normalised: boolean;
  readonly survey: string | null;
  readonly simulated: boolean;
  readonly flux: Hdf5Dataset;
  readonly ivar: Hdf5Dataset;
  readonly ids: readonly string[];
  readonly columns: Readonly<Partial<Record<ColumnName, Hdf5Dataset>>>;
  readonly abundances: ReadonlyMap<string, Hdf5Dataset>;
  /** Row of the twin or -1, by row; null where the file knows no twins. */
  readonly twins: ArrayLike<number> | null;
  /** Name of the group that each star was born in, empty for none; null where the file knows no groups. */
  readonly groups: readonly string[] | null;
}

/**
 * Checks every dataset's presence, type and shape, and that ids are unique and twins are rows.
 * @throws FileError naming the dataset, the expected and the found shape
 */
export function readLayout(file: Hdf5File): SpectraLayout {
  const flux = required(file, '/flux', 'a dataset of N x P floating-point numbers');
  checkFloats(file, flux);
  const [rows, pixels] = flux.shape;
  if (flux.shape.length !== 2 || rows < 1) throw file.fault('/flux', 'N x P with N of at least 1', shapeOf(flux));
  const ivar = required(file, '/ivar', `a dataset of ${rows} x ${pixels} floating-point numbers`);
  checkFloats(file, ivar);
  checkShape(file, ivar, [rows, pixels]);
  const column = (path: string): Hdf5Dataset => {
    const dataset = required(file, path, `a dataset of ${rows} numbers`);
    if (!isNumeric(dataset.metadata)) throw file.fault(path, 'numbers', describeElements(dataset.metadata));
    checkShape(file, dataset, [rows]);
    return dataset;
  };
  const optional = (path: string) => (file.kind(path) === null ? null : column(path));

  const columns: Partial<Record<ColumnName, Hdf5Dataset>> = {};
  for (const name of requiredColumns) columns[name] = column(`/${name}`);
  checkTemperatures(file.readNumbers(column('/teff'), 0, rows), '/teff', faultOf(file));
  for (const name of optionalColumns) {
    const dataset = optional(`/${name}`);
    if (dataset) columns[name] = dataset;
  }
  return {
    rows,
    grid: readGrid(file, pixels),
    normalised: readFlag(file, 'normalised'),
    simulated: readFlag(file, 'simulated'),
    survey: readSurvey(file),
    flux,
    ivar,
    ids: readIds(file, rows),
    groups: file.kind('/group') === null ? null : readNames(file, '/group', rows),
    columns,
    abundances: new Map(abundanceNames(file).map((element) => [element, column(`/abundances/${element}`)])),
    twins: readTwins(file, optional('/twin')),
  };
}

/** A root attribute that is 1 or 0; absent, it is 0. */
export function readFlag(file: Hdf5File, name: string): boolean {
  const value = file.attribute(name) ?? 0;
  if (value !== 0 && value !== 1) throw file.fault(`attribute ${name}`, '0 or 1', JSON.stringify(value));
  return value === 1;
}

function readSurvey(file: Hdf5File): string | null {
  const value = file.attribute('survey');
  if (value !== null && (typeof value !== 'string' || value === ''))
    throw file.fault('attribute survey', 'a name', JSON.stringify(value));
  return value;
}

function readGrid(file: Hdf5File, pixels: number): WavelengthGrid {
  const dataset = required(file, '/wavelength', `a dataset of ${pixels} floating-point numbers`);
  checkFloats(file, dataset);
  checkShape(file, dataset, [pixels]);
  return gridOf(Float64Array.from(file.readNumbers(dataset, 0, pixels)), '/wavelength', faultOf(file));
}

function readIds(file: Hdf5File, rows: number): string[] {
  const ids = readNames(file, '/id', rows);
  checkIds(ids, '/id', faultOf(file));
  return ids;
}

function readNames(file: Hdf5File, path: string, rows: number): string[] {
  const dataset = required(file, path, `a dataset of ${rows} strings`);
  if (elementClass(dataset.metadata) !== 'string')
    throw file.fault(path, 'strings', describeElements(dataset.metadata));
  checkShape(file, dataset, [rows]);
  return file.readStrings(dataset, 0, rows);
}

function readTwins(file: Hdf5File, dataset: Hdf5Dataset | null): ArrayLike<number> | null {
  if (!dataset) return null;
  const [rows] = dataset.shape;
  const twins = file.readNumbers(dataset, 0, rows);
  checkTwins(twins, '/twin', faultOf(file));
  return twins;
}

function abundanceNames(file: Hdf5File): string[] {
  const kind = file.kind('/abundances');
  if (kind === null) return [];
  if (kind !== 'group') throw file.fault('/abundances', 'a group with a dataset per element', `a ${kind}`);
  return file.names('/abundances');
}

function faultOf(file: Hdf5File): Fault {
  return (place, expected, found, remedy) => file.fault(place, expected, found, remedy);
}

function required(file: Hdf5File, path: string, expected: string): Hdf5Dataset {
  const kind = file.kind(path);
  if (kind === 'dataset') return file.dataset(path);
  const names = file.names('/').slice(0, 20).join(', ');
  throw file.fault(
    path,
    expected,
    kind ? `a ${kind === 'other' ? 'link or type' : kind}` : `nothing (the file has ${names || 'no dataset'})`,
  );
}

function checkFloats(file: Hdf5File, { path, metadata }: Hdf5Dataset): void {
  if (elementClass(metadata) !== 'float' || !isNumeric(metadata))
    throw file.fault(path, 'floating-point numbers of 16, 32 or 64 bits', describeElements(metadata));
}

function checkShape(file: Hdf5File, dataset: Hdf5Dataset, shape: readonly number[]): void {
  const same = dataset.shape.length === shape.length && shape.every((length, axis) => dataset.shape[axis] === length);
  if (!same) throw file.fault(dataset.path, `the shape ${shape.join(' x ')}, after /flux`, shapeOf(dataset));
}

function shapeOf({ shape }: Hdf5Dataset): string {
  return shape.length === 0 ? 'a scalar' : `the shape ${shape.join(' x ')}`;
}
