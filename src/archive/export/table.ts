import { NotFoundError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { Database } from '../../storage/database.js';
import type { View } from '../../storage/view.js';
import type { Sink } from '../table/column.js';
import type { ExportTable } from './exportTable.js';
import { latentTable } from './latentTable.js';
import { type ExportRequest, exportFormats } from './request.js';
import { starTable } from './starTable.js';

/**
 * Rows that are read at once. With 2,000 a million stars as CSV peaked 16 MB higher; much more of the memory is what V8 has not collected yet, and `starkin export` asks it
 * for less (bin/starkin.mjs).
 */
const BATCH = 500;

/** The table that is asked for, of a release that the view shows. @throws NotFoundError, NotReadyError */
export async function openTable(
  db: Database,
  view: View,
  { release, what, model }: ExportRequest,
): Promise<ExportTable> {
  const found = view.releases.find(({ name }) => name === release);
  if (!found) throw new NotFoundError('release', release);
  return what === 'stars' ? starTable(db, view, found, BATCH) : latentTable(db, view, found, model, BATCH);
}

/** Writes a table in a format, batch by batch. @returns its rows */
export async function writeTable(
  { description, rows }: ExportTable,
  format: ExportRequest['format'],
  sink: Sink,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<number> {
  const writer = await exportFormats[format].open(description, sink);
  let done = 0;
  const tell = () => report({ stage: 'export', done, total: description.rows, unit: 'rows' });
  tell();
  for await (const batch of rows()) {
    signal.throwIfAborted();
    await writer.write(batch);
    done += batch.length;
    tell();
  }
  await writer.end();
  return done;
}
