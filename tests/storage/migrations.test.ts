import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, NotReadyError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { migrate, migrationsFolder, pending } from '../../src/storage/migrations.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('migrations of $name', ({ open }) => {
  let db: Database;
  let folder: string;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starkin-migrations-'));
    await cp(migrationsFolder(), folder, { recursive: true });
    return () => rm(folder, { recursive: true });
  });
  afterAll(() => db.close());

  it('are applied once', async () => {
    expect(await migrate(db)).toEqual([]);
    expect(await pending(db)).toEqual([]);
    const names = await db.query<{ name: string }>('select name from schema_migration order by version');
    expect(names.map(({ name }) => name)).toEqual((await readdir(migrationsFolder())).sort());
  });

  it('are refused when a file differs from what was applied', async () => {
    const file = join(folder, '0002_spectrum.sql');
    await writeFile(file, `${await readFile(file, 'utf8')}\n-- changed`);
    await expect(migrate(db, folder)).rejects.toThrow(ConflictError);
    await expect(pending(db, folder)).rejects.toThrow(/0002_spectrum\.sql differs/);
  });

  it('are refused when the archive is ahead of the files', async () => {
    const last = (await readdir(folder)).sort().at(-1) as string;
    await rm(join(folder, last));
    await expect(migrate(db, folder)).rejects.toThrow(NotReadyError);
    await expect(migrate(db, folder)).rejects.toThrow(last);
  });

  it('leave nothing of a set of which one fails', async () => {
    const last = (await readdir(folder)).length;
    const name = (offset: number) => `${String(last + offset).padStart(4, '0')}_more.sql`;
    await writeFile(join(folder, name(1)), 'create table more (n int);');
    await writeFile(join(folder, name(2)), 'create table more (n int);');
    expect(await pending(db, folder)).toEqual([name(1), name(2)]);
    await expect(migrate(db, folder)).rejects.toMatchObject({ code: '42P07' });
    const [{ made }] = await db.query<{ made: boolean }>(`select to_regclass('more') is not null as made`);
    expect(made).toBe(false);
    expect(await pending(db, folder)).toEqual([name(1), name(2)]);
  });

  it('give every key of a table with rows per star the id of the star, so that it can be distributed', async () => {
    const keys = await db.query<{ table: string; columns: string[] }>(
      `select c.conrelid::regclass::text as table, array_agg(a.attname::text order by a.attnum) as columns
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
       where c.contype in ('p', 'u') and exists (
         select 1 from pg_attribute s where s.attrelid = c.conrelid and s.attname = 'star_id')
       group by c.oid, c.conrelid`,
    );
    expect(keys.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['spectrum', 'latent', 'abundance', 'star_parameters']),
    );
    for (const { table, columns } of keys) expect(columns, table).toContain('star_id');
  });
});
