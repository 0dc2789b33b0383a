import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express, Request } from 'express';
import type { Environment, Settings } from '../../config.js';
import { StarkinError } from '../../domain/errors.js';
import { anonymous } from '../access.js';
import { describe } from '../errors.js';
import { payerOf } from '../limits/payer.js';
import { refuseInUrl } from '../web/authentication.js';

/** Why a connection is not opened, in HTTP's words and in those of all other errors. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly extensions: object;
  /** Seconds; where it is only now that there is no place. */
  readonly retryAfter?: number;
}

/** Places become free as others leave: nobody knows when. */
const ASK_AGAIN = 10;

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
      socket.end(written(refused));
      return null;
    }
    this.#count(address, 1);
    return { request, leave: () => this.#count(address, -1) };
  }

  get open(): number {
    return this.#total;
  }

  #refusal(request: Request, address: string): Refusal | null {
    const { origin, host } = request.headers;
    if (request.path !== '/graphql') return refusal(404, 'NOT_FOUND', 'subscriptions are served at /graphql');
    try {
      refuseInUrl(request);
    } catch (error) {
      if (!(error instanceof StarkinError)) return refusal(400, 'BAD_REQUEST', 'bad request');
      return { status: 400, message: error.message, extensions: describe(error) };
    }
    // The same-origin policy does not hold for WebSockets: a foreign page is kept out here.
    if (origin !== undefined && !this.#isKnown(origin, host))
      return refusal(403, 'BAD_REQUEST', `pages of ${origin} may not ask: STARKIN_CORS_ORIGINS`);
    if (this.#total >= this.limits.connections)
      return refusal(503, 'BUSY', 'too many connections; ask again later, or poll `status`', ASK_AGAIN);
    const { connectionsPerAddress } = this.limits;
    if ((this.#open.get(address) ?? 0) >= connectionsPerAddress)
      return refusal(429, 'RATE_LIMITED', `more than ${connectionsPerAddress} connections of one address`, ASK_AGAIN);
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

function refusal(status: number, code: string, message: string, retryAfter?: number): Refusal {
  return { status, message, extensions: { code }, ...(retryAfter !== undefined && { retryAfter }) };
}

/** As an answer of HTTP. */
function written({ status, message, extensions, retryAfter }: Refusal): string {
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
