import { join } from 'node:path';
import { checkSchedule, followSchedule, type Schedule } from '../workers/schedule.js';
import { demonstrationDue } from '../workers/tasks/demonstrate.js';
import { granted } from './api/access.js';
import { type ApiServer, startApi } from './api/http.js';
import { createLog } from './api/log.js';
import { readiness } from './api/readiness.js';
import { resolveReferences } from './api/star/reference.js';
import { deadlineOf } from './api/web/deadline.js';
import { FrontDoor } from './api/web/frontDoor.js';
import { writeInThread } from './archive/export/inThread.js';
import { ExportStore } from './archive/export/store.js';
import { type WriteExport, writeHere } from './archive/export/writing.js';
import { archiveRoutes } from './archive/routes.js';
import type { ArchiveServices } from './archive/services.js';
import { ProgressDisplay } from './commands/progressDisplay.js';
import { type Config, type Environment, readConfig } from './config.js';
import { toFailure } from './control/message.js';
import { Owner } from './control/owner.js';
import { listenForCommands } from './control/server.js';
import { collectStartupGarbage } from './control/startupGarbage.js';
import { STOPPED, stopSignal } from './control/stopSignal.js';
import { silent } from './domain/progress.js';
import { startIntake } from './intake/start.js';
import { openReads, untilMigrated } from './storage/archive.js';
import type { Database } from './storage/database.js';
import { GridCache } from './storage/gridCache.js';
import { traced } from './storage/traced.js';

/**
 * Owns the archive and serves it until SIGINT or SIGTERM. An embedded archive that is empty gets the demonstration first; meanwhile and afterwards
 * other commands are taken over its control socket.
 * @returns the exit code
 */
export async function serve(): Promise<number> {
  const signal = stopSignal();
  const signalled = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  const closing: (() => Promise<void>)[] = [];
  try {
    const config = readConfig();
    if (config.environment.telemetry !== null) {
      const telemetry = await (await import('./telemetry.js')).startTelemetry(config.environment.telemetry);
      closing.push(() => telemetry.close());
    }
    const owner = new Owner(config);
    closing.push(() => owner.close());
    const api = await open(config, owner, signal, closing);
    collectStartupGarbage();
    process.stderr.write(`Starkin serves ${api.url} (GraphQL at ${api.url}/graphql); Ctrl-C stops it\n`);
    await signalled;
    return 0;
  } catch (error) {
    if (signal.aborted) {
      process.stderr.write('stopped; what was done is kept, and the next start goes on from there\n');
      return STOPPED;
    }
    const { message, remedy } = toFailure(error);
    process.stderr.write(`starkin serve: ${message}\n${remedy ? `  remedy: ${remedy}\n` : ''}`);
    return 2;
  } finally {
    // One that fails must not keep the archive's lock from being released.
    for (const close of closing.reverse())
      await close().catch((error: unknown) => process.stderr.write(`starkin serve: ${toFailure(error).message}\n`));
  }
}

/** Listens before anything is opened or made: a port that is taken is told at once and leaves no archive behind, and /readyz says what is being waited for. */
async function open(
  config: Config,
  owner: Owner,
  signal: AbortSignal,
  closing: (() => Promise<void>)[],
): Promise<ApiServer> {
  const { environment, settings } = config;
  const embedded = environment.databaseUrl === null;
  checkSchedule(settings.schedule);
  let waitingFor: string | null = 'migrating: the archive is being opened';
  const door = await FrontDoor.open(environment, () => waitingFor ?? 'the server is starting');
  closing.push(() => door.close());
  if (!embedded)
    await awaitMigrations(environment, signal, (reason) => {
      waitingFor = reason;
    });
  const { db, compute } = await owner.workplace(embedded);
  const opened = await openReads(environment, db, settings.api.statementTimeout);
  closing.push(() => opened.close());
  const reads = environment.telemetry === null ? opened.db : traced(opened.db);
  const intake = startIntake();
  closing.push(() => intake.close());
  const log = createLog();
  const exports = new ExportStore(
    join(environment.data, 'exports'),
    settings.export,
    exportWriter(environment, reads, settings.api.statementTimeout),
    (error) => log.error({ err: error }, 'an export failed'),
  );
  closing.push(() => exports.close());
  const publicUrl = () => environment.publicUrl ?? door.url;
  const files: ArchiveServices = {
    db: reads,
    grids: new GridCache(reads),
    reader: granted,
    deadline: deadlineOf,
    resolve: resolveReferences,
    busy: () => readiness(reads, () => waitingFor),
    publicUrl,
  };
  waitingFor = null;
  const api = await startApi({
    door,
    db: reads,
    tokens: db,
    compute,
    intake,
    environment,
    settings,
    ready: () => waitingFor,
    routes: [archiveRoutes(files, exports)],
    log,
  });
  closing.push(() => api.close());
  if (embedded) {
    const control = await listenForCommands(environment.data, (command, request, course) =>
      owner.perform(command, request, course),
    );
    closing.push(() => control.close());
    if (settings.schedule) keepSchedule(owner, settings.schedule, signal);
    if (await demonstrationDue(db)) {
      waitingFor = 'the demonstration is being built';
      await buildDemonstration(owner, signal);
      waitingFor = null;
    }
  }
  return api;
}

/** @param statementTimeout s */
function exportWriter(
  { databaseUrl, databaseReadUrl }: Environment,
  reads: Database,
  statementTimeout: number,
): WriteExport {
  if (databaseUrl === null) return writeHere(reads);
  return writeInThread(databaseReadUrl ?? databaseUrl, { statementTimeout: 1000 * statementTimeout });
}

/** A database server is migrated by a command, before the server's processes start or meanwhile. */
async function awaitMigrations(
  environment: Environment,
  signal: AbortSignal,
  waitFor: (reason: string) => void,
): Promise<void> {
  let told = false;
  const tell = (missing: readonly string[]) => {
    // Anybody may ask why: names of files are for the operator.
    waitFor(`migrating: the database lacks ${missing.length} of the migrations of this version`);
    if (!told) process.stderr.write(`waiting for npx starkin migrate: the database lacks ${missing.join(', ')}\n`);
    told = true;
  };
  await untilMigrated(environment, tell, signal);
}

/** An embedded archive has no workers: its owner does what the schedule asks for, among the commands it is handed. */
function keepSchedule(owner: Owner, schedule: Schedule, signal: AbortSignal): void {
  const say = (text: string) => void process.stderr.write(`schedule: ${text}\n`);
  const perform = async () => {
    const done = await owner.perform('reencode', { detach: false }, { report: silent, signal }).catch(toFailure);
    say('text' in done ? done.text : done.message);
  };
  followSchedule(schedule, perform, signal).catch((error: unknown) => say(toFailure(error).message));
}

async function buildDemonstration(owner: Owner, signal: AbortSignal): Promise<void> {
  const display = new ProgressDisplay();
  process.stderr.write('building the demonstration archive: a simulated survey of twins and two real stars\n');
  try {
    const { text } = await owner.perform('demo', {}, { report: display.report, signal });
    display.finish();
    process.stderr.write(`twin recovery:\n${text}\n`);
  } finally {
    display.finish();
  }
}
