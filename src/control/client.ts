import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TaskCourse } from '../../workers/tasks/task.js';
import type { Outcome } from '../commands/command.js';
import { BusyError } from '../domain/errors.js';
import { type ControlReply, fromFailure, readLines } from './message.js';

/** Where the owner of the archive in `folder` listens. */
export function controlSocket(folder: string): string {
  return join(folder, 'control.sock');
}

/**
 * Hands a command to the process that owns the archive.
 * @returns its outcome, or null when no process is listening
 * @throws what the command threw there; BusyError when the owner went away in the middle
 */
export async function handOver(
  folder: string,
  command: string,
  request: unknown,
  course: TaskCourse,
): Promise<Outcome | null> {
  const socket = await dial(controlSocket(folder));
  if (!socket) return null;
  const abort = () => socket.write(`${JSON.stringify({ abort: true })}\n`);
  course.signal.addEventListener('abort', abort, { once: true });
  try {
    socket.setEncoding('utf8');
    socket.write(`${JSON.stringify({ command, request })}\n`);
    for await (const reply of replies(socket)) {
      if ('progress' in reply) course.report(reply.progress);
      else if ('outcome' in reply) return reply.outcome;
      else throw fromFailure(reply.failure);
    }
    throw new BusyError(
      'the running server went away before it answered',
      'run the command again: what was done is kept',
    );
  } finally {
    course.signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function* replies(socket: Socket): AsyncGenerator<ControlReply> {
  try {
    yield* readLines<ControlReply>(socket);
  } catch {
    throw lost();
  }
}

function lost(): BusyError {
  return new BusyError(
    'the running server went away before it answered',
    'run the command again: what was done is kept',
  );
}

/** No socket, a socket that a killed owner left, or a folder that is none. */
const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

function dial(path: string): Promise<Socket | null> {
  return new Promise((done, fail) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => {});
      done(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      NOBODY_LISTENS.has(error.code ?? '') ? done(null) : fail(error),
    );
  });
}
