import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FileError } from '../../../src/domain/errors.js';
import { formats, recogniseFormat } from '../../../src/formats/registry.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';
import { unsuitable } from '../sdssFiles.js';

const scratch = scratchFolder();

test.each(Object.keys(unsuitable))('%s is refused by name, with what to use instead', async (name) => {
  const path = scratch.write('some-file.fits', unsuitable[name]);
  const error = await recogniseFormat(path).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileError);
  expect((error as FileError).message).toMatch(new RegExp(`found an? .*\\b${name}\\b`));
  expect((error as FileError).remedy).toMatch(/^use .*(mwmStar|apStar|--labels)/);
});

test.each(formats.filter(({ name }) => !['hdf5', 'parquet'].includes(name)))(
  'an apVisit file given as $name is refused by name too',
  async (format) => {
    const path = scratch.write('visit.fits', unsuitable.apVisit);
    await expect(collect(format.read(path, { visits: false }))).rejects.toThrow(
      /apVisit .*not resampled to the rest frame/,
    );
  },
);

test('what is no product at all is described', async () => {
  const readme = fileURLToPath(new URL('../../fixtures/apogee/README.md', import.meta.url));
  expect(readFileSync(readme, 'utf8').length).toBeGreaterThan(10);
  await expect(recogniseFormat(readme)).rejects.toThrow(/expected a FITS, HDF5 or Parquet file .*found (text|binary)/);
});
