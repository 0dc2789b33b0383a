import { isIP } from 'node:net';
import { type Request, Router } from 'express';
import { AuthenticationError } from '../../domain/errors.js';
import { granted } from '../access.js';
import type { Metrics } from '../operating/metrics.js';

/** GET /metrics, for Prometheus: answers a program on this machine, or a token of scope operate. */
export function metrics({ registry }: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    if (!granted(response).operate && !isLocal(request))
      throw new AuthenticationError(
        '/metrics answers this machine alone, or a token of scope operate',
        'npx starkin token create --operate makes one',
      );
    response
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
  return router;
}

/** By the connection, and no proxy in between: what a proxy on this machine passes on comes from elsewhere. */
function isLocal({ socket, headers }: Request): boolean {
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return !forwarded && isIP(address) !== 0 && (address === '::1' || address.startsWith('127.'));
}
