import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { TaskCourse } from '../../workers/tasks/task.js';
import type { Outcome } from '../commands/command.js';
import { ConfigError } from '../domain/errors.js';
import { controlSocket } from './client.js';
import { type ControlReply, type ControlRequest, readLines, toFailure } from './message.js';

/** The longest path that a socket address holds on Linux and macOS (sun_path, with its final NUL). */
const LONGEST_PATH = 103;

/** Runs a command by name on behalf of another process. */
export type Perform = (command: string, request: unknown, course: TaskCourse) => Promise<Outcome>;

/**
 * Listens on the archive's control socket (mode 0600: only the owner's user may command). Only the process that holds the
 * archive's lock may call this: it removes the socket that a killed owner left.
 * @throws ConfigError when the path is longer than a socket address can be
 */
export async function listenForCommands(folder: string, perform: Perform): Promise<{ close(): Promise<void> }> {
  const path = controlSocket(folder);
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new ConfigError(
      'STARKIN_DATA',
      `a path of at most ${LONGEST_PATH - 'control.sock'.length - 1} bytes, for its control socket`,
      folder,
    );
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    serve(socket, perform).catch(() => socket.destroy());
  });
  await listenPrivately(server, path);
  return {
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(path, { force: true });
    },
  };
}

/** One connection: a request, its progress, its end. A client that goes away aborts what it asked for. */
async function serve(socket: Socket, perform: Perform): Promise<void> {
  const abort = new AbortController();
  const send = (reply: ControlReply) => socket.writable && socket.write(`${JSON.stringify(reply)}\n`);
  socket.setEncoding('utf8');
  socket.on('close', () => abort.abort());
  for await (const message of readLines<ControlRequest>(socket)) {
    if ('abort' in message) abort.abort();
    else
      void perform(message.command, message.request, { report: (progress) => send({ progress }), signal: abort.signal })
        .then((outcome) => send({ outcome }))
        .catch((error: unknown) => send({ failure: toFailure(error) }))
        .finally(() => socket.end());
  }
}

/** The mask is set while the socket file is made, so that there is no moment in which another user could connect. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    const mask = process.umask(0o177);
    server.once('error', fail);
    server.listen(path, done);
    process.umask(mask);
  });
}
