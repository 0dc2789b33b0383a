import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSchema } from '../../src/api/schema.js';
import { defaultSettings, projectRoot } from '../../src/config.js';
import { serveDatabase, serveSmallArchive } from '../api/served.js';
import { ask } from './ask.js';
import * as operations from './generated/graphql.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

test('every operation fits the schema that the code has now, not only the one that it was generated from', () => {
  const documents = Object.values(operations).filter((one) => one instanceof operations.TypedDocumentString);
  expect(documents.length).toBeGreaterThan(0);
  const schema = makeSchema();
  for (const document of documents) expect(validate(schema, parse(document.toString()))).toEqual([]);
});

test('a typed client pages through the twins of a star', async () => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: operations.TwinsQuery = await ask(api.url, operations.TwinsDocument, { star: 'S06', first: 10, after });
    const twins = page.star?.twins;
    ids.push(...(twins?.edges.map(({ node }) => node.id) ?? []));
    after = twins?.pageInfo.hasNextPage ? twins.pageInfo.endCursor : null;
  } while (after !== null);
  expect(ids.length).toBeGreaterThan(20);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a field that the schema has not is an error of the compiler', async () => {
  const { star } = await ask(api.url, operations.TwinsDocument, { star: 'S06', first: 1 });
  // @ts-expect-error: not asked for in the operation
  expect(star?.parameters).toBeUndefined();
});

test('an archive with a safelist answers the operations that the generator wrote down, and no other', async () => {
  const { api: defaults, ...settings } = defaultSettings();
  const safelist = ['src/explorer', 'tests/client'].map((client) =>
    join(projectRoot, client, 'generated', 'persisted-documents.json'),
  );
  const closed = await serveDatabase(api.db, { settings: { ...settings, api: { ...defaults, safelist } } });
  const { star } = await ask(closed.url, operations.TwinsDocument, { star: 'S06', first: 1 });
  expect(star?.name).toBe('S06');
  const page: Record<string, unknown> = await import('../../src/explorer/generated/graphql.js');
  // Fragments are no operations.
  const documents = Object.entries(page).flatMap(([name, one]) => (name.endsWith('Document') ? [one] : []));
  expect(documents.length).toBeGreaterThan(3);
  for (const document of documents) {
    const { errors } = await closed.post(`${document}`);
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain('NOT_SAFELISTED');
  }
  const { errors } = await closed.post('{ releases { name } }');
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_SAFELISTED']);
  await closed.close();
});
