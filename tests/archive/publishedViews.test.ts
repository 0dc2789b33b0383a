import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import type { Database } from '../../src/storage/database.js';
import { setProprietary } from '../../src/storage/dataRelease.js';
import { fillSmallArchive, type SmallArchive } from '../api/smallArchive.js';
import { askPython } from '../python/python.js';
import { openTestDatabase } from '../testArchive.js';

let db: Database;
let archive: SmallArchive;
beforeAll(async () => {
  db = await openTestDatabase();
  archive = await fillSmallArchive(db);
});
afterAll(() => db.close());

const descriptor = `
import json, os
from xml.etree import ElementTree
root = ElementTree.parse(os.environ["FILE"]).getroot()
print(json.dumps({
    "schema": root.get("schema"),
    "made": [make.get("table") for make in root.iter("make")],
    "tables": {table.get("id"): [{**column.attrib} for column in table.iter("column")] for table in root.iter("table")}
}))`;

test('the resource descriptor for DaCHS has the tables and columns of the views, in their order, with their types', async () => {
  const { schema, made, tables } = await askPython<{
    schema: string;
    made: string[];
    tables: Record<string, Record<string, string>[]>;
  }>(descriptor, { FILE: join(projectRoot, 'deploy', 'dachs', 'q.rd') });
  expect(made).toEqual(Object.keys(tables));
  const columns = await db.query<{ table: string; name: string; type: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relkind = 'v' and c.relname like 'published%' and c.relnamespace = current_schema()::regnamespace order by c.relname, a.attnum`,
  );
  const described = Object.entries(tables).flatMap(([table, all]) =>
    all.map(({ name, type }) => ({ table, name, type })),
  );
  expect(described.sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0))).toEqual(columns);
  expect(schema).toBe('public');
  for (const column of Object.values(tables).flat())
    expect(column).toMatchObject({ ucd: expect.any(String), description: expect.any(String) });
});

const starsIn = async () =>
  (await db.query<{ star: string }>(`select star_id || ' ' || release as star from published_star`))
    .map(({ star }) => star)
    .sort();

test('the views show what is published for all: no draft, no staged star, no proprietary release', async () => {
  expect(await starsIn()).toEqual(archive.entries.map(({ id, release }) => `${id} ${release}`).sort());
  const [{ id }] = await db.query<{ id: number }>(`select id from data_release where name = 'dr2'`);
  await setProprietary(db, id, true);
  expect((await starsIn()).filter((star) => star.endsWith('dr2'))).toEqual([]);
  for (const view of ['published_alias', 'published_latent', 'published_abundance'])
    expect(await db.query(`select 1 from ${view} where release not in ('dr1', 'toy-1')`)).toEqual([]);
  await setProprietary(db, id, false);
});

test('latents are those of models that have been served', async () => {
  const models = await db.query<{ id: string; dims: number }>(
    'select distinct model_id as id, array_length(searched, 1) as dims from published_latent',
  );
  expect(models).toEqual([{ id: archive.served.id, dims: 3 }]);
});
