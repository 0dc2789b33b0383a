import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtPages } from '../../src/api/web/pages.js';
import { type Served, serveDatabase } from '../api/served.js';
import { openTestDatabase } from '../testArchive.js';

const folder = builtPages();
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const scriptsIn = (text: string) => [...text.matchAll(/[\w-]+-[\w-]{8}\.js/g)].map(([name]) => name);

let api: Served;
let close: () => Promise<void>;
beforeAll(async () => {
  const db = await openTestDatabase();
  api = await serveDatabase(db);
  close = async () => {
    await api.close();
    await db.close();
  };
});
afterAll(() => close());

test('all scripts of the explorer, those of later views too, are less than 350 kB compressed', () => {
  const scripts = new Set(scriptsIn(read('index.html')));
  for (const name of scripts) for (const other of scriptsIn(read(`assets/${name}`))) scripts.add(other);
  const sizes = [...scripts].map((name) => gzipSync(read(`assets/${name}`)).length);
  expect(scripts.size).toBeGreaterThan(4);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(350_000);
});

test('the page and its files come compressed, and only the files may be kept', async () => {
  const page = await request(api.url).get('/').expect(200);
  expect(page.headers['cache-control']).toBe('no-cache');
  const [script] = scriptsIn(page.text);
  const file = await request(api.url)
    .get(`/explorer-assets/assets/${script}`)
    .set('Accept-Encoding', 'gzip')
    .expect(200);
  expect(file.headers['content-encoding']).toBe('gzip');
  expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

test('the explorer may run and style itself from its own files alone', async () => {
  const { headers } = await request(api.url).get('/').expect(200);
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*|blob:/);
});
