import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { atomically } from '../../src/storage/transaction.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('a transaction of $name', ({ open }) => {
  let db: Database;
  const numbers = async () => (await db.query<{ n: number }>('select n from number order by n')).map(({ n }) => n);
  const insert = (on: Database, n: number) => on.query('insert into number values ($1)', [n]);

  beforeAll(async () => {
    db = await open();
    await db.query('create table number (n int4 primary key)');
  });
  beforeEach(() => db.query('truncate number'));
  afterAll(() => db.close());

  it('keeps all or, when its work throws, nothing', async () => {
    await db.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.copy({ table: 'number', columns: [{ name: 'n', type: 'int4' }] }, [[2], [3]]);
    });
    const failed = db.transaction(async (tx) => {
      await insert(tx, 4);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  it('fails when one of its statements failed, although the work swallowed that', async () => {
    const swallowed = db.transaction(async (tx) => {
      await insert(tx, 1);
      await insert(tx, 1).catch(() => {});
    });
    await expect(swallowed).rejects.toMatchObject({ code: '23505' });
    expect(await numbers()).toEqual([]);
  });

  it('is not mixed with what others ask for meanwhile', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const rolledBack = db.transaction(async (tx) => {
      await insert(tx, 1);
      await gate;
      throw new Error('roll back');
    });
    const beside = insert(db, 2);
    const other = db.transaction(async (tx) => insert(tx, 3));
    release();
    await expect(rolledBack).rejects.toThrow('roll back');
    await Promise.all([beside, other]);
    expect(await numbers()).toEqual([2, 3]);
  });

  it('may ask for several things at once', async () => {
    const sizes = [1, 2000, 3];
    const read = await db.transaction((tx) =>
      Promise.all(
        sizes.map((size) =>
          tx.query<{ bytes: Uint8Array }>(`select convert_to(repeat('x', $1::int), 'UTF8') as bytes`, [size]),
        ),
      ),
    );
    expect(read.map(([{ bytes }]) => bytes.length)).toEqual(sizes);
  });

  it('refuses the outer database in its work, and a transaction within', async () => {
    await db.transaction(async (tx) => {
      await expect(insert(db, 1)).rejects.toThrow(/within a transaction use the Database/);
      await expect(db.transaction(async () => {})).rejects.toThrow(/within a transaction/);
      await expect(tx.transaction(async () => {})).rejects.toThrow(/do not nest/);
    });
    await insert(db, 1);
    expect(await numbers()).toEqual([1]);
  });

  it('is joined by work that must be whole, or opened for it', async () => {
    const whole = (on: Database) => atomically(on, async (tx) => insert(tx, 1));
    await expect(
      db.transaction(async (tx) => {
        await whole(tx);
        throw new Error('roll back');
      }),
    ).rejects.toThrow();
    expect(await numbers()).toEqual([]);
    await whole(db);
    expect(await numbers()).toEqual([1]);
  });
});
