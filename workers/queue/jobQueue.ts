import { type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Database } from '../../src/storage/database.js';
import { DEAD_LETTERS, type Job, jobSchema, type QueueName, queueNames } from './job.js';

/** What a queue hands to its worker. */
export interface HeldJob {
  readonly id: string;
  readonly queue: QueueName;
  readonly job: Job;
  /** Aborted when the job is no longer this worker's: it was silent for too long, and another one has it. */
  readonly signal: AbortSignal;
  /** Whether a failure would be its last: it is not tried again. */
  readonly last: boolean;
}

/** How a worker is done with a job. `again`: put it back, and later ones of the queue go first; `failed`: never again. */
export type Settled =
  | { readonly end: 'done'; readonly output: object }
  | { readonly end: 'again' | 'failed'; readonly output: object };

export interface DeadLetter {
  readonly job: Job;
  readonly message: string;
  readonly at: Date;
}

/**
 * A job that fails for a passing reason, or whose worker dies, is tried again after 2, 4, 8 … seconds, at most 5 minutes, and 8 times: half an hour in all. A worker
 * says every 3 s that it has a job; silent for 15 s, the job is another's: a machine under load keeps a process waiting for some seconds.
 */
const RETRIES = { retryLimit: 8, retryDelay: 2, retryBackoff: true, retryDelayMax: 300 };
const HEARTBEAT = { heartbeatSeconds: 15, expireInSeconds: 24 * 3600 };
const HEARTBEAT_REFRESH_SECONDS = 3;
/** How often silent jobs are looked for: any one of the workers does it for all. */
const SUPERVISE_SECONDS = 2;
/** How often a worker asks a queue for a job: within the 2 s in which one is to start, at one indexed statement a second and queue. */
const POLL_SECONDS = 1;
/** Connections beside those of the archive itself. */
const CONNECTIONS = 4;

/** The jobs of an archive on a Postgres server, in tables of their own (schema pgboss): whoever reaches the database shares them. */
export class JobQueue {
  private constructor(private readonly boss: PgBoss) {}

  /**
   * Opens the queue, and makes its tables where they are missing.
   * @param options.works whether this process looks after the queue: silent jobs, schedules, clearing up
   * @param options.onError hears of what went wrong in between, such as a database that was away for a moment
   */
  static async open(url: string, options: { works: boolean; onError?: (error: Error) => void }): Promise<JobQueue> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: 'starkin-queue',
      max: CONNECTIONS,
      supervise: options.works,
      schedule: options.works,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      registerInstance: options.works,
    });
    boss.on('error', (error) => options.onError?.(error));
    await boss.start();
    await boss.createQueue(DEAD_LETTERS);
    for (const name of queueNames) await boss.createQueue(name, { ...RETRIES, ...HEARTBEAT, deadLetter: DEAD_LETTERS });
    return new JobQueue(boss);
  }

  /** Puts jobs into a queue as part of a transaction: they are there when it commits, or never were. */
  async send(tx: Database, queue: QueueName, jobs: readonly Job[]): Promise<void> {
    const db = {
      executeSql: async (sql: string, values?: unknown[]) => ({ rows: await tx.query(sql, values) }),
    };
    await this.boss.insert(
      queue,
      jobs.map((data) => ({ data })),
      { db },
    );
  }

  /** Takes jobs of a queue, so many at a time, until the queue is closed. */
  async work(queue: QueueName, atOnce: number, perform: (held: HeldJob) => Promise<Settled>): Promise<void> {
    const worker = this.boss.work(
      queue,
      {
        perJobResults: true,
        includeMetadata: true,
        localConcurrency: atOnce,
        pollingIntervalSeconds: POLL_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      },
      async ([{ id, data, signal, retryCount, retryLimit }]: JobWithMetadata[]) => {
        const held = { id, queue, job: jobSchema.parse(data), signal, last: retryCount >= retryLimit };
        const { end, output } = await perform(held);
        // It asks for the next job at once: pg-boss would first wait for what is left of the second in which it asks.
        this.boss.notifyWorker(await worker);
        return [{ id, status: statuses[end], output }];
      },
    );
    await worker;
  }

  /** Jobs that failed for good, the newest last, at most 1,000; those of a run where it is given. */
  async deadLetters(run?: number): Promise<DeadLetter[]> {
    const jobs = await this.boss.findJobs<Job>(DEAD_LETTERS, run === undefined ? {} : { data: { run } });
    return jobs.map(({ data, sourceOutput, createdOn }) => ({
      job: data,
      message: messageOf(sourceOutput),
      at: createdOn,
    }));
  }

  /** Sets, changes or ends the one schedule: a job of the queue `run` whenever the cron expression says so, and one for all that fell due while no worker ran. */
  async schedule(cron: string | null, job: Job, timezone: string): Promise<void> {
    if (cron === null) await this.boss.unschedule('run');
    else await this.boss.schedule('run', cron, job, { tz: timezone, missed: 'once' });
  }

  /** Takes no more jobs, waits for those in hand, and closes its connections. */
  async close(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: CLOSE_TIMEOUT_MS });
  }
}

/** Jobs in hand are asked to stop before; what is left after so long is another worker's. */
const CLOSE_TIMEOUT_MS = 60_000;

const statuses = { done: 'completed', again: 'failed', failed: 'deadletter' } as const;

function messageOf(output: object | null): string {
  const { message } = (output ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : JSON.stringify(output);
}
