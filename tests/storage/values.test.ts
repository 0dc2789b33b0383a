import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CopyTarget, CopyType, Database } from '../../src/storage/database.js';
import { testDatabases } from './testDatabases.js';

const columns: readonly {
  readonly name: CopyType;
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly read: readonly unknown[];
}[] = [
  { name: 'text', sql: 'text', values: ['Å"\'\\ \n\t', ''], read: ['Å"\'\\ \n\t', ''] },
  { name: 'bool', sql: 'bool', values: [true, false], read: [true, false] },
  { name: 'int4', sql: 'int4', values: [-2147483648, 7], read: [-2147483648, 7] },
  { name: 'int8', sql: 'int8', values: ['9223372036854775807', -5n], read: ['9223372036854775807', '-5'] },
  { name: 'float4', sql: 'float4', values: [Math.fround(0.1), -0.5], read: [0.1, -0.5] },
  { name: 'float8', sql: 'float8', values: [0.1, Number.NaN], read: [0.1, Number.NaN] },
  {
    name: 'bytea',
    sql: 'bytea',
    values: [Uint8Array.from({ length: 256 }, (_, i) => i), new Uint8Array()],
    read: [Uint8Array.from({ length: 256 }, (_, i) => i), new Uint8Array()],
  },
  { name: 'jsonb', sql: 'jsonb', values: [{ a: [1, null, 'x"'] }, [1.5]], read: [{ a: [1, null, 'x"'] }, [1.5]] },
  { name: 'float4[]', sql: 'float4[]', values: [[1.5, null, -2], []], read: [[1.5, null, -2], []] },
  { name: 'text[]', sql: 'text[]', values: [['a,b', '"', null, '{}'], []], read: [['a,b', '"', null, '{}'], []] },
  { name: 'vector', sql: 'vector', values: [Float32Array.of(0.5, -1, 3), [0.25]], read: ['[0.5,-1,3]', '[0.25]'] },
  {
    name: 'timestamptz',
    sql: 'timestamptz',
    values: [new Date('2026-11-22T01:02:03.456Z'), new Date('1969-07-20T20:17:00Z')],
    read: [new Date('2026-11-22T01:02:03.456Z'), new Date('1969-07-20T20:17:00Z')],
  },
];

const target: CopyTarget = { table: 'Every "type"', columns: columns.map(({ name }) => ({ name, type: name })) };

describe.each(testDatabases)('values of $name', ({ open }) => {
  let db: Database;

  beforeAll(async () => {
    db = await open();
    const definitions = columns.map(({ name, sql }) => `"${name}" ${sql}`);
    await db.query(`create table "Every ""type""" (row serial, ${definitions.join(', ')})`);
  });
  afterAll(() => db.close());

  it('come back as they were copied in, whatever their type', async () => {
    const rows = [0, 1].map((i) => columns.map(({ values }) => values[i]));
    expect(await db.copy(target, [...rows, columns.map(() => null)])).toBe(3);
    const read = await db.query(`select * from "Every ""type""" order by row`);
    for (const { name, read: expected } of columns) {
      expect(read[0][name], name).toEqual(expected[0]);
      expect(read[1][name], name).toEqual(expected[1]);
      expect(read[2][name], name).toBeNull();
    }
  });

  it('come back as they were given as parameters', async () => {
    const [row] = await db.query(
      `select $1::int8 as big, $2::numeric as exact, $3::bytea as bytes, $4::text[] as texts, $5::int8[] as bigs, $6::jsonb as json, $7::float8[] as floats,
         $8::vector as vector, $9::timestamptz as time`,
      [
        '9007199254740993',
        '0.10',
        Uint8Array.of(0, 255, 92),
        ['a"b', null],
        ['9007199254740993'],
        JSON.stringify({ k: [1] }),
        [1.25, null],
        '[1,2]',
        new Date('2026-11-22T01:02:03.456Z'),
      ],
    );
    expect(row).toEqual({
      big: '9007199254740993',
      exact: '0.10',
      bytes: Uint8Array.of(0, 255, 92),
      texts: ['a"b', null],
      bigs: ['9007199254740993'],
      json: { k: [1] },
      floats: [1.25, null],
      vector: '[1,2]',
      time: new Date('2026-11-22T01:02:03.456Z'),
    });
  });

  it('are copied whole when they are larger than a chunk', async () => {
    await db.query('create table large (n int4, content bytea)');
    const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => i * 31);
    const rows = [1, 2, 3].map((n) => [n, content]);
    const definition = [
      { name: 'n', type: 'int4' },
      { name: 'content', type: 'bytea' },
    ] as const;
    await db.copy({ table: 'large', columns: definition }, rows);
    const read = await db.query<{ n: number; content: Uint8Array }>('select * from large order by n');
    expect(read.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(read.every((row) => Buffer.compare(row.content, content) === 0)).toBe(true);
  });

  it('are all left out when one row of a COPY is refused, or the rows end in an error', async () => {
    await db.query('create table strict (n int4 primary key)');
    const strict: CopyTarget = { table: 'strict', columns: [{ name: 'n', type: 'int4' }] };
    await expect(db.copy(strict, [[1], [2], [1]])).rejects.toMatchObject({ code: '23505' });
    const failing = function* () {
      yield [5];
      throw new Error('the source ended');
    };
    await expect(db.copy(strict, failing())).rejects.toThrow('the source ended');
    expect(await db.query('select * from strict')).toEqual([]);
    expect(await db.copy(strict, [[1], [2]])).toBe(2);
  });

  it('of several statements are those of the last one', async () => {
    expect(await db.query('select 1 as a; select 2 as b')).toEqual([{ b: 2 }]);
  });

  it('carry the code and constraint of an error', async () => {
    await db.query('create table checked (n int4 constraint positive check (n > 0))');
    await expect(db.query('insert into checked values ($1)', [-1])).rejects.toMatchObject({
      code: '23514',
      constraint: 'positive',
    });
  });
});
