import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isToken, withoutTokens } from '../../src/domain/accessToken.js';
import { ConflictError, NotFoundError } from '../../src/domain/errors.js';
import { createToken, findToken, listTokens, noteTokenUse, revokeToken } from '../../src/storage/apiToken.js';
import type { Database } from '../../src/storage/database.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('access tokens in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  it('are shown once, and found by themselves alone', async () => {
    const scopes = ['read:dr1', 'operate'] as const;
    const { token, stored } = await createToken(db, { name: 'kept', scopes, expiresAt: null });
    expect(isToken(token)).toBe(true);
    expect(stored).toMatchObject({ name: 'kept', scopes, expired: false, revokedAt: null, usedAt: null });
    expect(await findToken(db, token)).toEqual(stored);
    expect(await findToken(db, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
    const rows = JSON.stringify(await db.query('select * from api_token'));
    expect(rows).not.toContain(token.slice('starkin_'.length));
    const other = await createToken(db, { name: 'other', scopes: [], expiresAt: null });
    expect(other.token).not.toBe(token);
  });

  it('end when they are revoked or their time is over, and keep their names', async () => {
    const { token } = await createToken(db, { name: 'short', scopes: [], expiresAt: new Date(Date.now() - 1) });
    expect(await findToken(db, token)).toMatchObject({ name: 'short', expired: true });
    const { revokedAt } = await revokeToken(db, 'short');
    expect(revokedAt).toBeInstanceOf(Date);
    expect((await revokeToken(db, 'short')).revokedAt).toEqual(revokedAt);
    await expect(revokeToken(db, 'nobody')).rejects.toThrow(NotFoundError);
    await expect(createToken(db, { name: 'short', scopes: [], expiresAt: null })).rejects.toThrow(ConflictError);
    expect((await listTokens(db)).map(({ name }) => name)).toEqual(['short', 'other', 'kept']);
  });

  it('tell when they were last used, to about a minute', async () => {
    const { token, stored } = await createToken(db, { name: 'used', scopes: [], expiresAt: null });
    const usedAt = async () => (await findToken(db, token))?.usedAt;
    await noteTokenUse(db, stored);
    const first = await usedAt();
    expect(first).toBeInstanceOf(Date);
    await noteTokenUse(db, stored);
    expect(await usedAt()).toEqual(first);
    const [past] = await db.query<{ usedAt: Date }>(
      `update api_token set used_at = now() - interval '61 seconds' where id = $1 returning used_at as "usedAt"`,
      [stored.id],
    );
    await noteTokenUse(db, { ...stored, ...past });
    expect((await usedAt())?.getTime()).toBeGreaterThan(past.usedAt.getTime() + 60_000);
  });

  it('are cut out of any text', async () => {
    const { token } = await createToken(db, { name: 'logged', scopes: [], expiresAt: null });
    expect(withoutTokens(`a ${token}, ${token}!`)).toBe('a starkin_…, starkin_…!');
    expect(withoutTokens('npx starkin_token')).toBe('npx starkin_token');
  });
});
