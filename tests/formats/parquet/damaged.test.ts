import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../src/config.js';
import { FileError } from '../../../src/domain/errors.js';
import { parquet } from '../../../src/formats/parquet/format.js';
import { collect } from '../collect.js';
import { openHandles, scratchFolder } from '../scratchFolder.js';

const scratch = scratchFolder();
const files = ['snappy.parquet', 'wavelength-column.parquet'];

/**
 * In the footer, which says where everything is. A damaged run length within a page may keep hyparquet 1.31 busy for minutes, since pages have no checksums as
 * pyarrow writes them: that cannot be told beforehand.
 */
test.each(files)(
  'whatever byte of the footer of %s is damaged, reading ends with spectra or with an error of ours',
  async (name) => {
    const bytes = readFileSync(join(projectRoot, 'tests', 'fixtures', 'parquet', name));
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    const damage = fc.array(fc.tuple(fc.integer({ min: footer, max: bytes.length - 1 }), fc.nat(255)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const path = scratch.write(name, damaged);
        const attempt = async () => {
          await parquet.count(path, { visits: false });
          await parquet.simulated(path);
          return collect(parquet.read(path, { visits: false }));
        };
        const error = await attempt().then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error !== null) expect(error).toBeInstanceOf(FileError);
        expect(openHandles(path)).toBe(0);
      }),
      { numRuns: 60 },
    );
  },
);

test('a footer that counts fewer than no children of a column is refused, and keeps nobody busy', async () => {
  const damaged = readFileSync(join(projectRoot, 'tests', 'fixtures', 'parquet', 'wavelength-column.parquet'));
  for (const [at, value] of [
    [2231, 9],
    [2322, 63],
    [5070, 239],
  ])
    damaged[at] = value;
  await expect(parquet.count(scratch.write('children.parquet', damaged), { visits: false })).rejects.toThrow(FileError);
});
