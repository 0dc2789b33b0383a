import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlSocket, handOver } from '../../src/control/client.js';
import { listenForCommands, type Perform } from '../../src/control/server.js';
import { ConflictError, StarkinError } from '../../src/domain/errors.js';
import { type ProgressEvent, silent } from '../../src/domain/progress.js';

let folder: string;
let server: { close(): Promise<void> } | null = null;
const listen = async (perform: Perform) => {
  server = await listenForCommands(folder, perform);
};
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-control-'));
});
afterEach(async () => {
  await server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

describe('the control socket', () => {
  test('answers null when no process owns the archive', async () => {
    expect(await handOver(folder, 'status', {}, { report: silent, signal: never })).toBeNull();
  });

  test('carries the request there, and progress and outcome back', async () => {
    const seen: unknown[] = [];
    await listen(async (command, request, { report }) => {
      seen.push(command, request);
      report({ stage: 'ingest', done: 1, total: 2, unit: 'spectra' });
      return { exitCode: 1, text: 'half of it', data: { stored: 1 } };
    });
    const progress: ProgressEvent[] = [];
    const request = { release: 'r1', paths: ['/a b/ü.fits'] };
    const outcome = await handOver(folder, 'ingest', request, {
      report: (event) => progress.push(event),
      signal: never,
    });
    expect(outcome).toEqual({ exitCode: 1, text: 'half of it', data: { stored: 1 } });
    expect(seen).toEqual(['ingest', request]);
    expect(progress).toEqual([{ stage: 'ingest', done: 1, total: 2, unit: 'spectra' }]);
  });

  test('throws here what was thrown there, with its code and remedy', async () => {
    await listen(async () => {
      throw new ConflictError('it differs', 'name another release');
    });
    const failure = await handOver(folder, 'ingest', {}, { report: silent, signal: never }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StarkinError);
    expect(failure).toMatchObject({ code: 'CONFLICT', message: 'it differs', remedy: 'name another release' });
  });

  test('is open to the owner’s user alone', async () => {
    await listen(async () => ({ exitCode: 0, text: '', data: null }));
    expect((await stat(controlSocket(folder))).mode & 0o777).toBe(0o600);
  });

  test('replaces the socket file that a killed owner left', async () => {
    await writeFile(controlSocket(folder), '');
    await listen(async () => ({ exitCode: 0, text: 'here', data: null }));
    expect((await handOver(folder, 'status', {}, { report: silent, signal: never }))?.text).toBe('here');
  });

  test('aborts a command whose client asks for it', async () => {
    const abort = new AbortController();
    await listen(
      (_, __, { signal, report }) =>
        new Promise((_done, fail) => {
          signal.addEventListener('abort', () => fail(new StarkinError('BUSY', 'stopped')));
          report({ stage: 'train', done: 0, total: 9, unit: 'epochs' });
        }),
    );
    const outcome = handOver(folder, 'train', {}, { report: () => abort.abort(), signal: abort.signal });
    await expect(outcome).rejects.toThrow('stopped');
  });

  test('aborts a command whose client goes away', async () => {
    const aborted = new Promise<void>((done) => {
      void listen((_, __, { signal }) => {
        signal.addEventListener('abort', () => done());
        return new Promise(() => {});
      });
    });
    await new Promise((done) => setTimeout(done, 50));
    const { connect } = await import('node:net');
    const socket = connect(controlSocket(folder));
    socket.write('{"command":"train","request":{}}\n');
    await new Promise((done) => setTimeout(done, 50));
    socket.destroy();
    await aborted;
  });

  test('refuses a folder whose path is too long for a socket, naming the variable', async () => {
    const long = join(folder, 'x'.repeat(120));
    await expect(listenForCommands(long, async () => ({ exitCode: 0, text: '', data: null }))).rejects.toThrow(
      /STARKIN_DATA: expected a path of at most \d+ bytes/,
    );
  });
});
