import type { Scope } from '../domain/accessToken.js';
import { InputError } from '../domain/errors.js';
import { type ApiToken, createToken, type ListedToken, listTokens, revokeToken } from '../storage/apiToken.js';
import { findRelease } from '../storage/dataRelease.js';
import { readName } from './argument.js';
import type { Command } from './command.js';
import { table } from './table.js';

interface Creation {
  readonly name: string;
  readonly read: readonly string[];
  readonly operate: boolean;
  /** ISO time; null: never. */
  readonly expiresAt: string | null;
}

const HOUR = 3_600_000;
const units = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR, y: 365 * 24 * HOUR } as const;

export const tokenCreateCommand: Command<Creation> = {
  name: 'token create',
  summary: 'make an access token for the API, and print it this once',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration
      .requiredOption('--name <name>', 'what it is known by: who holds it, for example')
      .option('--read <release...>', 'a release that it shows though it is a draft or proprietary; several may follow')
      .option('--operate', 'let it see the archive’s operation: every run, with paths and messages', false)
      .option('--expires <time>', 'how long it is good for: 12h, 90d, 4w, 1y, or never', '90d');
  },
  request(_, { name, read, operate, expires }) {
    return {
      name: readName('--name', name),
      read: ((read ?? []) as unknown[]).map((release) => readName('--read', release)),
      operate: operate === true,
      expiresAt: readExpiry(expires),
    };
  },
  async run(context, { name, read, operate, expiresAt }) {
    const { db } = await context.workplace();
    for (const release of read) await findRelease(db, release);
    const scopes: Scope[] = [
      ...read.map((release): Scope => `read:${release}`),
      ...(operate ? ['operate' as const] : []),
    ];
    const { token, stored } = await createToken(db, {
      name,
      scopes,
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
    });
    const text = [
      token,
      `token "${name}": ${describeScopes(stored)}; ${stored.expiresAt ? `good until ${stored.expiresAt.toISOString()}` : 'good until it is revoked'}`,
      'it is not kept and cannot be shown again; send it as the header Authorization: Bearer TOKEN',
    ].join('\n');
    return { exitCode: 0, text, data: { token, ...shown(stored) } };
  },
};

export const tokenListCommand: Command<Record<string, never>> = {
  name: 'token list',
  summary: 'list the access tokens: what they allow, until when, and when each was last used',
  archive: 'existing',
  exclusive: false,
  declare: () => {},
  request: () => ({}),
  async run(context) {
    const { db } = await context.workplace();
    const tokens = await listTokens(db);
    const time = (date: Date | null, none: string) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? none;
    const rows = tokens.map((token) => [
      token.name,
      stateOf(token),
      describeScopes(token),
      time(token.expiresAt, 'never'),
      time(token.usedAt, 'never'),
    ]);
    const text = table(['token', 'state', 'allows', 'expires (UTC)', 'last used (UTC)'], rows);
    return { exitCode: 0, text, data: tokens.map((token) => ({ ...shown(token), discarded: token.discarded })) };
  },
};

export const tokenRevokeCommand: Command<{ readonly name: string }> = {
  name: 'token revoke',
  summary: 'end an access token at once',
  archive: 'existing',
  exclusive: false,
  declare: (declaration) => void declaration.argument('<name>'),
  request: ([name]) => ({ name: readName('name', name) }),
  async run(context, { name }) {
    const { db } = await context.workplace();
    const revoked = await revokeToken(db, name);
    return { exitCode: 0, text: `token "${name}" is revoked`, data: shown(revoked) };
  },
};

/** @throws InputError */
function readExpiry(value: unknown): string | null {
  if (value === 'never') return null;
  const [, count, unit] = /^([1-9]\d{0,4})([hdwy])$/.exec(String(value)) ?? [];
  if (count === undefined) throw new InputError('--expires', 'a time such as 12h, 90d, 4w or 1y, or "never"', value);
  return new Date(Date.now() + Number(count) * units[unit as keyof typeof units]).toISOString();
}

function describeScopes({ scopes, discarded = [] }: ApiToken & Partial<ListedToken>): string {
  const gone = new Set(discarded.map((name): Scope => `read:${name}`));
  const told = scopes.map((scope) => (gone.has(scope) ? `${scope} (thrown away)` : scope));
  return told.length ? told.join(', ') : 'what everybody may see';
}

function stateOf({ revokedAt, expired }: ApiToken): 'revoked' | 'expired' | 'valid' {
  if (revokedAt !== null) return 'revoked';
  return expired ? 'expired' : 'valid';
}

function shown(token: ApiToken) {
  const { name, scopes, createdAt, expiresAt, revokedAt, usedAt } = token;
  return { name, state: stateOf(token), scopes, createdAt, expiresAt, revokedAt, usedAt };
}
