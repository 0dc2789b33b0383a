import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NotReadyError } from '../domain/errors.js';
import { type Answer, fromText } from './answer.js';
import type { IntakeLimits } from './intake.js';

/** The compiled program, from this file as source (under vitest) and as compiled code alike. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/intake/reader.js' : './reader.js', import.meta.url),
);
/** The answer of 100,000 pixels in three arrays has 6 MB. */
const MOST_OUTPUT = 16 << 20;
/** What of the standard error is kept for the log. */
const MOST_COMPLAINT = 4000;
/** The kernel's own limits, set by the shell before it becomes Node: seconds of processor, kB of data, no core file. Address space cannot be limited: WebAssembly reserves gigabytes that it never uses. */
const LIMITED = 'ulimit -c 0 && ulimit -t "$1" && ulimit -d "$2" && shift 2 && exec "$@"';

/**
 * Reads a file in a process of its own and waits for its end. The process has no environment, may read its code and the file alone (Node's permission
 * model; an HDF5 file can name any other file as the place of its data), may not write or start anything, and is killed at its limits.
 * @throws NotReadyError when the project is not compiled
 */
export async function readInProcess(file: string, limits: IntakeLimits, signal: AbortSignal): Promise<Answer> {
  // An upload may have ended as the server was told to: nobody would end the process before its time.
  signal.throwIfAborted();
  if (!existsSync(program)) throw new NotReadyError(`${program}: the compiled project is not there`, 'npm run setup');
  const flags = [permissionFlag(), `--max-old-space-size=${limits.heapMegabytes}`, '--no-warnings'];
  const readable = [...codePaths(), file].map((path) => `--allow-fs-read=${path}`);
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', LIMITED, 'sh', String(Math.ceil(limits.readSeconds)), String(limits.megabytes * 1024)],
      ...[process.execPath, ...flags, ...readable, program, file],
    ],
    { env: {}, cwd: dirname(program), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const kill = () => child.kill('SIGKILL');
  const output = collect(child.stdout, MOST_OUTPUT, kill);
  const complaint = collect(child.stderr, MOST_COMPLAINT, null);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, limits.readSeconds * 1000);
  signal.addEventListener('abort', kill);
  try {
    const [code, end] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...how) => resolve(how));
    });
    signal.throwIfAborted();
    if (late || end === 'SIGXCPU') return refused(`one that is read within ${limits.readSeconds} s`, 'it took longer');
    if (code === 0) return fromText(output());
    if (end !== null || MEMORY.test(complaint()))
      return refused(`one that is read with ${limits.megabytes} MB of memory`, 'it needed more');
    return { kind: 'failed', message: `the reading process ended with code ${code}: ${complaint()}` };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}

/** What Node, V8 and WebAssembly say when memory ends. */
const MEMORY = /out of memory|allocation failed|Cannot enlarge memory|could not allocate|bad_alloc/i;

function refused(expected: string, found: string): Answer {
  return { kind: 'refused', message: `the file: expected ${expected}, found that ${found}`, remedy: null };
}

/** Gathers a stream's text up to a length; then calls `overflow` or lets the rest go. */
function collect(stream: NodeJS.ReadableStream, most: number, overflow: (() => void) | null): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else overflow?.();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Compiled code and the packages, no more of the project: the archive may be a folder of it. */
function codePaths(): string[] {
  const compiled = join(dirname(program), '..', '..');
  const root = join(compiled, '..');
  return [join(compiled, '*'), join(root, 'node_modules', '*'), join(root, 'package.json')];
}

function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}
