import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isToken, withoutTokens } from '../../domain/accessToken.js';
import { AuthenticationError, InputError } from '../../domain/errors.js';
import { type ApiToken, findToken, noteTokenUse } from '../../storage/apiToken.js';
import type { Database } from '../../storage/database.js';
import { type Access, accessOf, anonymous, grant } from '../access.js';

export interface AuthenticationOptions {
  /** Where tokens are looked up and their use is noted; not a replica, which would know a revocation late. */
  readonly db: Database;
  /** Whether requests without a token are refused, all but those for the explorer's own files. */
  readonly required: boolean;
  readonly log: Logger;
}

/** Names under which clients put tokens into URLs. */
const tokenParameters = new Set(['token', 'access_token', 'api_token', 'apikey', 'api_key', 'authorization', 'bearer']);

/**
 * Tells who asks by `Authorization: Bearer …` (RFC 6750), and lets answers to a token be kept by no cache. A token that cannot be used is refused, never
 * taken for none: who sends one would take the public answer for the whole.
 * @throws AuthenticationError, InputError for a token in the URL; both to Express
 */
export function authentication({ db, required, log }: AuthenticationOptions): RequestHandler {
  return async (request, response, next) => {
    response.vary('Authorization');
    refuseInUrl(request);
    const needed = required && !isPage(request);
    const access = await authenticate(request.headers.authorization, { db, required: needed, log });
    if (access !== anonymous) keepPrivate(response);
    grant(response, access);
    next();
  };
}

/** The explorer's own files: a browser that opens a page sends no header, and they hold nothing of the archive. What the page then asks needs the token. */
function isPage({ method, path }: Pick<Request, 'method' | 'path'>): boolean {
  return (method === 'GET' || method === 'HEAD') && (path === '/' || path.startsWith('/explorer-assets/'));
}

/** Tells who asks by what stands in `Authorization`. @throws AuthenticationError */
export async function authenticate(
  header: string | undefined,
  { db, required, log }: AuthenticationOptions,
): Promise<Access> {
  if (header === undefined) {
    if (required) throw new AuthenticationError('this archive answers only to an access token', remedy);
    return anonymous;
  }
  const token = usable(await findToken(db, readHeader(header)));
  noteTokenUse(db, token).catch((error: unknown) => log.warn({ err: error }, 'the use of a token was not noted'));
  return accessOf(token);
}

const remedy = 'send the header Authorization: Bearer TOKEN; npx starkin token create makes one';

/** @throws InputError for a URL with a token in it */
export function refuseInUrl(request: Pick<Request, 'query' | 'originalUrl'>): void {
  const named = Object.keys(request.query).find((name) => tokenParameters.has(name.toLowerCase()));
  const inside = withoutTokens(decoded(request.originalUrl)) !== decoded(request.originalUrl);
  if (named === undefined && !inside) return;
  throw new InputError(
    named ?? 'token',
    'an access token in the header Authorization: Bearer …',
    'one in the URL',
    'URLs are kept in logs and histories: revoke that token (npx starkin token revoke NAME) and send another one in the header',
  );
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** @returns the token in the header @throws AuthenticationError */
function readHeader(header: string): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? [];
  if (token === undefined)
    throw new AuthenticationError('the header Authorization is not of the form "Bearer TOKEN"', remedy);
  if (!isToken(token)) throw notKnown();
  return token;
}

function usable(token: ApiToken | null): ApiToken {
  if (token === null) throw notKnown();
  const renew = 'npx starkin token create makes another one';
  if (token.revokedAt !== null)
    throw new AuthenticationError(`the token "${token.name}" was revoked on ${day(token.revokedAt)}`, renew);
  if (token.expired && token.expiresAt !== null)
    throw new AuthenticationError(`the token "${token.name}" expired on ${day(token.expiresAt)}`, renew);
  return token;
}

function notKnown(): AuthenticationError {
  return new AuthenticationError(
    'this token is not known to the archive',
    'npx starkin token list names those that are',
  );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Set when the head is written, so that no route and no library can say otherwise. */
function keepPrivate(response: Response): void {
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
  response.writeHead = ((...head: unknown[]) => {
    response.setHeader('Cache-Control', 'private, no-store');
    return writeHead(...head);
  }) as Response['writeHead'];
}
