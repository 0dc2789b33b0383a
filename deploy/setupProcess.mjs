/** Child processes and messages of the set-up. Everything is printed on stderr: stdout belongs to the command that follows. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { shareLocks } from './setupLock.mjs';

/** The folder of package.json. */
export const root = resolve(import.meta.dirname, '..');

/** Ends the set-up; the message is for the user and says what to do. */
export class SetupError extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

/** @param {string} message */
export function say(message) {
  for (const line of message.split('\n')) process.stderr.write(`setup: ${line}\n`);
}

/**
 * Announces a step, works, and says how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  say(`${title} …`);
  const result = await work();
  say(`${title}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Node 24 from node_modules, where the platform has it, else the Node that runs the set-up. */
export function projectNode() {
  const bundled = join(root, 'node_modules', '.bin', 'node');
  return existsSync(bundled) ? bundled : process.execPath;
}

let interruptedBy = null;
let current = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy = signal;
    // The terminal sends Ctrl-C to the child as well; a second signal does no harm to any of them.
    if (!current?.kill(signal)) process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a program in the project's folder; its output goes to stderr.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, capture?: boolean }} [options] capture: return stdout, drop stderr unless it fails
 * @returns {Promise<{ ok: boolean, status: string, output: string }>}
 */
export async function run(command, args, { env = {}, capture = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, PATH: systemPath(), ...env },
    stdio: ['ignore', capture ? 'pipe' : 2, capture ? 'pipe' : 2],
  });
  current = child;
  if (child.pid) shareLocks([child.pid]);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const status = await new Promise((done) => {
    child.on('error', (error) => done(error.code === 'ENOENT' ? 'is not installed' : error.message));
    child.on('close', (code, signal) =>
      done(signal ? `was ended by ${signal}` : code === 0 ? '' : `ended with ${code}`),
    );
  });
  current = null;
  shareLocks([]);
  if (interruptedBy)
    throw new SetupError('interrupted; the next start goes on from here', 128 + constants.signals[interruptedBy]);
  return { ok: status === '', status, output };
}

/** npm puts node_modules/.bin first in the PATH; `npm ci` deletes that folder while its own node would be running from it. */
function systemPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
}
