import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../../src/config.js';
import type { Database } from '../../src/storage/database.js';
import { migrate } from '../../src/storage/migrations.js';
import { findRun } from '../../src/storage/run.js';
import { openServer } from '../../src/storage/server.js';
import { detach } from '../../workers/queue/detach.js';
import { JobQueue } from '../../workers/queue/jobQueue.js';
import { startPostgres } from '../storage/postgresServer.js';
import { fillLargeArchive, RELEASE } from './largeArchive.js';
import { type Measurement, whyNotJudged } from './measurement.js';

/** STARKIN_BENCH_SPECTRA=100000 measures what the marks are stated for, in some ten minutes. */
const SPECTRA = Number(process.env.STARKIN_BENCH_SPECTRA ?? 20_000);
const STATED = 100_000;
/** Encoded before anything is timed, so that every worker has loaded the model. */
const WARM_UP = 6000;
const SCALING = 1.7;
const SLOWER_AT_MOST = 2;
/** The API is asked so often, whether or not it has answered. */
const ASK_EVERY_MS = 100;
const IDLE_MS = 15_000;

/**
 * Spectra encoded per second under a second model, by one worker and by two, on one PostgreSQL server and the same cores; and how slow the API is meanwhile, at
 * its 95th percentile, against the same when nothing else runs.
 */
export async function bench(): Promise<Measurement[]> {
  const reason = whyNotJudged() ?? (SPECTRA < STATED ? `${SPECTRA} spectra instead of ${STATED}` : null);
  if (reason) process.stderr.write(`the marks of reencode are not judged: ${reason}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  const server = await startPostgres(18);
  const url = server.url('postgres');
  const db = await openServer(url);
  const programs: ChildProcess[] = [];
  const start = async (command: string, sign: RegExp) => {
    const program = launch(command, { DATABASE_URL: url, STARKIN_DATA: folder, PORT: '0' });
    programs.push(program);
    return outputWith(program, sign);
  };
  try {
    await migrate(db);
    const model = await fillLargeArchive(db, folder, SPECTRA);
    const queue = await JobQueue.open(url, { works: false });
    const encode = (spectra: number) => encodeAgain(db, queue, model, spectra);
    const [, api] = await start('serve', /Starkin serves (http:\S+)/);
    const idle = new Asker(api);
    await delay(IDLE_MS);
    const idleMs = await idle.stop();
    await start('worker', /takes jobs/);
    await encode(WARM_UP);
    const one = await encode(SPECTRA);
    await start('worker', /takes jobs/);
    await encode(WARM_UP);
    const busy = new Asker(api);
    const two = await encode(SPECTRA);
    const busyMs = await busy.stop();
    await queue.close();
    return [
      {
        name: `re-encoding ${SPECTRA} spectra by 2 workers (reference: by 1)`,
        value: two,
        unit: '1/s',
        reference: one,
        ratio: two / one,
        mark: SCALING,
        met: reason === null ? two / one >= SCALING : null,
      },
      {
        name: 'p95 of the API meanwhile (reference: idle)',
        value: busyMs,
        unit: 'ms',
        reference: idleMs,
        ratio: busyMs / idleMs,
        mark: SLOWER_AT_MOST,
        met: reason === null ? busyMs / idleMs <= SLOWER_AT_MOST : null,
      },
    ];
  } finally {
    for (const program of programs) {
      program.kill('SIGTERM');
      if (program.exitCode === null) await once(program, 'exit');
    }
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** Forgets what the model made of so many spectra, and has the workers do it again. @returns spectra per second */
async function encodeAgain(db: Database, queue: JobQueue, model: string, spectra: number): Promise<number> {
  await db.query(
    `delete from latent where model_id = $1 and star_id in (select star_id from spectrum order by star_id limit $2)`,
    [model, spectra],
  );
  const id = await detach(db, queue, 'encode', { release: RELEASE, model });
  for (;;) {
    const { state, error, startedAt, endedAt } = await findRun(db, id);
    if (state === 'failed') throw new Error(`the run failed: ${error}`);
    if (endedAt) return (1000 * spectra) / (endedAt.getTime() - startedAt.getTime());
    await delay(200);
  }
}

/** Asks the API for a star's twins and spectrum, again and again, and keeps how long it took. */
class Asker {
  private readonly times: number[] = [];
  private readonly waiting = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly api: string) {
    let star = 0;
    this.timer = setInterval(() => {
      const asked = this.ask(star++ % 400).finally(() => this.waiting.delete(asked));
      this.waiting.add(asked);
    }, ASK_EVERY_MS);
  }

  /** @returns the 95th percentile of the milliseconds */
  async stop(): Promise<number> {
    clearInterval(this.timer);
    await Promise.all(this.waiting);
    return this.times.sort((a, b) => a - b)[Math.floor(0.95 * this.times.length)];
  }

  private async ask(row: number): Promise<void> {
    const query = `{ stars(first: 1, after: null, filter: { namePrefix: "copy-${row}-" }) { edges { node { id
      spectrum { flux(encoding: BASE64_F32) } twins(first: 10) { edges { distance node { name } } } } } } }`;
    const begun = performance.now();
    const response = await fetch(`${this.api}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    this.times.push(performance.now() - begun);
  }
}

function launch(command: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [join(projectRoot, 'bin', 'starkin.mjs'), command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Waits until a program has written a sign. @returns its match */
function outputWith(program: ChildProcess, sign: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    program.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = sign.exec(text);
      if (found) resolve(found);
    });
    program.once('exit', (code) => reject(new Error(`the program ended with code ${code}:\n${text}`)));
  });
}
