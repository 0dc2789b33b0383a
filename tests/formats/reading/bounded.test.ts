import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../src/config.js';
import { FileError } from '../../../src/domain/errors.js';
import { hdf5 } from '../../../src/formats/hdf5/format.js';
import { parquet } from '../../../src/formats/parquet/format.js';
import { bounded, boundedLabels } from '../../../src/formats/reading/bounded.js';
import { fc } from '../../properties.js';
import { collect } from '../collect.js';
import { childrenOf, openHandles, scratchFolder } from '../scratchFolder.js';

/** Milliseconds: the files of these tests are read in a few. */
const LIMIT = 1500;
const scratch = scratchFolder();
/** For each file; more: FC_RUNS=2000. */
const runs = Number(process.env.FC_RUNS ?? 20);
const fixtures = join(projectRoot, 'tests', 'fixtures');
const files = ['parquet', 'hdf5'].flatMap((folder) =>
  readdirSync(join(fixtures, folder))
    .filter((name) => /\.(parquet|h5)$/.test(name))
    .map((name) => join(folder, name)),
);

/** A run length in a page that becomes one of a hundred million: hyparquet 1.31 fills the memory with it, in some seconds. */
const endlessRun = damaged('parquet/wavelength-column.parquet', [[234, 255]]);
/** A heap of strings that leads back into itself: the HDF5 library goes round in it for ever. */
const endlessHeap = damaged('hdf5/variable-strings.h5', [
  [6312, 38],
  [4078, 5],
]);

test.each(files)(
  'whatever bytes of %s are damaged, reading ends with spectra or with an error of ours',
  async (name) => {
    const size = readFileSync(join(fixtures, name)).length;
    const last = fc.integer({ min: Math.floor(size / 2), max: size - 1 });
    const damage = fc.tuple(fc.oneof(fc.nat(size - 1), last), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (changes) => {
        const path = scratch.write(`damaged-${name.replace('/', '-')}`, damaged(name, changes));
        for (const reading of name.endsWith('.parquet') ? [read, readLabels] : [read]) {
          const fault = await reading(path).catch((reason: unknown) => reason);
          if (fault) expect(fault).toBeInstanceOf(FileError);
        }
        expect(openHandles(path)).toBe(0);
      }),
      { numRuns: runs },
    );
  },
  60_000 + runs * 200,
);

test.each<[string, Buffer, number, RegExp]>([
  ['takes too long', endlessRun, 300, /spectra: expected what is read within 0.3 s, found .*: it is damaged/],
  ['fills the memory', endlessRun, 60_000, /(within 2048 MB of memory, found .*|Invalid array length): it is damaged/],
  ['would be read for ever', endlessHeap, 500, /expected what is read within 0.5 s, found .*: it is damaged/],
  [
    'counts fewer than no children of a column in its footer',
    damaged('parquet/wavelength-column.parquet', [
      [2231, 9],
      [2322, 63],
      [5070, 239],
    ]),
    LIMIT,
    /footer.* damaged/,
  ],
  [
    'gives a row group a column twice',
    damaged(
      'parquet/snappy.parquet',
      [...Buffer.from('teff')].map((byte, i) => [2843 + i, byte]),
    ),
    LIMIT,
    /footer, row group 0: expected the columns id, .*, found .*teff, teff.*: it is damaged/,
  ],
])('a file that %s is refused, and the next one is read', async (_, bytes, limit, message) => {
  await expect(read(scratch.write('damaged', bytes), limit)).rejects.toThrow(message);
  await read(join(fixtures, 'parquet', 'wavelength-column.parquet'));
});

test('spectra are those that the format reads, on one grid', async () => {
  for (const [format, name] of [
    [hdf5, 'hdf5/variable-strings.h5'],
    [parquet, 'parquet/zstd-groups-of-two.parquet'],
  ] as const) {
    const path = join(fixtures, name);
    const records = await collect(bounded(format).read(path, { visits: false }));
    expect(records).toEqual(await collect(format.read(path, { visits: false })));
    expect(new Set(records.map(({ grid }) => grid)).size).toBe(1);
  }
});

test('a reader that is busy ends itself when its parent was killed', async () => {
  const path = scratch.write('endless.h5', endlessHeap);
  const compiled = (name: string) => pathToFileURL(join(projectRoot, 'dist', 'src', 'formats', name));
  const program = `const { bounded } = await import('${compiled('reading/bounded.js')}');
    const { hdf5 } = await import('${compiled('hdf5/format.js')}');
    for await (const _ of bounded(hdf5, 8000).read('${path}', {}));`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
  await expect.poll(() => childrenOf(parent.pid as number)).toHaveLength(1);
  const [reader] = childrenOf(parent.pid as number);
  await expect.poll(() => processorTicks(reader), { interval: 20 }).toBeGreaterThan(50);
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${reader}`)).toBe(false);
});

/** All that ingest asks of a file. */
async function read(path: string, limit = LIMIT): Promise<void> {
  const format = bounded(readFileSync(path).subarray(0, 4).equals(Buffer.from('PAR1')) ? parquet : hdf5, limit);
  await format.count(path, { visits: false });
  await format.simulated(path);
  await collect(format.read(path, { visits: false }));
}

async function readLabels(path: string): Promise<void> {
  const labels = await boundedLabels(path, LIMIT);
  await collect(labels.rows(labels.columns)).finally(() => labels.close());
}

function damaged(name: string, changes: readonly (readonly [at: number, value: number])[]): Buffer {
  const bytes = readFileSync(join(fixtures, name));
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
}

/** Hundredths of a second of processor that a process has had. */
function processorTicks(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return Number(user) + Number(system);
}
