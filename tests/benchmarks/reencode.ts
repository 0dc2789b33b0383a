import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/storage/database.js';
import { migrate } from '../../src/storage/migrations.js';
import { findRun } from '../../src/storage/run.js';
import { openServer } from '../../src/storage/server.js';
import { detach } from '../../workers/queue/detach.js';
import { JobQueue } from '../../workers/queue/jobQueue.js';
import { startPostgres } from '../storage/postgresServer.js';
import { fillLargeArchive, RELEASE } from './largeArchive.js';
import { type Measurement, whyNotJudged } from './measurement.js';
import { Programs } from './programs.js';

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

/** A run that gets no further for so long has stopped. */
const STANDSTILL_MS = 180_000;

/**
 * Spectra encoded per second under a second model, by one worker and by two, on one PostgreSQL server and the same cores; and how slow the API is meanwhile, at
 * its 95th percentile, against the same when nothing else runs.
 * @throws Error that names the stage, with the last words of all that ran
 */
export async function bench(): Promise<Measurement[]> {
  const reason = whyNotJudged() ?? (SPECTRA < STATED ? `${SPECTRA} spectra instead of ${STATED}` : null);
  if (reason) process.stderr.write(`the marks of reencode are not judged: ${reason}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  const server = await startPostgres(18);
  const url = server.url('postgres');
  const programs = new Programs({ DATABASE_URL: url, STARKIN_DATA: folder, PORT: '0' });
  const stage: Stage = async (name, work) => {
    process.stderr.write(`reencode: ${name}\n`);
    return programs.during(work()).catch((error: unknown) => {
      const lost = existsSync(folder) ? '' : `\n${folder} is gone: somebody deleted it`;
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${name}: ${message}${lost}\n${server.diagnosis()}\n${programs.diagnosis()}`);
    });
  };
  try {
    const { one, two, idleMs, busyMs } = await measure(url, folder, programs, stage);
    return [
      judged(`re-encoding ${SPECTRA} spectra by 2 workers (reference: by 1)`, '1/s', [two, one], reason, (ratio) => [
        SCALING,
        ratio >= SCALING,
      ]),
      judged('p95 of the API meanwhile (reference: idle)', 'ms', [busyMs, idleMs], reason, (ratio) => [
        SLOWER_AT_MOST,
        ratio <= SLOWER_AT_MOST,
      ]),
    ];
  } finally {
    await programs.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Stage = <T>(name: string, work: () => Promise<T>) => Promise<T>;

function judged(
  name: string,
  unit: string,
  [value, reference]: readonly [number, number],
  reason: string | null,
  judge: (ratio: number) => [mark: number, met: boolean],
): Measurement {
  const ratio = value / reference;
  const [mark, met] = judge(ratio);
  return { name, value, unit, reference, ratio, mark, met: reason === null ? met : null };
}

async function measure(url: string, folder: string, programs: Programs, stage: Stage) {
  const db = await openServer(url);
  try {
    const model = await stage(`an archive of ${SPECTRA} spectra`, async () => {
      await migrate(db);
      return fillLargeArchive(db, folder, SPECTRA);
    });
    const queue = await JobQueue.open(url, { works: false });
    const encode = async (name: string, spectra: number) => {
      const before = await programs.processorTime('worker');
      const rate = await stage(name, () => encodeAgain(db, queue, model, spectra));
      const cores = ((await programs.processorTime('worker')) - before) * (rate / spectra);
      process.stderr.write(`reencode: ${rate.toFixed(0)} spectra/s; the workers kept ${cores.toFixed(1)} cores busy\n`);
      return rate;
    };
    const [, api] = await stage('the API', () => programs.start('serve', /Starkin serves (http:\S+)/));
    const idleMs = await stage('questions to the API alone', async () => {
      const before = await programs.processorTime('serve');
      const p95 = await p95Of(api, () => delay(IDLE_MS));
      const cores = ((await programs.processorTime('serve')) - before) / (IDLE_MS / 1000);
      process.stderr.write(`reencode: p95 ${p95.toFixed(0)} ms; the API kept ${cores.toFixed(1)} cores busy\n`);
      return p95;
    });
    await stage('a worker', () => programs.start('worker', /takes jobs/));
    await encode('warming up', Math.min(WARM_UP, SPECTRA));
    const one = await encode('one worker', SPECTRA);
    await stage('another worker', () => programs.start('worker', /takes jobs/));
    await encode('warming up', Math.min(WARM_UP, SPECTRA));
    const two = await encode('two workers', SPECTRA);
    const busyMs = await p95Of(api, () => encode('two workers, and questions to the API', SPECTRA));
    await queue.close();
    return { one, two, idleMs, busyMs };
  } finally {
    await db.close().catch(() => {});
  }
}

/** Forgets what the model made of so many spectra, and has the workers do it again. @returns spectra per second */
async function encodeAgain(db: Database, queue: JobQueue, model: string, spectra: number): Promise<number> {
  await db.query(
    `delete from latent where model_id = $1 and star_id in (select star_id from spectrum order by star_id limit $2)`,
    [model, spectra],
  );
  const id = await detach(db, queue, 'encode', { release: RELEASE, model });
  let [done, since] = [-1, performance.now()];
  for (;;) {
    const { state, error, progress, startedAt, endedAt } = await findRun(db, id);
    if (endedAt && state !== 'done') throw new Error(`the run is ${state}: ${error}`);
    if (endedAt) return (1000 * spectra) / (endedAt.getTime() - startedAt.getTime());
    if ((progress?.done ?? 0) !== done) [done, since] = [progress?.done ?? 0, performance.now()];
    if (performance.now() - since > STANDSTILL_MS)
      throw new Error(`the run is ${state}, and stands still at ${done} of ${spectra} spectra`);
    await delay(200);
  }
}

/** The 95th percentile of the milliseconds that the API takes while something else is done. */
async function p95Of(api: string, work: () => Promise<unknown>): Promise<number> {
  const asker = new Asker(api);
  try {
    await work();
  } finally {
    await asker.stop();
  }
  return asker.p95();
}

/** Asks the API for a star's twins and spectrum, again and again, and keeps how long it took. */
class Asker {
  private readonly times: number[] = [];
  private readonly waiting = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private refused: string | null = null;

  constructor(private readonly api: string) {
    let star = 0;
    this.timer = setInterval(() => {
      const asked = this.ask(star++ % 400)
        .catch((error: unknown) => {
          this.refused ??= error instanceof Error ? error.message : String(error);
        })
        .finally(() => this.waiting.delete(asked));
      this.waiting.add(asked);
    }, ASK_EVERY_MS);
  }

  /** Asks no more, and waits for the last answers. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.waiting);
  }

  /** @throws Error with what the API refused */
  p95(): number {
    if (this.refused) throw new Error(`the API: ${this.refused}`);
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
