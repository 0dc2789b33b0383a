import compression from 'compression';
import { Router } from 'express';
import { exportRoutes } from './export/route.js';
import type { ExportStore } from './export/store.js';
import type { ArchiveServices } from './services.js';
import { spectra } from './spectrum/route.js';
import { coneSearch } from './vo/coneSearch.js';
import { spectralAccess } from './vo/spectralAccess.js';
import { support } from './vo/support.js';

/**
 * The archive's files, beside the API: what is thrown here is answered by whoever mounts it. Compressed for who accepts it, but not where a part of the bytes is asked for.
 */
export function archiveRoutes(services: ArchiveServices, store: ExportStore): Router {
  const router = Router();
  // Not compressed: their parts are fetched by the bytes of the file.
  router.use(exportRoutes(services, store));
  router.use(
    compression({
      filter: (request, response) => !request.headers.range && compressible(response.getHeader('Content-Type')),
    }),
  );
  router.use(spectra(services), coneSearch(services), spectralAccess(services), support(services));
  return router;
}

/** Spectra in 32-bit floats shrink by half, and tables of text to a fifth. */
function compressible(type: unknown): boolean {
  return /^(text\/|application\/(fits|json|octet-stream|x-votable\+xml|xml))/.test(String(type));
}
