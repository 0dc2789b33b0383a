import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../../src/storage/migrations.js';
import { openServer } from '../../../src/storage/server.js';
import { startPostgres } from '../../storage/postgresServer.js';
import { type Measurement, whyNotJudged } from '../measurement.js';
import { Programs } from '../programs.js';
import { fillIndexedArchive } from './archive.js';
import { measurements } from './measurements.js';

/** STARKIN_BENCH_STARS takes another number, for a rehearsal. */
const STATED = 100_000;
const STARS = Number(process.env.STARKIN_BENCH_STARS ?? STATED);

/**
 * What the API answers from 100,000 stars on a PostgreSQL server, with the API, the server and the load on the same cores; the references are what the database alone takes for the
 * same, through the same functions. Some ten minutes, most of them to make the archive.
 */
export async function bench(): Promise<Measurement[]> {
  const reason = whyNotJudged() ?? (STARS < STATED ? `${STARS} stars instead of ${STATED}` : null);
  if (reason) process.stderr.write(`the marks of api are not judged: ${reason}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  const server = await startPostgres(18);
  const url = server.url('postgres');
  const db = await openServer(url);
  const configFile = join(folder, 'starkin.json');
  const environment = { DATABASE_URL: url, STARKIN_DATA: folder, STARKIN_CONFIG: configFile, PORT: '0' };
  const programs = new Programs({ ...environment, ...profiled() });
  try {
    await migrate(db);
    const modelId = await fillIndexedArchive(db, folder, STARS);
    await writeFile(configFile, JSON.stringify(unlimited));
    const [, api] = await programs.start('serve', /Starkin serves (http:\S+)/);
    const measured = await programs.during(measurements(db, api, modelId));
    return measured.map((line) => (reason === null ? line : { ...line, met: null }));
  } catch (error) {
    process.stderr.write(`${server.diagnosis()}\n${programs.diagnosis()}\n`);
    throw error;
  } finally {
    await programs.stop();
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** One address asks for all. */
const unlimited = { api: { budget: { address: null, token: null }, requestLog: 'failed' } };

/** STARKIN_BENCH_PROFILE=FOLDER leaves a profile of the API's process there. */
function profiled(): NodeJS.ProcessEnv {
  const into = process.env.STARKIN_BENCH_PROFILE;
  return into ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${into}` } : {};
}
