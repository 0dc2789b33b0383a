import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../src/config.js';

/** The command line as a user runs it: the real program, compiled, in processes of its own. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningServer {
  readonly url: string;
  /** All that it wrote to stderr so far. */
  stderr(): string;
  /** Ends it by a signal, and waits. @returns its exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `starkin-${name}-`));
}

export async function starkin(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  const child = start(args, env);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await ended(child);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Starts `starkin serve` and waits until it serves. */
export async function startServer(env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const { child, stderr } = beginServer(env);
  await waitFor(child, stderr, /Starkin serves/);
  const url = /Starkin serves (http:\S+)/.exec(stderr())?.[1] as string;
  return { url, stderr, end: (signal) => end(child, signal) };
}

/** A program that runs until it is told to end. */
export interface RunningProgram extends Omit<RunningServer, 'url'> {
  /** Sends a signal, and does not wait. */
  send(signal: NodeJS.Signals): void;
}

/** Starts a command that goes on running, and waits until it has written a sign. */
export async function startProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  sign: RegExp,
): Promise<RunningProgram> {
  const child = start(args, env);
  const stderr = collect(child.stderr);
  await waitFor(child, stderr, sign);
  return { stderr, end: (signal) => end(child, signal), send: (signal) => child.kill(signal) };
}

/** Starts `starkin serve`, waits until it has written something, and kills it some time later. */
export async function killServerAfter(env: NodeJS.ProcessEnv, sign: RegExp, milliseconds: number): Promise<void> {
  const { child, stderr } = beginServer(env);
  await waitFor(child, stderr, sign);
  await new Promise((done) => setTimeout(done, milliseconds));
  await end(child, 'SIGKILL');
}

function beginServer(env: NodeJS.ProcessEnv) {
  const child = start(['serve'], { PORT: '0', ...env });
  return { child, stderr: collect(child.stderr) };
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const program = join(projectRoot, 'bin', 'starkin.mjs');
  return spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => child.once('close', (code) => done(code)));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = ended(child);
  child.kill(signal);
  return closed;
}

async function waitFor(child: ChildProcess, text: () => string, sign: RegExp): Promise<void> {
  while (!sign.test(text())) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with code ${child.exitCode} before it wrote ${sign}:\n${text()}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
