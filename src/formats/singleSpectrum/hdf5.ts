import type { SingleSpectrum } from '../../domain/observedSpectrum.js';
import { type Hdf5Dataset, Hdf5File } from '../hdf5/hdf5File.js';
import { type NamedQuantity, recogniseName } from './columnNames.js';
import { checkPixels, fromColumns, type SpectrumColumns } from './columns.js';
import { plainName, readFacts } from './facts.js';

/** Datasets of a root group that holds one spectrum. */
const MOST_NAMES = 1000;
/** Bytes of a decompressed chunk: one of these is read whole, however few of its pixels are wanted. */
const LARGEST_CHUNK = 1 << 26;

interface NamedDataset extends NamedQuantity {
  readonly dataset: Hdf5Dataset;
}

/**
 * The one spectrum of an HDF5 file: datasets of the root group under the names of columnNames.ts, P or 1 x P, and facts as attributes of the root or
 * datasets of one number, as in the layout for grids.
 * @throws FileError when it holds none or several
 */
export async function readHdf5(path: string): Promise<SingleSpectrum> {
  const file = await Hdf5File.open(path);
  try {
    const names = file.names('/');
    if (names.length > MOST_NAMES) throw file.fault('/', `at most ${MOST_NAMES} datasets`, `${names.length}`);
    const found = names.flatMap((name): NamedDataset[] => {
      const named = recogniseName(name);
      return named && file.kind(`/${name}`) === 'dataset' ? [{ ...named, dataset: file.dataset(`/${name}`) }] : [];
    });
    const values: Record<string, ArrayLike<number>> = {};
    for (const { quantity, dataset } of found) values[quantity] ??= readLine(file, dataset);
    const wavelength = found.find(({ quantity }) => quantity === 'wavelength');
    const facts = readFacts((wanted) => readFact(file, names, wanted));
    return fromColumns(
      { path, place: 'datasets' },
      { values: values as SpectrumColumns['values'], unit: wavelength?.unit ?? null },
      {
        ...facts,
        // What the layout for grids says of itself: wavelengths in vacuum.
        medium:
          wavelength?.medium ?? facts.medium ?? (names.includes('ivar') && names.includes('id') ? 'vacuum' : null),
        normalised: found.some(({ quantity, normalised }) => quantity === 'flux' && normalised) || facts.normalised,
      },
    );
  } finally {
    file.close();
  }
}

function readLine(file: Hdf5File, dataset: Hdf5Dataset): ArrayLike<number> {
  const { path, shape, metadata } = dataset;
  const place = { path: file.path, place: path };
  const pixels = shape.reduce((product, length) => product * length, 1);
  if (shape.length === 2 && shape[0] > 1)
    throw file.fault(path, 'one spectrum', `${shape[0]}: a set is ingested, not asked about`);
  if (shape.length < 1 || shape.length > 2)
    throw file.fault(path, 'one spectrum: P or 1 x P numbers', `${shape.length} axes`);
  checkPixels(place, pixels);
  const chunk = (metadata.chunks ?? []).reduce((product, length) => product * length, metadata.size);
  if (chunk > LARGEST_CHUNK) throw file.fault(path, `chunks of at most ${LARGEST_CHUNK} bytes`, `${chunk}`);
  return file.readNumbers(dataset, 0, shape[0]);
}

function readFact(file: Hdf5File, names: readonly string[], wanted: readonly string[]): string | number | null {
  for (const name of names) {
    if (!wanted.includes(plainName(name)) || file.kind(`/${name}`) !== 'dataset') continue;
    const dataset = file.dataset(`/${name}`);
    if (dataset.shape.length === 1 && dataset.shape[0] === 1) return file.readNumbers(dataset, 0, 1)[0];
  }
  for (const name of file.attributeNames()) if (wanted.includes(plainName(name))) return file.attribute(name);
  return null;
}
