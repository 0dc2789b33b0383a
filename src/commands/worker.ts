import { constants, setPriority } from 'node:os';
import { type QueueName, queueNames } from '../../workers/queue/job.js';
import { JobQueue } from '../../workers/queue/jobQueue.js';
import { work } from '../../workers/queue/worker.js';
import { shareSchedule } from '../../workers/schedule.js';
import { startCompute } from '../compute/pool.js';
import { InputError, NotReadyError } from '../domain/errors.js';
import type { Command } from './command.js';

type Request = { readonly only: readonly QueueName[] };

export const workerCommand: Command<Request> = {
  name: 'worker',
  summary:
    'take jobs from the archive’s queue until SIGTERM (on a database server; start as many as you like, on any host)',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration.option(
      '--only <kinds>',
      `take only these jobs, comma-separated: ${queueNames.join(', ')} (default: all); run: whole runs, which hand out the others`,
    );
  },
  request: (_, { only }) => ({ only: only === undefined ? queueNames : readKinds(String(only)) }),
  async run(context, { only }, course) {
    const { settings, environment } = context.config;
    const { databaseUrl, backend } = environment;
    if (databaseUrl === null)
      throw new NotReadyError(
        'an embedded archive has no workers: the process that owns it does the same tasks itself, one at a time',
        'npx starkin serve, and hand it commands; or set DATABASE_URL to a Postgres server for workers of its own',
      );
    // Whatever answers people on the same machine goes first; compute children inherit it.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const compute = startCompute({ backend, threads: settings.worker.threads });
    const place = { ...(await context.workplace()), compute };
    const queue = await JobQueue.open(databaseUrl, { works: true, onError: (error) => log(`queue: ${error.message}`) });
    await shareSchedule(queue, settings.schedule);
    log(`takes jobs: ${only.join(', ')}; SIGTERM stops it, and puts back what it has in hand`);
    const { done, failed } = await work(place, queue, { queues: only, log }, course.signal);
    await compute.close();
    return { exitCode: 0, text: `${done} jobs done, ${failed} failed`, data: { done, failed } };
  },
};

function readKinds(text: string): QueueName[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !queueNames.includes(word as QueueName));
  if (unknown !== undefined) throw new InputError('--only', `some of ${queueNames.join(', ')}`, unknown);
  return queueNames.filter((name) => words.includes(name));
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} worker ${process.pid}: ${line}\n`);
}
