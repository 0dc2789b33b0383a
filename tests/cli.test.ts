import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../src/commands/registry.js';
import { starkin, startProgram, temporaryFolder } from './starkin.js';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await temporaryFolder('cli');
  env = { STARKIN_DATA: join(folder, 'archive'), DATABASE_URL: '' };
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command line', () => {
  test('--help of a command says which options it cannot do without', async () => {
    const { stdout } = await starkin(['export', '--help'], env);
    const required = [...stdout.matchAll(/^ {2}--(\w+) [^-]*\(required\)/gm)].map(([, name]) => name);
    expect(required).toEqual(['release', 'format', 'out']);
  });

  test('--help lists every command', async () => {
    const { code, stdout } = await starkin(['--help'], env);
    expect(code).toBe(0);
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name.split(' ')[0]}\\b`, 'm'));
  });

  test('every command has help of its own', async () => {
    for (const { name, summary } of commands) {
      const { code, stdout } = await starkin([...name.split(' '), '--help'], env);
      expect(code).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
      expect(stdout).toContain('--json');
    }
  }, 120_000);

  test.each([
    [['explode'], /unknown command 'explode'/],
    [['ingest', 'a.fits'], /required option '--release <name>' not specified/],
    [
      ['simulate', '--pairs', 'two', '--seed', '1', '--out', 'x.h5'],
      /--pairs: expected a whole number from 1 to 10000000, found "two"/,
    ],
    [['ingest', '--release', 'r', '--format', 'apogee', '/nowhere'], /no file or folder "\/nowhere"/],
    [['ingest', '--release', 'r', '--format', 'fits', '/'], /expected one of .*apogee.*found "fits"/],
    [
      ['export', '--release', 'r', '--format', 'xls', '--out', 'x.xls'],
      /format: expected one of "parquet", "votable", "fits", "csv", found "xls"\n$/,
    ],
  ])('%j does nothing and ends with 2, saying why', async (args, message) => {
    const { code, stderr } = await starkin(args, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('ingest of nothing creates no archive', async () => {
    const fresh = join(folder, 'none');
    const args = ['ingest', '--release', 'r', '--format', 'apogee', '/nowhere'];
    expect(await starkin(args, { ...env, STARKIN_DATA: fresh })).toMatchObject({ code: 2 });
    expect(existsSync(fresh)).toBe(false);
  });

  test.each([[['status']], [['release', 'list']], [['evaluate']]])('%j never creates an archive', async (args) => {
    const fresh = join(folder, 'none');
    const { code, stderr } = await starkin(args, { ...env, STARKIN_DATA: fresh });
    expect(code).toBe(2);
    expect(stderr).toMatch(/remedy: .*npx starkin demo/);
    expect(existsSync(fresh)).toBe(false);
  });

  test('config prints every setting as JSON', async () => {
    const { code, stdout } = await starkin(['config', '--json'], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ingest: { minimumGoodPixels: 3000 } });
  });

  test('config refuses a schedule whose time is none', async () => {
    const file = join(folder, 'starkin.json');
    const schedule = { cron: 'every night', folders: ['/data'], release: 'live' };
    await writeFile(file, JSON.stringify({ schedule }));
    const { code, stderr } = await starkin(['config'], { ...env, STARKIN_CONFIG: file });
    expect(code).toBe(2);
    expect(stderr).toMatch(/schedule\.cron: expected a cron expression .* found "every night/);
  });

  test('a start that finds its port taken leaves no archive behind, nor one in a folder that cannot be', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const port = String((listener.address() as AddressInfo).port);
    const fresh = join(folder, 'port-taken');
    const { code, stderr } = await starkin(['serve'], { ...env, STARKIN_DATA: fresh, PORT: port });
    listener.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/port \d+ of 127\.0\.0\.1 is taken/);
    expect(existsSync(fresh)).toBe(false);
    const impossible = await starkin(['migrate'], { ...env, STARKIN_DATA: '/proc/starkin/archive' });
    expect(impossible).toMatchObject({ code: 2, stderr: expect.stringContaining('a folder that can be written to') });
  });

  test('a command that is told to end twice at once, as by `timeout` or npx, stops where it is safe', async () => {
    const args = ['simulate', '--pairs', '50000', '--seed', '1', '--out', join(folder, 'never.h5')];
    const program = await startProgram(args, env, /simulate: \d+ of 50000/);
    program.send('SIGTERM');
    expect(await program.end('SIGTERM')).toBe(130);
    expect(program.stderr()).toContain('stopped; what was done is kept');
  });

  test('a command that is told to end once more, later, ends at once and says so', async () => {
    // Neither comes to a place where it is safe: nobody answers.
    const socket = join(folder, 'deaf', 'control.sock');
    await mkdir(join(folder, 'deaf'));
    const owner = createServer(() => {}).listen(socket);
    await once(owner, 'listening');
    const connected = once(owner, 'connection');
    const program = await startProgram(['status'], { ...env, STARKIN_DATA: join(folder, 'deaf') }, /^/);
    const [connection] = (await connected) as [Socket];
    program.send('SIGINT');
    await delay(1200);
    expect(await program.end('SIGINT')).toBe(130);
    expect(program.stderr()).toBe('ended at once; what was stored is kept, and the same command goes on from there\n');
    connection.destroy();
    owner.close();
  });

  test('a command that is interrupted before it has begun says so', async () => {
    const args = ['simulate', '--pairs', '50000', '--seed', '1', '--out', join(folder, 'never.h5')];
    // Node tells what it loads: first of all the command line.
    const program = await startProgram(args, { ...env, NODE_DEBUG: 'esm' }, /dist\/src\/cli\.js/);
    expect(await program.end('SIGINT')).toBe(130);
    // Which of the two depends on how far it was.
    expect(program.stderr()).toMatch(
      /^(interrupted before it began: nothing was done|stopped; what was done is kept.*)$/m,
    );
  });

  test('simulate writes the same file for the same seed, and it can be ingested, trained on and published by hand', async () => {
    const file = join(folder, 'pairs.h5');
    expect(await starkin(['simulate', '--pairs', '60', '--seed', '7', '--out', file], env)).toMatchObject({ code: 0 });
    const ingest = await starkin(['ingest', '--release', 'simulated', '--format', 'hdf5', file, '--json'], env);
    expect(ingest.code).toBe(0);
    expect(JSON.parse(ingest.stdout)).toMatchObject({ stored: 120, failed: [] });
    const train = await starkin(['train', '--release', 'simulated', '--method', 'polydis'], env);
    expect(train.code).toBe(0);
    expect(train.stdout).toMatch(/^polydis-compact-[0-9a-f]{8}\n/);
    expect(await starkin(['release', 'publish', 'simulated'], env)).toMatchObject({ code: 0 });
    const status = await starkin(['status'], env);
    expect(status.stdout).toMatch(/simulated +published +120 +120/);
    expect(status.stdout).toMatch(/not made yet.*\nabundances +npx starkin abundances train --release R/);
    expect(status.stdout).not.toMatch(/^map /m);
  }, 120_000);

  test('release discard tells what would go, and throws it away when it is told to', async () => {
    const file = join(folder, 'wrong.h5');
    expect(await starkin(['simulate', '--pairs', '3', '--seed', '8', '--out', file], env)).toMatchObject({ code: 0 });
    for (const release of ['simulated', 'draft'])
      expect(await starkin(['ingest', '--release', release, file], env)).toMatchObject({ code: 0 });
    const asked = await starkin(['release', 'discard', 'simulated'], env);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toMatch(
      /^release simulated is published: what is staged of it would go, .*\nwould go: 6 spectra of 6 stars.*\nwould go, too: 3 groups\nnothing is done yet, .*: npx starkin release discard simulated --yes\n$/,
    );
    const told = { release: 'simulated', state: 'published', discarded: true, spectra: 6, stars: 6, replaced: 0 };
    const done = await starkin(['release', 'discard', 'simulated', '--yes', '--json'], env);
    expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, told]);
    expect((await starkin(['release', 'discard', 'draft', '--yes'], env)).stdout).toContain(
      'release draft, a draft, is thrown away with all that it held',
    );
    const { stdout } = await starkin(['release', 'list', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'simulated', spectra: 120, staged: 0 }]);
    const again = await starkin(['release', 'discard', 'draft', '--yes'], env);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('no release "draft"')]);
  }, 60_000);

  test('train with too few spectra for a batch says so and stores no model', async () => {
    const train = await starkin(['train', '--release', 'simulated', '--method', 'faderdis'], env);
    expect(train.code).toBe(2);
    expect(train.stderr).toMatch(/256/);
    const status = await starkin(['status', '--json'], env);
    expect(JSON.parse(status.stdout).models).toHaveLength(1);
  });
});
