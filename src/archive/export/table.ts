import { NotFoundError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { Database } from '../../storage/database.js';
import type { Release } from '../../storage/dataRelease.js';
import type { View } from '../../storage/view.js';
import type { Sink } from '../table/column.js';
import type { ExportTable } from './exportTable.js';
import { exportedModel, latentTable } from './latentTable.js';
import { type ExportRequest, exportFormats } from './request.js';
import { spectrumTable } from './spectrumTable.js';
import { starTable } from './starTable.js';

/**
 * Rows that are read at once. With 2,000 a million stars as CSV peaked 16 MB higher; much more of the memory is what V8 has not collected yet, and `starkin export` asks it
 * for less (bin/starkin.mjs).
 */
const BATCH = 500;

/** The release that is asked for, where it has such a table; nothing is counted. @throws NotFoundError, NotReadyError */
export async function exportedRelease(
  db: Database,
  view: View,
  { release, what, model }: ExportRequest,
): Promise<Release> {
  const found = view.releases.find(({ name }) => name === release);
  if (!found) throw new NotFoundError('release', release, 'GET /export lists those that there are');
  if (what === 'latents') await exportedModel(db, view, model);
  return found;
}

/** The table that is asked for, of a release that the view shows. @throws NotFoundError, NotReadyError */
export async function openTable(db: Database, view: View, request: ExportRequest): Promise<ExportTable> {
  const found = await exportedRelease(db, view, request);
  switch (request.what) {
    case 'stars':
      return starTable(db, view, found, BATCH);
    case 'latents':
      return latentTable(db, view, found, request.model, BATCH);
    case 'spectra':
      return spectrumTable(db, found);
  }
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
