import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeInThread } from '../../src/archive/export/inThread.js';
import { type ExportRequest, exportTables } from '../../src/archive/export/request.js';
import { type WriteExport, writeHere } from '../../src/archive/export/writing.js';
import { BusyError } from '../../src/domain/errors.js';
import type { ProgressEvent } from '../../src/domain/progress.js';
import type { Database } from '../../src/storage/database.js';
import { openServer } from '../../src/storage/server.js';
import { readView, type View } from '../../src/storage/view.js';
import { fillSmallArchive } from '../api/smallArchive.js';
import { cloneDatabase, testServer } from '../testArchive.js';

let db: Database;
let drop: () => Promise<void>;
let inThread: WriteExport;
let folder: string;
let view: View;
beforeAll(async () => {
  if (!testServer) throw new Error('this test needs a database server');
  const clone = await cloneDatabase(testServer);
  drop = clone.drop;
  db = await openServer(clone.url);
  inThread = writeInThread(clone.url, {});
  folder = await mkdtemp(join(tmpdir(), 'starkin-thread-'));
  await fillSmallArchive(db);
  view = await readView(db);
});
afterAll(async () => {
  await db.close();
  await drop();
  await rm(folder, { recursive: true });
});

const path = () => join(folder, 'table');
const request = (more: Partial<ExportRequest> = {}): ExportRequest => ({
  release: 'dr1',
  format: 'parquet',
  what: 'stars',
  model: null,
  ...more,
});
const course = () => ({ report: () => {}, room: () => {}, signal: new AbortController().signal });

test.each(exportTables)('a thread writes the same bytes of %s, and tells how far it is', async (what) => {
  const events: ProgressEvent[] = [];
  let bytes = 0;
  const written = await inThread(
    { view, request: request({ what }), path: path() },
    {
      ...course(),
      report: (event) => events.push(event),
      room: (more) => {
        bytes += more;
      },
    },
  );
  const content = await readFile(path());
  expect(written).toEqual({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  expect(bytes).toBe(content.length);
  expect(events.at(-1)).toMatchObject({ done: events[0].total, unit: 'rows' });
  expect(await writeHere(db)({ view, request: request({ what }), path: path() }, course())).toEqual(written);
});

test.each([
  ['where there is no more room', () => ({ ...course(), room: refuse }), 'no more room'],
  ['when it is stopped', () => ({ ...course(), ...stopped() }), 'enough'],
])('leaves nothing %s', async (_, how, message) => {
  await rm(path(), { force: true });
  await expect(inThread({ view, request: request(), path: path() }, how())).rejects.toThrow(message);
  expect(await readdir(folder)).toEqual([]);
});

function refuse(): never {
  throw new BusyError('no more room');
}

/** By the first that it tells. */
function stopped() {
  const abort = new AbortController();
  return { signal: abort.signal, report: () => abort.abort(new Error('enough')) };
}

test('refuses what is not there as it would be refused here', async () => {
  const work = { view, request: request({ what: 'latents', model: 'none' }), path: path() };
  await expect(inThread(work, course())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'no model "none"' });
});
