import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { apogee } from '../../../src/formats/apogee/format.js';
import { recogniseFormat } from '../../../src/formats/registry.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';

const scratch = scratchFolder();
const plain = fileURLToPath(new URL('../../fixtures/apogee/apStar-dr17-2M19485057+5005279.fits', import.meta.url));
const packed = gzipSync(readFileSync(plain));

test('a compressed file is the same as the plain one, under any name', async () => {
  const path = scratch.write('packed.fits', packed);
  expect((await recogniseFormat(path)).name).toBe('apogee');
  const [record] = await collect(apogee.read(path, { visits: false }));
  const copy = scratch.path('copy.gz');
  copyFileSync(plain, copy);
  const [same] = await collect(apogee.read(copy, { visits: false }));
  expect({ ...record, source: '' }).toEqual({ ...same, source: '' });
});

test('a compressed file that is cut, damaged, or holds something else is refused, saying so', async () => {
  const cut = scratch.write('cut.fits.gz', packed.subarray(0, packed.length >> 1));
  await expect(collect(apogee.read(cut, { visits: false }))).rejects.toThrow(/cut\.fits\.gz: .*truncated/);
  const damaged = Buffer.from(packed);
  damaged.fill(0x55, 5000, 6000);
  const bad = scratch.write('bad.fits.gz', damaged);
  await expect(collect(apogee.read(bad, { visits: false }))).rejects.toThrow(/bad\.fits\.gz: file: expected/);
  const other = scratch.write('table.csv.gz', gzipSync('id,teff\n1,4500\n'));
  await expect(recogniseFormat(other)).rejects.toThrow(
    /expected a FITS file, found text starting with .*, gzip-compressed/,
  );
});
