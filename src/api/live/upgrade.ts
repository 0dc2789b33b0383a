import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express, Request } from 'express';
import type { Environment, Settings } from '../../config.js';
import { StarkinError } from '../../domain/errors.js';
import { anonymous } from '../access.js';
import { payerOf } from '../limits/payer.js';
import { refuseInUrl } from '../web/authentication.js';

/** Connections that are open, by the address that each comes from. */
export class Doorkeeper {
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(
    private readonly app: Express,
    private readonly limits: Settings['api']['live'],
    private readonly origins: Environment['corsOrigins'],
  ) {}

  /** Lets a connection in, or says why not. @returns its request as Express would have it, and what to call at its end; null when it was refused */
  admit(incoming: IncomingMessage, socket: Duplex): { readonly request: Request; leave(): void } | null {
    const request = this.#asRequest(incoming);
    const address = payerOf(request, anonymous);
    const refused = this.#refusal(request, address);
    if (refused !== null) {
      const [status, reason] = refused;
      const body = JSON.stringify({ errors: [{ message: reason }] });
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
      return null;
    }
    this.#count(address, 1);
    return { request, leave: () => this.#count(address, -1) };
  }

  get open(): number {
    return this.#total;
  }

  #refusal(request: Request, address: string): [number, string] | null {
    const { origin, host } = request.headers;
    if (request.path !== '/graphql') return [404, 'subscriptions are served at /graphql'];
    try {
      refuseInUrl(request);
    } catch (error) {
      return [400, error instanceof StarkinError ? error.message : 'bad request'];
    }
    // The same-origin policy does not hold for WebSockets: a foreign page is kept out here.
    if (origin !== undefined && !this.#isKnown(origin, host))
      return [403, `pages of ${origin} may not ask: STARKIN_CORS_ORIGINS`];
    if (this.#total >= this.limits.connections) return [503, 'too many connections; ask again later, or poll `status`'];
    if ((this.#open.get(address) ?? 0) >= this.limits.connectionsPerAddress)
      return [429, `more than ${this.limits.connectionsPerAddress} connections of one address`];
    return null;
  }

  #isKnown(origin: string, host: string | undefined): boolean {
    if (this.origins.some((known) => known.replace(/\/+$/, '') === origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  /** What Express makes of requests, for its `ip` and `query`, by the proxies that are trusted. */
  #asRequest(incoming: IncomingMessage): Request {
    const request = Object.setPrototypeOf(incoming, this.app.request) as Request;
    request.originalUrl = request.url;
    return request;
  }

  #count(address: string, by: number): void {
    const now = (this.#open.get(address) ?? 0) + by;
    if (now > 0) this.#open.set(address, now);
    else this.#open.delete(address);
    this.#total += by;
  }
}
