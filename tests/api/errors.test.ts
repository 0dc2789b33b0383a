import request from 'supertest';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../testArchive.js';
import { serveDatabase } from './served.js';
import { fillSmallArchive } from './smallArchive.js';

test('a defect is masked: the client learns an id, the log holds what happened under it', async () => {
  const db = await openTestDatabase();
  await fillSmallArchive(db);
  const api = await serveDatabase(db);
  expect(await api.ask('{ star(id: "S06") { name } }')).toEqual({ star: { name: 'S06' } });
  await db.close();
  const { data, errors } = await api.post<{ star: null }>('{ star(id: "S06") { name } __typename }');
  expect(data).toEqual({ star: null, __typename: 'Query' });
  expect(errors).toHaveLength(1);
  const { id } = errors[0].extensions;
  expect(errors[0]).toEqual({
    message: `internal error ${id}`,
    locations: expect.anything(),
    path: ['star'],
    extensions: { code: 'INTERNAL', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(api.logged).toHaveLength(1);
  expect(api.logged[0]).toMatchObject({
    id,
    path: ['star'],
    err: { message: expect.any(String), stack: expect.stringContaining('at ') },
  });
  const { body } = await request(api.url).get('/readyz').expect(503);
  expect(body.reason).toMatch(/^the database does not answer: internal error [0-9a-f-]{36}$/);
  await request(api.url).get('/healthz').expect(200);
  await api.close();
});

test('a null that slips through a nullable variable is the client’s fault, though graphql-js gives it no code', async () => {
  const db = await openTestDatabase();
  const api = await serveDatabase(db);
  const { errors } = await api.post('query ($id: ID = "S06") { star(id: $id) { name } }', { id: null });
  expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT' }]);
  expect(errors[0].message).toContain('Argument "id"');
  expect(api.logged).toEqual([]);
  await api.close();
  await db.close();
});

test('without a served model, what needs one says how to get it, and the rest answers', async () => {
  const db = await openTestDatabase();
  await fillSmallArchive(db);
  await db.query('delete from served_model');
  const api = await serveDatabase(db);
  const { data, errors } = await api.post<object>(
    '{ star(id: "S06") { name latent { model } extrapolated parameters { teff } } status { ready reason } }',
  );
  expect(data).toEqual({
    star: { name: 'S06', latent: null, extrapolated: null, parameters: { teff: 4300 } },
    status: { ready: false, reason: 'no model is served' },
  });
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['star', 'latent'], 'NOT_READY']]);
  expect(errors[0].extensions.remedy).toContain('npx starkin');
  await api.close();
  await db.close();
});
