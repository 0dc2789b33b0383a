import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../src/config.js';
import { hdf5 } from '../../../src/formats/hdf5/format.js';
import { parquet } from '../../../src/formats/parquet/format.js';
import { collect } from '../collect.js';

const fixtures = join(projectRoot, 'tests', 'fixtures');
const files = readdirSync(join(fixtures, 'parquet')).filter((name) => name.endsWith('.parquet'));
const expected = await collect(hdf5.read(join(fixtures, 'hdf5', 'variable-strings.h5'), { visits: false }));

test.each(files)('%s, as pyarrow writes it, holds the spectra of the HDF5 file of the same numbers', async (name) => {
  const records = await collect(parquet.read(join(fixtures, 'parquet', name), { visits: false }));
  const numbers = (all: typeof records) =>
    all.map(({ source, checksum, parameters, ...rest }) => ({ ...rest, teff: parameters?.teff }));
  expect(numbers(records)).toEqual(numbers(expected));
  expect(await parquet.simulated(join(fixtures, 'parquet', name))).toBe(true);
});
