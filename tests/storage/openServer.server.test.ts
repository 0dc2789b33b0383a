import { describe, expect, it } from 'vitest';
import { NotReadyError } from '../../src/domain/errors.js';
import { openArchive } from '../../src/storage/archive.js';
import { migrate } from '../../src/storage/migrations.js';
import { openServer } from '../../src/storage/server.js';
import { cloneDatabase, testServer } from '../testArchive.js';
import type { TestServer } from '../testServer.js';

const server = testServer as TestServer;

describe('a Postgres server', () => {
  it('is the one that the project is named after, with pgvector', async () => {
    const { url, drop } = await cloneDatabase(server);
    const db = await openServer(url);
    const [{ version }] = await db.query<{ version: string }>(`select current_setting('server_version') as version`);
    expect(version).toMatch(new RegExp(`^${server.version}\\.`));
    expect(await db.query(`select '[3,4]'::vector <-> '[0,0]' as distance`)).toEqual([{ distance: 5 }]);
    await db.close();
    await drop();
  });

  it('plans what is asked again and again once, and answers the same before and after a migration', async () => {
    const { url, drop } = await cloneDatabase(server);
    const db = await openServer(url, { connections: 1, prepares: true });
    const ask = () => db.query<{ name: string }>('select name from survey where name = $1', ['apogee']);
    await db.query("insert into survey (name, simulated) values ('apogee', false)");
    for (let time = 0; time < 5; time++) expect(await ask()).toEqual([{ name: 'apogee' }]);
    const prepared = await db.query<{ statement: string }>('select statement from pg_prepared_statements');
    expect(prepared.map(({ statement }) => statement)).toEqual(['select name from survey where name = $1']);
    await db.query('alter table survey add column note text');
    expect(await ask()).toEqual([{ name: 'apogee' }]);
    await db.close();
    await drop();
  });

  it('tells of rows while it looks for others, and can be stopped then', async () => {
    const { url, drop } = await cloneDatabase(server);
    const db = await openServer(url, { connections: 1, prepares: true });
    // Each fills more than the server gathers before it sends; the fourth never comes, and the end of the third with it.
    const sql = `select i, repeat('x', 20000) as filling, pg_sleep(case when i < $1 then 0 else 600 end) from generate_series(1, 4) as i`;
    const gone = new AbortController();
    const heard: number[] = [];
    const onRow = ({ i }: { i: number }) => {
      heard.push(i);
      if (i === 2) gone.abort(new Error('heard enough'));
    };
    await expect(db.query(sql, [4], { signal: gone.signal, onRow })).rejects.toThrow('heard enough');
    expect(heard.slice(0, 2)).toEqual([1, 2]);
    const told: number[] = [];
    const rows = await db.query<{ i: number }>(sql, [5], { onRow: ({ i }) => void told.push(i) });
    expect([told, rows.map(({ i }) => i)]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    const refusing = () => {
      throw new Error('not this one');
    };
    await expect(db.query('select $1::int as i', [1], { onRow: refusing })).rejects.toThrow('not this one');
    await expect(db.query('select 1 / $1::int as i', [0], { onRow: refusing })).rejects.toThrow('division by zero');
    expect(await db.query('select $1::int as i', [1])).toEqual([{ i: 1 }]);
    await db.close();
    await drop();
  });

  it('walks an index until a filter has let enough through', async () => {
    const { url, drop } = await cloneDatabase(server);
    const db = await openServer(url);
    await db.query('select vector_dims($1::vector)', ['[1]']);
    const [settings] = await db.query(
      `select current_setting('hnsw.iterative_scan') as scan, current_setting('hnsw.ef_search') as ef`,
    );
    expect(settings).toEqual({ scan: 'strict_order', ef: '400' });
    await db.close();
    await drop();
  });

  it('is named with the remedy when it does not answer, and its password is not', async () => {
    const opened = openServer('postgresql://kin:secret@127.0.0.1:1/starkin');
    await expect(opened).rejects.toThrow(NotReadyError);
    await expect(opened).rejects.toThrow(/"starkin" at 127\.0\.0\.1:1/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });

  it('is migrated once by processes that start together', async () => {
    const { url, drop } = await cloneDatabase(server, 'template0');
    const databases = await Promise.all([1, 2, 3].map(() => openServer(url)));
    const applied = await Promise.all(databases.map((db) => migrate(db)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(databases.map((db) => db.close()));
    await drop();
  });

  it('is refused while migrations are missing, unless it may be created', async () => {
    const { url, drop } = await cloneDatabase(server, 'template0');
    const environment = { data: '/nowhere', databaseUrl: url };
    await expect(openArchive(environment, { create: false })).rejects.toThrow(
      /lacks the migrations 0001_catalogue\.sql/,
    );
    await (await openArchive(environment, { create: true })).close();
    await (await openArchive(environment, { create: false })).close();
    await drop();
  });
});
