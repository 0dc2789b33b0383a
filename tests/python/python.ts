/**
 * Python for tests that ask the archive as its users do: astropy, specutils, pyvo, pyarrow and requests as PyPI has them, in a folder of the cache.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type TestAPI, test } from 'vitest';
import { cacheFolder, makeOnce } from '../cacheFolder.js';

const execute = promisify(execFile);
const requirements = join(import.meta.dirname, 'requirements.txt');

/** Where the packages are, or why there are none. */
const packages = await install();

/**
 * `test`, where the packages can be had: a test that needs them is skipped by name elsewhere, and counted in the last line. Continuous integration insists on them: there it
 * fails.
 */
export const pythonTest: TestAPI = 'missing' in packages ? (test.skip as TestAPI) : test;

/** What Python is started with to find the packages. */
export const pythonEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PYTHONPATH: 'missing' in packages ? '' : packages.folder,
  PYTHONWARNINGS: 'error',
  // Not into the cache, which another user may own.
  PYTHONDONTWRITEBYTECODE: '1',
};

/**
 * Runs a program; `values` reach it as its environment: the address of a server, a folder. A warning of Python is an error.
 * @returns what it printed
 * @throws Error with its traceback
 */
export async function runPython(program: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await execute('python3', ['-c', program], {
    env: { ...pythonEnvironment, ...values },
    timeout: 100_000,
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** Runs a program that prints JSON. */
export async function askPython<T>(program: string, values: Readonly<Record<string, string>> = {}): Promise<T> {
  return JSON.parse(await runPython(program, values)) as T;
}

async function install(): Promise<{ folder: string } | { missing: unknown }> {
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = cacheFolder(`python-${key}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', requirements];
  try {
    await makeOnce(folder, (partial) => execute('python3', [...pip, '--target', partial], { timeout: 200_000 }));
    return { folder };
  } catch (missing) {
    if (process.env.CI) throw missing;
    process.stderr.write(`tests in Python are skipped, as its packages cannot be installed: ${missing}\n`);
    return { missing };
  }
}
