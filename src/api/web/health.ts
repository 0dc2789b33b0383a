import { Router } from 'express';
import type { Logger } from 'pino';
import { mask } from '../errors.js';

/**
 * /healthz: 200 as long as the process answers. /readyz: 200 when the archive can answer, else 503 with the reason; a
 * database that does not answer is a reason too.
 */
export function healthChecks(ready: () => Promise<string | null>, log: Logger): Router {
  const router = Router();
  router.get('/healthz', (_, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', async (_, response) => {
    const reason = await ready().catch(
      (error: unknown) => `the database does not answer: ${mask(error, log, {}).message}`,
    );
    response.set('Cache-Control', 'no-store');
    if (reason === null) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not ready', reason });
  });
  return router;
}
