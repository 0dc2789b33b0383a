import { createHash, randomBytes } from 'node:crypto';
import { namedReleases, type Scope, tokenPrefix } from '../domain/accessToken.js';
import { ConflictError, NotFoundError } from '../domain/errors.js';
import type { Database } from './database.js';
import { listReleases } from './dataRelease.js';

/** A token of access as it is kept: without the token itself. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The releases that its scopes name, as far as they are not thrown away. A later one of the same name is another. */
  readonly releases: readonly number[];
  readonly createdAt: Date;
  /** null: never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Last use, to about a minute. */
  readonly usedAt: Date | null;
  /** By the database's clock, which all processes share. */
  readonly expired: boolean;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
}

/** A token in the list of all. */
export interface ListedToken extends ApiToken {
  /** Names in its scopes whose releases were thrown away since. */
  readonly discarded: readonly string[];
}

const COLUMNS = `id, name, scopes, to_json(release_ids) as releases, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt", used_at as "usedAt",
  coalesce(expires_at <= now(), false) as expired`;

/** A use is noted at most this often, ms: the row is not written for every request. */
const NOTED_EVERY = 60_000;

/**
 * Makes a token: 256 random bits, of which only the SHA-256 is kept. That hash needs no salt and no slow function, as a password would: nobody
 * guesses 256 bits. The releases that its scopes name are those that have these names now; one that there is not shows nothing.
 * @returns the token, to be shown this once, and its row
 * @throws ConflictError when the name is taken, be it by a revoked token: a name stands for one token in the records
 */
export async function createToken(
  db: Database,
  { name, scopes, expiresAt }: NewToken,
): Promise<{ token: string; stored: ApiToken }> {
  const token = tokenPrefix + randomBytes(32).toString('base64url');
  const [stored] = await db.query<ApiToken>(
    `insert into api_token (name, sha256, scopes, expires_at, release_ids)
     values ($1, $2, $3, $4, array(select id from data_release where name = any($5::text[]) order by id)) on conflict (name) do nothing returning ${COLUMNS}`,
    [name, hash(token), scopes, expiresAt, namedReleases(scopes)],
  );
  if (!stored) throw new ConflictError(`there is a token "${name}" already`, 'take another name');
  return { token, stored };
}

/**
 * The row of a token, whether or not it may still be used; null for one that was never made. It is found by its hash, so that no comparison depends
 * on how much of a guess is right.
 */
export async function findToken(db: Database, token: string): Promise<ApiToken | null> {
  const [stored] = await db.query<ApiToken>(`select ${COLUMNS} from api_token where sha256 = $1`, [hash(token)]);
  return stored ?? null;
}

/** All tokens, the newest first. */
export async function listTokens(db: Database): Promise<ListedToken[]> {
  const [tokens, releases] = await Promise.all([
    db.query<ApiToken>(`select ${COLUMNS} from api_token order by id desc`),
    listReleases(db),
  ]);
  return tokens.map((token) => {
    const shown = releases.filter(({ id }) => token.releases.includes(id)).map(({ name }) => name);
    return { ...token, discarded: namedReleases(token.scopes).filter((name) => !shown.includes(name)) };
  });
}

/** Ends a token at once; again changes nothing. @throws NotFoundError */
export async function revokeToken(db: Database, name: string): Promise<ApiToken> {
  const [revoked] = await db.query<ApiToken>(
    `update api_token set revoked_at = coalesce(revoked_at, now()) where name = $1 returning ${COLUMNS}`,
    [name],
  );
  if (!revoked) throw new NotFoundError('token', name, 'npx starkin token list');
  return revoked;
}

/** Notes that a token was used now, if the last note is old. The function's owner writes: who calls it need not be allowed to. */
export async function noteTokenUse(db: Database, { id, usedAt }: Pick<ApiToken, 'id' | 'usedAt'>): Promise<void> {
  if (usedAt !== null && Date.now() - usedAt.getTime() < NOTED_EVERY) return;
  await db.query('select note_token_use($1)', [id]);
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
