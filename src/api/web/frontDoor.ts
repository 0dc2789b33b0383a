import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../config.js';
import { BusyError } from '../../domain/errors.js';

/** Seconds after which a client that came too early may ask again. */
const RETRY_AFTER = 5;

/**
 * The port, open before there is anything behind it: while the archive is being opened or migrated, the process is alive (/healthz) and not ready (/readyz,
 * with the reason), and everything else is answered by 503. A port that is taken is so told before an archive is made.
 */
export class FrontDoor {
  private listener: RequestListener;

  private constructor(
    readonly server: Server,
    readonly url: string,
    reason: () => string,
  ) {
    this.listener = refuseBy(reason);
    server.on('request', (request, response) => this.listener(request, response));
  }

  /**
   * @param reason what is being waited for
   * @throws BusyError when the port is taken
   */
  static async open({ host, port }: Pick<Environment, 'host' | 'port'>, reason: () => string): Promise<FrontDoor> {
    const server = createServer();
    await listen(server, host, port);
    return new FrontDoor(server, urlOf(server, host), reason);
  }

  /** From now on requests are answered by this. */
  admit(listener: RequestListener): void {
    this.listener = listener;
  }

  /** At once: for a door that nobody was admitted by. One that is closed already stays so. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

function refuseBy(reason: () => string): RequestListener {
  return (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
    };
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return answer(200, { status: 'alive' });
    response.setHeader('Retry-After', RETRY_AFTER);
    if (path === '/readyz') return answer(503, { status: 'not ready', reason: reason() });
    answer(503, { errors: [{ message: `not ready: ${reason()}`, extensions: { code: 'NOT_READY' } }] });
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => {
      const taken = new BusyError(
        `port ${port} of ${host} is taken`,
        'stop what listens there, or set PORT to another one',
      );
      reject(error.code === 'EADDRINUSE' ? taken : error);
    };
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
