import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken, findToken, listTokens } from '../../src/storage/apiToken.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, findRelease } from '../../src/storage/dataRelease.js';
import { migrationsFolder } from '../../src/storage/migrations.js';
import { findModel } from '../../src/storage/model.js';
import { endRun, findRun, startRun } from '../../src/storage/run.js';
import { beginDiscarding, endDiscarding, modelsTrainedOn } from '../../src/storage/stagedRows.js';
import { addModel, addStars } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('a release that is thrown away in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  const simulated = { simulated: true };
  const throwAway = async (name: string) => {
    const { id } = await findRelease(db, name);
    await db.transaction(async (tx) => {
      await beginDiscarding(tx, id);
      await endDiscarding(tx, id);
    });
  };

  it('takes what names it along: tokens, models and runs do not mean the next release of its name', async () => {
    const scopes = ['read:brief', 'read:other', 'read:none', 'operate'] as const;
    const other = await ensureRelease(db, 'other', simulated);
    const first = await ensureRelease(db, 'brief', simulated);
    const { token, stored } = await createToken(db, { name: 'team', scopes, expiresAt: null });
    expect(stored.releases).toEqual([other.id, first.id]);
    const model = await addModel(db, 'of a brief release', first.id);
    const run = await startRun(db, { kind: 'ingest', input: { release: 'brief' } });
    const step = await startRun(db, { kind: 'renormalise', input: { release: 'other', into: 'brief' } });
    const elsewhere = await startRun(db, { kind: 'encode', input: { release: 'other', model } });
    await throwAway('brief');
    const second = await ensureRelease(db, 'brief', simulated);
    expect(second.id).not.toBe(first.id);
    expect((await findToken(db, token))?.releases).not.toContain(second.id);
    expect((await listTokens(db))[0]).toMatchObject({ name: 'team', scopes, discarded: ['brief', 'none'] });
    expect(await findModel(db, model)).toMatchObject({ trainedOnId: null });
    expect(await modelsTrainedOn(db, second.id)).toEqual([]);
    const gone = await Promise.all([run, step, elsewhere].map(async (id) => (await findRun(db, id)).releaseGone));
    expect(gone).toEqual([true, true, false]);
  });

  it('was known by its name before: the migration finds out which release was meant', async () => {
    const sql = await readFile(join(migrationsFolder(), '0018_release_identity.sql'), 'utf8');
    const kept = await addStars(db, 'kept', ['a']);
    const scopes = ['read:kept', 'read:again', 'operate'] as const;
    const models = await Promise.all(['kept', 'again'].map((seed) => addModel(db, seed)));
    for (const id of models) await db.query('update model set trained_on = config->>$2 where id = $1', [id, 'seed']);
    const { token } = await createToken(db, { name: 'old', scopes, expiresAt: null });
    const run = async (input: Readonly<Record<string, string>>) => {
      const id = await startRun(db, { kind: 'ingest', input });
      await endRun(db, id, 'done', {});
      return id;
    };
    const inputs = [{ release: 'kept' }, { release: 'again' }, { release: 'kept', into: 'again' }, {}];
    const runs = await Promise.all(inputs.map((input) => run(input as Readonly<Record<string, string>>)));
    // Thrown away and made again since.
    await ensureRelease(db, 'again', simulated);
    await db.query('alter table api_token drop column release_ids');
    await db.query('alter table model drop column trained_on_id');
    await db.query('alter table run drop column release_gone');
    await db.transaction((tx) => tx.query(sql));
    expect((await findToken(db, token))?.releases).toEqual([kept.id]);
    const trained = await Promise.all(models.map(async (id) => (await findModel(db, id)).trainedOnId));
    expect(trained).toEqual([kept.id, null]);
    const gone = await Promise.all(runs.map(async (id) => (await findRun(db, id)).releaseGone));
    expect(gone).toEqual([false, true, true, false]);
  });
});
