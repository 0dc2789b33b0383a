import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { exportFormats, exportTables } from '../../src/archive/export/request.js';
import { migrate } from '../../src/storage/migrations.js';
import { openServer } from '../../src/storage/server.js';
import { startPostgres } from '../storage/postgresServer.js';
import { fillExportArchive, SPECTRA_RELEASE } from './exportArchive.js';
import { RELEASE } from './largeArchive.js';
import { type Measurement, whyNotJudged } from './measurement.js';
import { PeakMemory } from './peakMemory.js';
import { Programs } from './programs.js';

/** STARKIN_BENCH_STARS takes another number, for a rehearsal. */
const STATED = 1_000_000;
const STARS = Number(process.env.STARKIN_BENCH_STARS ?? STATED);
/** 2 GB as FITS, 3.7 as VOTable. What is held does not grow with them. */
const SPECTRA = Math.min(20_000, STARS);
/** MB (resident) of the server's process, whatever else the machine does. */
const MEMORY = 300;
const LOOK_MS = 100;

type Table = (typeof exportTables)[number];
type Format = keyof typeof exportFormats;

/** What is exported, and the same columns as one statement. */
const tables: readonly {
  readonly what: Table;
  readonly release: string;
  readonly formats: readonly Format[];
  readonly sql: string;
}[] = [
  {
    what: 'stars',
    release: RELEASE,
    formats: ['csv', 'parquet', 'votable', 'fits'],
    sql: `select star.id, star.survey, star.name, place.ra, place.dec, p.teff, p.teff_error, p.logg, p.logg_error, p.feh, p.feh_error, p.source, s.snr, s.good_pixels,
        e.value, e.sigma, e.reason
      from spectrum s join star on star.id = s.star_id
      left join star_position place on place.star_id = s.star_id and place.release_id = s.release_id
      left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id
      left join abundance_estimate e on e.star_id = s.star_id and e.release_id = s.release_id`,
  },
  {
    what: 'latents',
    release: RELEASE,
    formats: ['csv', 'parquet', 'votable', 'fits'],
    sql: `select s.star_id, s.z, s.searched, s.residual, s.extrapolated, s.reason from latent s join served_model on served_model.model_id = s.model_id`,
  },
  {
    what: 'spectra',
    release: SPECTRA_RELEASE,
    formats: ['parquet', 'votable', 'fits'],
    sql: 'select star.id, star.survey, star.name, s.snr, s.good_pixels, s.flux, s.ivar, s.mask from spectrum s join star on star.id = s.star_id',
  },
];

/**
 * Exports of 1,000,000 stars and latents, and of 20,000 spectra, as a client of the server has them: asked for, waited for and downloaded. Rows a second beside COPY TO STDOUT (CSV) of the same
 * columns through the same driver, of spectra as they are stored; and the peak memory of the server's process meanwhile. Some ten minutes, and 8 GB of disk.
 */
export async function bench(): Promise<Measurement[]> {
  const reason = whyNotJudged();
  if (reason) process.stderr.write(`exports: ${reason}; their memory is judged all the same\n`);
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  const server = await startPostgres(18);
  const url = server.url('postgres');
  const configFile = join(folder, 'starkin.json');
  const programs = new Programs({ DATABASE_URL: url, STARKIN_DATA: folder, STARKIN_CONFIG: configFile, PORT: '0' });
  try {
    const db = await openServer(url);
    try {
      await migrate(db);
      await fillExportArchive(db, folder, { stars: STARS, spectra: SPECTRA });
    } finally {
      await db.close();
    }
    await writeFile(configFile, JSON.stringify({ api: { budget: { address: null, token: null } } }));
    const [, api] = await programs.start('serve', /Starkin serves (http:\S+)/);
    return await programs.during(measure(url, api, programs.processId('serve')));
  } catch (error) {
    process.stderr.write(`${server.diagnosis()}\n${programs.diagnosis()}\n`);
    throw error;
  } finally {
    await programs.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function measure(database: string, api: string, pid: number): Promise<Measurement[]> {
  const lines: Measurement[] = [];
  for (const { what, release, formats, sql } of tables) {
    const peer = await copyRate(
      database,
      `${sql} where s.release_id = (select id from data_release where name = '${release}') order by s.star_id`,
    );
    for (const format of formats) {
      const peak = await PeakMemory.of(pid);
      const { rows, rate } = await exported(api, { release, format, what });
      const memory = await peak.end();
      const name = `export of ${rows} ${what} as ${format}`;
      lines.push(
        {
          name: `${name}, beside COPY as CSV`,
          value: rate,
          unit: 'rows/s',
          reference: peer,
          ratio: rate / peer,
          mark: null,
          met: null,
        },
        {
          name: `${name}: peak of the server`,
          value: memory,
          unit: 'MB',
          reference: null,
          ratio: null,
          mark: MEMORY,
          met: STARS < STATED ? null : memory <= MEMORY,
        },
      );
      process.stderr.write(`${name}: ${rate.toFixed(0)} rows/s (COPY ${peer.toFixed(0)}), ${memory.toFixed(0)} MB\n`);
    }
  }
  return lines;
}

/** Made, downloaded and taken back. @returns rows, and rows/s until it was made */
async function exported(api: string, asked: object): Promise<{ rows: number; rate: number }> {
  const start = performance.now();
  const begun = await fetch(`${api}/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  let status = (await begun.json()) as Status;
  while (status.state === 'QUEUED' || status.state === 'RUNNING') {
    await delay(LOOK_MS);
    status = (await (await fetch(status.status)).json()) as Status;
  }
  if (status.state !== 'DONE') throw new Error(`${JSON.stringify(asked)}: ${JSON.stringify(status)}`);
  const seconds = (performance.now() - start) / 1000;
  const { body } = await fetch(status.url);
  if (!body) throw new Error('a file without content');
  let bytes = 0;
  for await (const chunk of body) bytes += (chunk as Uint8Array).length;
  if (bytes !== status.bytes) throw new Error(`${bytes} of ${status.bytes} bytes came`);
  await fetch(status.status, { method: 'DELETE' });
  return { rows: status.progress.rows, rate: status.progress.rows / seconds };
}

interface Status {
  readonly state: string;
  readonly status: string;
  readonly url: string;
  readonly bytes: number;
  readonly progress: { readonly rows: number };
}

/** Rows that COPY brings in a second, counted by the server and thrown away. */
async function copyRate(database: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    const start = performance.now();
    const stream = client.query(copyTo(`copy (${sql}) to stdout (format csv)`));
    for await (const _ of stream);
    return stream.rowCount / ((performance.now() - start) / 1000);
  } finally {
    await client.end();
  }
}
