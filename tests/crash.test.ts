import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../src/config.js';
import { type Finished, starkin, startServer, temporaryFolder } from './starkin.js';
import { writeSyntheticFile } from './syntheticFile.js';

const STARS = 600;
let folder: string;
let file: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await temporaryFolder('crash');
  file = await writeSyntheticFile(join(folder, 'toy.h5'), { stars: STARS, seed: 1 });
  const config = join(folder, 'starkin.json');
  // Small batches make an encoding long enough to be met in the middle.
  await writeFile(config, '{"encode": {"batch": 2}, "ingest": {"batch": 20}}');
  env = { STARKIN_DATA: join(folder, 'archive'), STARKIN_CONFIG: config, DATABASE_URL: '' };
});
afterAll(() => rm(folder, { recursive: true }));

/** Kills a server a moment after it has begun to carry out a command. @returns how the command ended */
async function killDuring(kind: string, command: readonly string[]): Promise<Finished> {
  const make = ['token', 'create', '--name', kind, '--operate', '--json'];
  const { token } = JSON.parse((await starkin(make, env)).stdout) as { token: string };
  const server = await startServer(env);
  const working = starkin([...command], env);
  const body = JSON.stringify({ query: '{ runs(first: 1) { edges { node { kind } } } }' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  for (let last = ''; last !== kind; ) {
    await delay(20);
    const { data } = (await (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).json()) as Runs;
    last = data.runs.edges.map(({ node }) => node.kind).join();
  }
  await delay(200);
  await server.end('SIGKILL');
  return working;
}

interface Runs {
  readonly data: { readonly runs: { readonly edges: readonly { node: { kind: string } }[] } };
}

describe('a server that is killed in the middle of an encoding', { timeout: 120_000 }, () => {
  test('has kept what it had encoded, and the same command does the rest, once', async () => {
    expect(await starkin(['ingest', '--release', 'toy', file], env)).toMatchObject({ code: 0 });
    expect(await starkin(['train', '--release', 'toy', '--method', 'polydis'], env)).toMatchObject({ code: 0 });
    expect(await killDuring('encode', ['encode', '--release', 'toy'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/went away.*\n.*run the command again/),
    });

    const { code, stdout } = await starkin(['encode', '--release', 'toy', '--json'], env);
    expect(code).toBe(0);
    const { encoded, already } = JSON.parse(stdout) as { encoded: number; already: number };
    expect(encoded).toBeGreaterThan(0);
    expect(encoded + already).toBe(STARS);
    const status = JSON.parse((await starkin(['status', '--json'], env)).stdout);
    expect(status.releases).toMatchObject([{ spectra: STARS, encoded: STARS }]);
    const runs = (status.runs as { kind: string; state: string; error: string | null }[]).filter(
      ({ kind }) => kind === 'encode',
    );
    expect(runs).toMatchObject([
      { state: 'done', error: null },
      { state: 'stopped', error: 'the process ended' },
    ]);
  });
});

describe('a server that is killed while spectra are replaced', { timeout: 240_000 }, () => {
  const latents = async () => {
    const out = join(folder, 'latents.csv');
    const asked = ['export', '--release', 'toy', '--what', 'latents', '--format', 'csv', '--out', out];
    expect(await starkin(asked, env)).toMatchObject({ code: 0 });
    return readFile(out, 'utf8');
  };

  test('shows the former ones or the new ones, whole, and the same commands do the rest', async () => {
    expect(await starkin(['release', 'publish', 'toy', '--force'], env)).toMatchObject({ code: 0 });
    const before = await latents();
    await writeSyntheticFile(file, { stars: STARS, seed: 1, anew: { stars: 200, seed: 3 } });
    await killDuring('ingest', ['ingest', '--release', 'toy', file]);
    expect(await latents()).toBe(before);
    const { code, stdout } = await starkin(['ingest', '--release', 'toy', '--json', file], env);
    const { stored, skipped } = JSON.parse(stdout) as { stored: number; skipped: number };
    expect([code, stored + skipped]).toEqual([0, STARS]);
    await killDuring('publish', ['release', 'publish', 'toy', '--force']);
    const meanwhile = await latents();
    expect(await starkin(['release', 'publish', 'toy', '--force'], env)).toMatchObject({ code: 0 });
    const now = await latents();
    const lines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('#'));
    const same = lines(now).filter((line) => lines(before).includes(line));
    expect([lines(now).length, same.length]).toEqual([lines(before).length, lines(before).length - 200]);
    expect([before, now]).toContain(meanwhile);
    const back = JSON.parse((await starkin(['release', 'rollback', 'toy', '--json'], env)).stdout);
    expect(back).toMatchObject({ release: { revision: 1 } });
  });
});

/** A small disk that can be filled: a tmpfs in a mount namespace, of root's or, where the system lets users make one, of one's own. */
const namespace = [['-m'], ['-r', '-m']].find(
  (flags) => spawnSync('unshare', [...flags, 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0,
);

describe('a disk that is full', { timeout: 120_000 }, () => {
  if (!namespace) {
    test('cannot be made here: unshare and mount are refused', () => {});
    return;
  }

  test('ends an ingest with what it had stored, and the same command does the rest', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    // Room for the empty archive, and for a few batches more.
    const script = `
      mount -t tmpfs -o size=400m none "$1" && $2 migrate > /dev/null || exit 9
      used=$(du -sm "$1" | cut -f1)
      mount -o remount,size=$((used + 3))m "$1" || exit 9
      $2 ingest --release toy --json "$3"; echo "code $?"
      mount -o remount,size=400m "$1" || exit 9
      $2 ingest --release toy --json "$3"; echo "code $?"`;
    const program = `${process.execPath} ${join(projectRoot, 'bin', 'starkin.mjs')}`;
    const big = await writeSyntheticFile(join(folder, 'big.h5'), { stars: 4000, seed: 2 });
    const { stdout } = await promisify(execFile)(
      'unshare',
      [...namespace, 'sh', '-c', script, 'sh', disk, program, big],
      { env: { ...process.env, ...env, STARKIN_DATA: join(disk, 'archive') }, maxBuffer: 1e7 },
    );
    const [failure, summary] = stdout.split(/code \d\n/).map((text) => (text ? JSON.parse(text) : null));
    expect(stdout.match(/code \d/g)).toEqual(['code 2', 'code 0']);
    expect(failure).toMatchObject({
      error: {
        code: 'DISK_FULL',
        message: expect.stringMatching(/No space left/),
        remedy: expect.stringMatching(/free some space/),
      },
    });
    expect(summary.skipped).toBeGreaterThan(0);
    expect(summary.stored + summary.skipped).toBe(4000);
  });
});
