import type { Command as Declaration } from 'commander';
import { detach } from '../../workers/queue/detach.js';
import { JobQueue } from '../../workers/queue/jobQueue.js';
import type { RunKind } from '../../workers/queue/runTasks.js';
import { NotReadyError } from '../domain/errors.js';
import type { CommandContext, Outcome } from './command.js';

/** Adds `--detach` to a command whose run the workers of a server can do. */
export function declareDetach(declaration: Declaration): void {
  declaration.option(
    '--detach',
    'put it into the queue of the workers and print the run’s id (on a database server)',
    false,
  );
}

/**
 * Puts a run into the queue instead of doing it here.
 * @throws NotReadyError for an embedded archive, which has no workers
 */
export async function runDetached(
  context: CommandContext,
  kind: RunKind,
  input: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const { databaseUrl } = context.config.environment;
  if (databaseUrl === null)
    throw new NotReadyError(
      'an embedded archive has no queue: the process that owns it works on commands one at a time',
      'leave --detach out',
    );
  const { db } = await context.workplace();
  const queue = await JobQueue.open(databaseUrl, { works: false });
  try {
    const run = await detach(db, queue, kind, input);
    return { exitCode: 0, text: `${run}`, data: { run } };
  } finally {
    await queue.close();
  }
}
