import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from '../api/served.js';
import { fc } from '../properties.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

/** What people, programs and attackers write where a number, a name or a list is expected. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double().map(String),
  fc.constantFrom(
    '',
    ' ',
    'NaN',
    '-0',
    '1e999',
    '0x1f',
    '1/2/3',
    '../..',
    "';drop table star;--",
    '%00',
    '\u0000',
    '263.5,-27.9',
    'S06',
    'a'.repeat(3000),
  ),
);
const name = fc.oneof(
  fc.constantFrom(
    'RA',
    'DEC',
    'SR',
    'VERB',
    'MAXREC',
    'REQUEST',
    'POS',
    'SIZE',
    'BAND',
    'TIME',
    'FORMAT',
    'TARGETNAME',
    'COLLECTION',
    'VERSION',
  ),
  fc.constantFrom('release', 'visit', 'content', 'ra', '__proto__'),
  fc.string({ maxLength: 8 }),
);
const query = fc.array(fc.tuple(name, value), { maxLength: 6 });
const path = fc.oneof(
  fc.constantFrom('/scs', '/ssap', '/export', '/vosi/availability', '/spectra/S06', '/spectra/S06.csv'),
  value.map((text) => `/spectra/${encodeURIComponent(text)}.fits`),
  value.map((text) => `/export/${encodeURIComponent(text)}`),
  fc.tuple(value, value).map(([a, b]) => `/export/${encodeURIComponent(a)}/${encodeURIComponent(b)}`),
);

/** Answers without looking at what a refusal says, but that it is one. */
async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
}

test('no query is answered by a fault of the server', async () => {
  const method = fc.constantFrom('GET', 'HEAD', 'DELETE');
  const range = fc.option(
    value.filter((text) => /^[ -~]*$/.test(text)),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(path, query, method, range, async (where, parameters, how, part) => {
      const headers = part === undefined ? {} : { range: part };
      const status = await statusOf(`${api.url}${where}?${new URLSearchParams(parameters)}`, { method: how, headers });
      expect(status).toBeLessThan(500);
      expect(api.logged).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('no body makes an export fail by a fault of the server', async () => {
  const field = fc.oneof(
    fc.constantFrom('dr1', 'csv', 'stars', 'latents', null, 0, true),
    fc.jsonValue({ maxDepth: 2 }),
    value,
  );
  const body = fc.oneof(
    fc.record({ release: field, format: field, what: field, model: field }, { requiredKeys: [] }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (asked) => {
      const headers = { 'content-type': 'application/json' };
      const status = await statusOf(`${api.url}/export`, { method: 'POST', headers, body: JSON.stringify(asked) });
      expect([202, 400, 404, 503]).toContain(status);
      expect(api.logged).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
