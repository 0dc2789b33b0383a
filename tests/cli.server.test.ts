import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_ROLE } from '../src/storage/roles.js';
import { openServer } from '../src/storage/server.js';
import { starkin, startProgram, startServer, temporaryFolder } from './starkin.js';
import { cloneDatabase, testServer } from './testArchive.js';
import type { TestServer } from './testServer.js';

/** The command line on a database server, from an empty database on. */
let folder: string;
let env: NodeJS.ProcessEnv;
let drop: () => Promise<void>;

beforeAll(async () => {
  folder = await temporaryFolder('cli-server');
  const clone = await cloneDatabase(testServer as TestServer, 'template0');
  drop = clone.drop;
  env = { STARKIN_DATA: join(folder, 'archive'), DATABASE_URL: clone.url };
});
afterAll(async () => {
  await drop();
  await rm(folder, { recursive: true });
});

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await starkin(args, env);
  expect([args, code, stderr]).toEqual([args, 0, expect.any(String)]);
  return stdout;
}

/** A server that waits for its database, on a port that was free a moment ago. */
async function startWaiting(env: NodeJS.ProcessEnv) {
  const port = await freePort();
  const program = await startProgram(['serve'], { ...env, PORT: String(port) }, /waiting for npx starkin migrate/);
  return { port, ...program };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}

async function releases(url: string, token?: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query: '{ releases { name proprietary } stars { totalCount } }' }),
  });
  return response.status === 200 ? ((await response.json()) as { data: unknown }).data : response.status;
}

describe('the command line on a database server', () => {
  test('asks for the migrations, and makes them with the role of the API', async () => {
    const refused = await starkin(['status'], env);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/lacks the migrations .*\n {2}remedy: npx starkin migrate/),
    });
    expect(await done('migrate', '--roles')).toMatch(/applied 0001_catalogue\.sql, .*\nthe role starkin_api may read/);
    expect(await done('migrate', '--roles')).toMatch(/the tables are up to date\nthe role starkin_api may read/);
  });

  test('a server that starts before or during the migration is alive, not ready, and serves once it is done', async () => {
    const fresh = await cloneDatabase(testServer as TestServer, 'template0');
    const admin = await openServer(fresh.url, { connections: 1 });
    const { port, ...server } = await startWaiting({ ...env, DATABASE_URL: fresh.url });
    const ask = async (path: string, init?: RequestInit) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return { status: response.status, retry: response.headers.get('retry-after'), text: await response.text() };
    };
    const migrating = {
      status: 503,
      retry: '5',
      text: expect.stringMatching(/migrating: .* lacks \d+ of the migrations/),
    };
    // The lock under which migrations are made: held, it makes this one slow.
    const migration = await admin.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(4179006)');
      const running = starkin(['migrate'], { ...env, DATABASE_URL: fresh.url });
      await expect
        .poll(() => tx.query(`select from pg_locks where locktype = 'advisory' and not granted`))
        .toHaveLength(1);
      expect(await ask('/healthz')).toMatchObject({ status: 200 });
      expect(await ask('/readyz')).toEqual(migrating);
      expect(await ask('/graphql', { method: 'POST', body: '{}' })).toEqual(migrating);
      return { running };
    });
    expect(await migration.running).toMatchObject({ code: 0 });
    await expect.poll(async () => (await ask('/readyz')).text).toMatch(/no release is published/);
    expect(await releases(`http://127.0.0.1:${port}`)).toEqual({ releases: [], stars: { totalCount: 0 } });
    expect(await server.end('SIGTERM')).toBe(0);
    await admin.close();
    await fresh.drop();
  });

  test('goes the whole road to a proprietary release, which is served to a token alone, by a role that may only read', async () => {
    const file = join(folder, 'pairs.h5');
    await done('simulate', '--pairs', '60', '--seed', '7', '--out', file);
    await done('ingest', '--release', 'own', '--format', 'hdf5', file);
    await done('train', '--release', 'own', '--method', 'polydis');
    expect(await done('release', 'publish', 'own', '--proprietary')).toMatch(/published to those whose token names it/);
    expect(await done('release', 'list')).toMatch(/own +published +1 +120 +0 +proprietary, simulated/);
    const { token } = JSON.parse(await done('token', 'create', '--name', 'alice', '--read', 'own', '--json')) as {
      token: string;
    };
    const admin = await openServer(env.DATABASE_URL as string, { connections: 1 });
    const login = `served_${process.pid}`;
    await admin.query(`create role ${login} login in role ${API_ROLE}`);
    const asReader = (env.DATABASE_URL as string).replace('//postgres@', `//${login}@`);
    const server = await startServer({ ...env, DATABASE_URL: asReader, DATABASE_READ_URL: asReader });
    expect(await releases(server.url)).toEqual({ releases: [], stars: { totalCount: 0 } });
    const whole = { releases: [{ name: 'own', proprietary: true }], stars: { totalCount: 120 } };
    expect(await releases(server.url, token)).toEqual(whole);
    await expect.poll(() => done('token', 'list')).toMatch(/alice +valid +read:own +\S+ \S+ +\d{4}-/);
    await done('token', 'revoke', 'alice');
    expect(await releases(server.url, token)).toBe(401);
    await done('release', 'publish', 'own', '--public');
    expect(await releases(server.url)).toEqual({ ...whole, releases: [{ name: 'own', proprietary: false }] });
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.stderr()).not.toContain(token);
    await admin.query(`drop role ${login}`);
    await admin.close();
  }, 180_000);
});
