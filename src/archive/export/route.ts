import express, { type Request, type Response, Router } from 'express';
import { InputError, NotFoundError } from '../../domain/errors.js';
import { readView, type View } from '../../storage/view.js';
import type { ArchiveServices } from '../services.js';
import { sendFileContent } from '../web/fileContent.js';
import { exampleBody, exportFormats, exportTables, readExportRequest } from './request.js';
import { describeExport, type ExportRecord } from './status.js';
import type { ExportStore } from './store.js';
import { exportedRelease } from './table.js';

/**
 * POST /export begins a table of a release and answers 202 with the address of its status; GET there tells how far it is, and at last where the file is; DELETE takes the request
 * back. A file is fetched in parts too (Range, If-Range by its ETag). An export is there for the token that asked for it alone, as long as that sees the release.
 */
export function exportRoutes({ db, reader, publicUrl }: ArchiveServices, store: ExportStore): Router {
  const router = Router();
  const tell = (response: Response, record: ExportRecord) => {
    response.set('Cache-Control', 'private, no-store');
    if (record.state === 'QUEUED' || record.state === 'RUNNING') response.set('Retry-After', '1');
    response.json(describeExport(record, publicUrl()));
  };
  /** @throws NotFoundError for one that is another token's, or whose release is hidden by now, as for one that there is not */
  const find = async (request: Request, response: Response): Promise<ExportRecord> => {
    const id = String(request.params.id);
    const { token, releases } = reader(response);
    const record = store.find(id);
    const hidden = async ({ releaseId }: ExportRecord) =>
      !(await readView(db, releases)).releases.some((release) => release.id === releaseId);
    if (!record || record.token !== token || (await hidden(record))) throw new NotFoundError('export', id);
    return record;
  };

  router.get('/export', async (_, response) => {
    const view = await readView(db, reader(response).releases);
    response.set('Cache-Control', 'no-store').json({
      releases: view.releases.map(({ name }) => name),
      formats: Object.keys(exportFormats),
      what: exportTables,
    });
  });
  router.post('/export', express.json({ limit: '10kb' }), async (request, response) => {
    if (!request.is('application/json'))
      throw new InputError('content-type', 'application/json', request.headers['content-type'] ?? 'none');
    const asked = readExportRequest(request.body, exampleBody);
    const { token, releases } = reader(response);
    const view = await readView(db, releases);
    const { id: releaseId } = await exportedRelease(db, view, asked);
    const record = store.begin({
      request: asked,
      key: keyOf(view, asked, token),
      releaseId,
      token,
      view,
    });
    response.status(202).set('Location', `${publicUrl()}/export/${record.id}`);
    tell(response, record);
  });
  router.get('/export/:id', async (request, response) => tell(response, await find(request, response)));
  router.delete('/export/:id', async (request, response) => {
    await store.cancel(await find(request, response));
    response.status(204).end();
  });
  router.get('/export/:id/:filename', async (request, response) => {
    const record = await find(request, response);
    if (request.params.filename !== record.filename) throw new NotFoundError('file', String(request.params.filename));
    if (record.state !== 'DONE') throw new NotFoundError('file', record.filename, 'its status tells when it is there');
    await sendFileContent(request, response, {
      path: store.path(record),
      bytes: record.bytes,
      etag: `"${record.sha256}"`,
      type: exportFormats[record.request.format].type,
      filename: record.filename,
    });
  });
  return router;
}

/** What makes two exports the same: the release at its revision, the served model, the table, and who asks. */
function keyOf(view: View, request: object, token: string | null): string {
  return JSON.stringify([view.releases.map(({ id, revision }) => [id, revision]), view.modelId, request, token]);
}
