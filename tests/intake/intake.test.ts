import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StarkinError } from '../../src/domain/errors.js';
import type { Intake, IntakeLimits } from '../../src/intake/intake.js';
import { startIntake } from '../../src/intake/start.js';
import { bigEndian, header, image, primary, table } from '../formats/fits/fitsBytes.js';
import { uniforms } from '../science/latents/randomNumbers.js';

const fixture = (path: string) => readFileSync(fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url)));
const apStar = () => fixture('apogee/apStar-dr17-2M19485057+5005279.fits');
const csv = Array.from({ length: 50 }, (_, i) => `${15_200 + i} 1 .01`).join('\n');

// Files that other processes read meanwhile are in the common folder.
const folder = mkdtempSync(join(tmpdir(), 'starkin-test-intake-'));
const common = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = folder;
});
afterAll(() => {
  if (common === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = common;
  rmSync(folder, { recursive: true });
});

let open: Intake[] = [];
function start(limits: Partial<IntakeLimits> = {}): Intake {
  const intake = startIntake(limits);
  open.push(intake);
  return intake;
}
afterEach(async () => {
  await Promise.all(open.map((intake) => intake.close()));
  open = [];
  expect(readdirSync(folder)).toEqual([]);
});

async function* bytes(content: Uint8Array | string): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(content);
  for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
}

async function refusal(reading: Promise<unknown>): Promise<StarkinError> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StarkinError);
  return error as StarkinError;
}

test('a file is read in a process of its own, and comes back whole', async () => {
  const spectrum = await start().read(bytes(apStar()));
  expect(spectrum.wavelength).toBeInstanceOf(Float64Array);
  expect(spectrum.wavelength).toHaveLength(8575);
  expect(spectrum.flux[4000]).toBeGreaterThan(100);
  expect(Array.from(spectrum.error).filter(Number.isNaN).length).toBeGreaterThan(500);
  expect(spectrum).toMatchObject({ medium: 'vacuum', normalised: false });
  expect(await start().read(bytes(csv))).toMatchObject({ medium: null });
});

describe('a file made to do harm is refused, and the next one is read', () => {
  const huge = (axes: readonly number[]) =>
    header([['BITPIX', -64], ['NAXIS', axes.length], ...axes.map((n, i) => [`NAXIS${i + 1}`, n] as const)]);
  const columns = [
    ['wave', 'D'],
    ['flux', 'D'],
    ['err', 'D'],
  ] as const;
  const row = bigEndian('Double', [15_200, 1, 1]);
  const rowless = table(
    [
      ['wave', '0D'],
      ['flux', '0D'],
      ['err', '0D'],
    ],
    [Buffer.alloc(0)],
  ).toString('latin1');

  test.each<[string, () => Uint8Array | string, RegExp]>([
    ['an empty body', () => '', /body: expected a FITS, CSV or HDF5 file/],
    ['a truncated FITS file', () => apStar().subarray(0, 100_000), /^the file: .*it is truncated/],
    ['a FITS image said to have 1e15 pixels', () => huge([1e15]), /it is truncated/],
    ['a FITS image of 999 axes', () => huge(new Array(999).fill(2)), /it is truncated|truncated/],
    ['a FITS axis of more than any number', () => huge([9e15, 9e15, 9e15, 9e15]), /expected/],
    [
      'a FITS table of 1e15 rows of nothing',
      () =>
        Buffer.concat([
          primary(),
          Buffer.from(rowless.replace(/NAXIS2 {2}= {20}1/, 'NAXIS2  =     1000000000000000'), 'latin1'),
        ]),
      /expected/,
    ],
    [
      'a FITS table of 1e9 rows',
      () =>
        Buffer.concat([
          primary(),
          Buffer.from(
            table(columns, [row])
              .toString('latin1')
              .replace(/(NAXIS2 {2}= {11}) {9}1/, '$11000000000'),
            'latin1',
          ),
        ]),
      /expected/,
    ],
    [
      'a FITS header without an end',
      () => Buffer.concat([primary().subarray(0, 80), Buffer.alloc(4_032_000 - 80, 0x20)]),
      /expected a card END/,
    ],
    [
      'five thousand empty HDUs',
      () => Buffer.concat([primary(), ...new Array(5000).fill(image(8, [0], Buffer.alloc(0), [], true))]),
      /one-dimensional images/,
    ],
    ['a truncated HDF5 file', () => fixture('hdf5/big-endian.h5').subarray(0, 3000), /expected/],
    [
      'an HDF5 file with a chunk of 800 MB',
      () => fixture('intake/chunk-bomb.h5'),
      /\/flux: expected chunks of at most 67108864 bytes, found 800000000/,
    ],
    [
      'an HDF5 file whose flux lies in /etc/passwd',
      () => fixture('intake/external-storage.h5'),
      /expected pixels with a flux other than 0/,
    ],
    ['a table with a line of 15 MB', () => 'x'.repeat(15_000_000), /expected a header with columns/],
    ['more than 16 MB', () => Buffer.alloc((16 << 20) + 1), /at most 16777216 bytes, found "?more/],
  ])('%s', async (_, content, message) => {
    const intake = start();
    const error = await refusal(intake.read(bytes(content())));
    expect(error.code).toBe('BAD_FILE');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(tmpdir());
    expect((await intake.read(bytes(csv))).flux).toHaveLength(50);
  });

  test('damaged at random', async () => {
    const intake = start();
    const uniform = uniforms(5);
    const damaged = (content: Buffer) => {
      const copy = Buffer.from(content);
      for (let n = 0; n < 40; n++)
        copy[Math.floor(uniform() * Math.min(copy.length, 20_000))] = Math.floor(256 * uniform());
      return copy;
    };
    const files = [fixture('intake/external-storage.h5'), fixture('hdf5/half-precision.h5'), apStar()].flatMap(
      (file) => [damaged(file), damaged(file), damaged(file)],
    );
    for (const file of files) {
      const outcome = await intake.read(bytes(file)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'BAD_FILE' });
    }
    expect((await intake.read(bytes(csv))).flux).toHaveLength(50);
  });
});

describe('limits', () => {
  test('of time: a reader that does not end is killed', async () => {
    const error = await refusal(start({ readSeconds: 0.02 }).read(bytes(csv)));
    expect(error).toMatchObject({
      code: 'BAD_FILE',
      message: 'the file: expected one that is read within 0.02 s, found that it took longer',
    });
  });

  test('of memory, JavaScript’s and the whole process’s', async () => {
    const many = Array.from({ length: 90_000 }, (_, i) => `${15_200 + i} 1 .01`).join('\n');
    for (const limits of [{ heapMegabytes: 8 }, { megabytes: 200 }]) {
      const error = await refusal(start(limits).read(bytes(many)));
      expect(error.code).toBe('BAD_FILE');
      expect(error.message).toMatch(/MB of memory, found that it needed more/);
    }
  });

  test('of uploads that never end, be it in drops or not at all', async () => {
    async function* drops() {
      for (;;) {
        yield Buffer.from('1');
        await new Promise((done) => setTimeout(done, 5));
      }
    }
    const silence = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    for (const upload of [drops(), silence])
      expect((await refusal(start({ uploadSeconds: 0.05 }).read(upload))).message).toMatch(/an upload within 0.05 s/);
  });

  test('of files at a time', async () => {
    const intake = start({ atOnce: 2 });
    const reading = [intake.read(bytes(csv)), intake.read(bytes(csv))];
    expect((await refusal(intake.read(bytes(csv)))).code).toBe('BUSY');
    await Promise.all(reading);
    await intake.read(bytes(csv));
  });

  test('closing ends what is being read', async () => {
    const intake = startIntake();
    const reading = refusal(intake.read(bytes(apStar())));
    await intake.close();
    expect((await reading).code).toBe('BUSY');
  });
});
