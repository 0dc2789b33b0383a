import { describe, expect, it } from 'vitest';
import { NotReadyError } from '../../src/domain/errors.js';
import { openArchive } from '../../src/storage/archive.js';
import { migrate } from '../../src/storage/migrations.js';
import { openServer } from '../../src/storage/server.js';
import { server } from './testDatabases.js';

describe('a Postgres server', () => {
  it('is there for the tests of the store (required where CI is set)', (context) => {
    if ('missing' in server && !process.env.CI) context.skip(`no Postgres server: ${server.missing}`);
    expect(server).not.toHaveProperty('missing');
  });

  it('is named with the remedy when it does not answer, and its password is not', async () => {
    const opened = openServer('postgresql://kin:secret@127.0.0.1:1/starkin');
    await expect(opened).rejects.toThrow(NotReadyError);
    await expect(opened).rejects.toThrow(/"starkin" at 127\.0\.0\.1:1/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });

  it('is migrated once by processes that start together', async (context) => {
    if ('missing' in server) return context.skip(server.missing);
    const admin = await openServer(server.url('postgres'));
    await admin.query('create database together');
    await admin.close();
    const url = server.url('together');
    const databases = await Promise.all([1, 2, 3].map(() => openServer(url)));
    const applied = await Promise.all(databases.map((db) => migrate(db)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(databases.map((db) => db.close()));
  });

  it('is refused while migrations are missing, unless it may be created', async (context) => {
    if ('missing' in server) return context.skip(server.missing);
    const admin = await openServer(server.url('postgres'));
    await admin.query('create database fresh');
    await admin.close();
    const environment = { data: '/nowhere', databaseUrl: server.url('fresh') };
    await expect(openArchive(environment, { create: false })).rejects.toThrow(
      /lacks the migrations 0001_catalogue\.sql/,
    );
    await (await openArchive(environment, { create: true })).close();
    await (await openArchive(environment, { create: false })).close();
  });
});
