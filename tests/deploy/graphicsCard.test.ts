import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const deploy = resolve(import.meta.dirname, '..', '..', 'deploy');

/** The decision and the libraries to be tried, as a set-up on such a machine would have them. */
const program = `
  const { chooseDevice } = await import(${JSON.stringify(join(deploy, 'graphicsCard.mjs'))});
  const { libraries } = await import(${JSON.stringify(join(deploy, 'tensorflowLibrary.mjs'))});
  try {
    const { card, because } = await chooseDevice();
    console.log(JSON.stringify({ card, because, routes: (await libraries(card)).map(({ route }) => route) }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
  }
`;

describe('the choice of the TensorFlow library', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starkin-card-'));
    mkdirSync(join(folder, 'bin'));
    // The library for processors is in the cache, so that no host is asked.
    mkdirSync(join(folder, 'cache', 'tensorflow-cpu-2.21.0-2b847d21'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const driver = (script: string) => {
    writeFileSync(join(folder, 'bin', 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'bin', 'nvidia-smi'), 0o755);
  };
  const choose = async (setting = '') => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
      env: {
        PATH: join(folder, 'bin'),
        STARKIN_CACHE: join(folder, 'cache'),
        STARKIN_TENSORFLOW: setting,
      },
    });
    return JSON.parse(stdout);
  };
  const card = 'echo "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5f0a)"';

  test('takes the one for cards where the driver names a card, and keeps the other to fall back on', async () => {
    driver(card);
    expect(await choose()).toEqual({
      card: true,
      because: 'TensorFlow for the graphics card NVIDIA A100-SXM4-40GB',
      routes: ['card', 'wheel'],
    });
  });

  test.each([
    ['is not installed', null],
    ['ended with 9', 'echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9'],
    ['names none', 'echo "No devices were found"'],
  ])('takes the one for processors and says why where nvidia-smi %s', async (why, script) => {
    if (script) driver(script);
    const because = `no graphics card (nvidia-smi ${why}): TensorFlow for processors`;
    expect(await choose()).toEqual({ card: false, because, routes: ['wheel'] });
  });

  test('follows STARKIN_TENSORFLOW, whatever the machine has', async () => {
    expect(await choose('gpu')).toMatchObject({ card: true, routes: ['card', 'wheel'] });
    driver(card);
    expect(await choose('cpu')).toMatchObject({ card: false, routes: ['wheel'] });
    expect(await choose('cuda')).toEqual({ refused: 'STARKIN_TENSORFLOW: expected auto, cpu, gpu, found cuda' });
  });
});
