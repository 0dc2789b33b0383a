import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/config.js';
import { createToken } from '../../src/storage/apiToken.js';
import { withdraw } from '../../src/storage/dataRelease.js';
import { serveDatabase, serveSmallArchive } from '../api/served.js';
import { askPython, pythonTest } from '../python/python.js';

interface Status {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly rows: number; readonly totalRows: number; readonly share: number };
  readonly bytes: number;
  readonly status: string;
  readonly url: string | null;
  readonly sha256: string | null;
  readonly error?: string;
}

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-export-'));
  api = await serveSmallArchive();
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const headers = (token?: string): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});
function post(body: unknown, token?: string, url = api.url): Promise<Response> {
  return fetch(`${url}/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers(token) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Asks for an export and waits for its end. */
async function made(body: object, token?: string, url = api.url): Promise<Status> {
  const begun = await post(body, token, url);
  expect(begun.status, await begun.clone().text()).toBe(202);
  const location = begun.headers.get('location') as string;
  for (;;) {
    const status = (await (await fetch(location, { headers: headers(token) })).json()) as Status;
    if (status.state === 'DONE' || status.state === 'FAILED') return status;
    await new Promise((done) => setTimeout(done, 20));
  }
}
const bytesAt = async (url: string | null, more: Record<string, string> = {}) =>
  Buffer.from(await (await fetch(String(url), { headers: more })).arrayBuffer());

const formats = ['parquet', 'votable', 'fits', 'csv'] as const;
const readers = `
import csv, json, os
import numpy as np
import pyarrow.parquet as pq
from astropy.io import votable
from astropy.table import Table

def plain(value):
    if value is None or value is np.ma.masked: return None
    if isinstance(value, (np.ndarray, list)):
        return None if np.ma.is_masked(value) or np.isnan(np.array(value, dtype=float)).all() else [round(float(x), 5) for x in value]
    if isinstance(value, (float, np.floating)): return None if np.isnan(value) else round(float(value), 5)
    if isinstance(value, np.bool_): return bool(value)
    if isinstance(value, np.integer): return int(value)
    if isinstance(value, bytes): value = value.decode()
    return str(value) or None if isinstance(value, str) else value

def rows(table):
    return [{name: plain(row[name]) for name in table.colnames} for row in table]

path = lambda ending: os.path.join(os.environ["FOLDER"], "table." + ending)
seen = {}
seen["parquet"] = [{name: plain(value) for name, value in row.items()} for row in pq.read_table(path("parquet")).to_pylist()]
document = votable.parse(path("votable"), verify="exception")
seen["votable"] = rows(Table.read(path("votable"), format="votable"))
seen["fits"] = rows(Table.read(path("fits")))
seen["csv"] = list(csv.DictReader(open(path("csv"), newline="", encoding="utf-8")))
units = {field.name: str(field.unit) for field in document.get_first_table().fields if field.unit is not None}
print(json.dumps({"seen": seen, "units": units}))`;

describe.each(['stars', 'latents'])('a table of %s', (what) => {
  pythonTest('is the same in every format, as pyarrow, astropy and csv read it', async () => {
    for (const format of formats) {
      const { url } = await made({ release: 'dr1', format, what });
      await writeFile(join(folder, `table.${format}`), await bytesAt(url));
    }
    const { seen, units } = await askPython<{
      seen: Record<string, Record<string, unknown>[]>;
      units: Record<string, string>;
    }>(readers, { FOLDER: folder });
    expect(seen.parquet).toHaveLength(what === 'stars' ? 20 : 19);
    expect(seen.votable).toEqual(seen.parquet);
    expect(seen.fits).toEqual(seen.parquet);
    expect(seen.csv.map(({ star_id }) => star_id)).toEqual(seen.parquet.map(({ star_id }) => star_id));
    const [first, seventh] = [seen.parquet[6], seen.parquet[7]];
    if (what === 'stars') {
      expect(first).toMatchObject({
        star_id: 'apogee:S06',
        name: 'S06',
        ra: 263.5,
        dec: -27.9,
        id_2mass: '17335483-2753043',
        id_gaia: null,
        teff: 4300,
        teff_error: 50,
        logg_error: null,
        snr: 56,
        good_pixels: 39,
      });
      expect(seventh).toMatchObject({ star_id: 'apogee:S07', teff: null });
      expect(units).toMatchObject({ ra: 'deg', teff: 'K', feh: 'dex' });
      expect(seen.csv[6]).toMatchObject({ 'ra [deg]': '263.5', 'teff [K]': '4300', id_gaia: '' });
    } else {
      expect(first).toMatchObject({ star_id: 'apogee:S06', extrapolated: false, searched: [0, 0, 0] });
      expect(seventh).toMatchObject({ star_id: 'apogee:S07', searched: null, reason: 'no Teff, no log g' });
      expect(seen.csv[6]).toMatchObject({ searched_0: '0', searched_2: '0' });
    }
  });
});

describe('an export', () => {
  test('is begun, tells how far it is, and is fetched, in parts too', async () => {
    const done = await made({ release: 'dr2', format: 'parquet' });
    expect(done).toMatchObject({ state: 'DONE', progress: { rows: 15, totalRows: 15, share: 1 } });
    const whole = await fetch(String(done.url));
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes).toHaveLength(done.bytes);
    expect(whole.headers.get('content-disposition')).toBe('attachment; filename="starkin-dr2-stars.parquet"');
    expect(whole.headers.get('cache-control')).toBe('private, no-store');
    const etag = whole.headers.get('etag') as string;
    expect(etag).toBe(`"${done.sha256}"`);
    const rest = await fetch(String(done.url), { headers: { range: 'bytes=100-', 'if-range': etag } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-${bytes.length - 1}/${bytes.length}`,
    ]);
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(100));
    const head = await fetch(String(done.url), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    const other = await fetch(String(done.url), { headers: { range: 'bytes=100-', 'if-range': '"other"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, bytes.length]);
    expect((await fetch(String(done.url), { headers: { range: 'bytes=999999-' } })).status).toBe(416);
    // fetch would ask every cache on the way to look again.
    const again = await request(api.url)
      .get(new URL(String(done.url)).pathname)
      .set('If-None-Match', etag);
    expect(again.status).toBe(304);
    const file = join(folder, 'dr2.parquet');
    await writeFile(file, bytes);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 15 }, (_, i) => `S${i + 10}`));
  });

  test('that is asked for twice is made once, and is there until both have taken it back', async () => {
    const [first, second] = [
      await made({ release: 'dr2', format: 'csv' }),
      await made({ release: 'dr2', format: 'csv' }),
    ];
    expect(second.id).toBe(first.id);
    const take = async () => (await fetch(first.status, { method: 'DELETE' })).status;
    expect([await take(), (await fetch(String(first.url))).status]).toEqual([204, 200]);
    expect([await take(), await take(), (await fetch(String(first.url))).status]).toEqual([204, 404, 404]);
  });

  test('tells what may be asked for', async () => {
    expect(await (await fetch(`${api.url}/export`)).json()).toEqual({
      releases: ['dr2', 'toy-1', 'dr1'],
      formats: [...formats],
      what: ['stars', 'latents', 'spectra'],
    });
  });

  test.each([
    ['', 400],
    ['no JSON', 400],
    ['[]', 400],
    ['null', 400],
    [{}, 400],
    [{ release: 'dr1' }, 400],
    [{ release: 'dr1', format: 'xls' }, 400],
    [{ release: 7, format: 'csv' }, 400],
    [{ release: 'dr1', format: 'csv', what: 'api_token' }, 400],
    [{ release: 'dr1', format: 'csv', what: 'spectra' }, 400],
    [{ release: 'dr1', format: 'csv', more: 1 }, 400],
    [{ release: 'none', format: 'csv' }, 404],
    [{ release: 'dr3', format: 'csv' }, 404],
    [{ release: "dr1'; drop table star; --", format: 'csv' }, 404],
    [{ release: 'dr1\0', format: 'csv' }, 404],
    [{ release: 'dr1', format: 'csv', what: 'latents', model: 'none' }, 404],
    ['x'.repeat(20_000), 413],
  ])('of %j is refused with %i', async (body, status) => {
    expect((await post(body)).status).toBe(status);
    expect(api.logged).toEqual([]);
  });

  test('is not begun by a form of another site', async () => {
    const answer = await fetch(`${api.url}/export`, { method: 'POST', body: new URLSearchParams({ release: 'dr1' }) });
    expect(answer.status).toBe(400);
  });

  test.each([
    '/export/x',
    '/export/..%2F..%2Fetc%2Fpasswd',
    `/export/${'A'.repeat(22)}`,
    '/export/%00/x',
    `/export/${'A'.repeat(22)}/x.csv`,
  ])('is not there at %s', async (path) => {
    for (const method of ['GET', 'DELETE']) expect((await fetch(api.url + path, { method })).status).toBe(404);
  });
});

describe('who may have an export', () => {
  test('of a draft: whoever holds the token that names it, and nobody else', async () => {
    const token = async (name: string, release: string) =>
      (await createToken(api.db, { name, scopes: [`read:${release}`], expiresAt: null })).token;
    const [reader, other, none] = [await token('a', 'dr3'), await token('b', 'dr3'), await token('c', 'dr2')];
    const asked = { release: 'dr3', format: 'csv' };
    expect((await post(asked, none)).status).toBe(404);
    const { status, url } = await made(asked, reader);
    expect(String(await bytesAt(url, headers(reader)))).toMatch(/^star_id,.*\r\napogee:D0,/s);
    for (const address of [status, String(url)])
      for (const stranger of [undefined, other, none])
        expect((await fetch(address, { headers: headers(stranger) })).status).toBe(404);
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(404);
  });

  test('of a release that was withdrawn meanwhile: nobody', async () => {
    const { status, url } = await made({ release: 'toy-1', format: 'csv' });
    const [{ id }] = await api.db.query<{ id: number }>(`select id from data_release where name = 'toy-1'`);
    await withdraw(api.db, id);
    for (const address of [status, String(url)]) expect((await fetch(address)).status).toBe(404);
    await api.db.query(`update data_release set state = 'published' where id = $1`, [id]);
    expect((await fetch(String(url))).status).toBe(200);
  });
});

describe('exports are bounded', () => {
  const serveWith = (limits: object, exports: string) =>
    serveDatabase(api.db, {
      exports,
      settings: { ...defaultSettings(), export: { ...defaultSettings().export, ...limits } },
    });

  test('in number, with a refusal that says so', async () => {
    const small = await serveWith({ maximum: 1 }, join(folder, 'few'));
    await made({ release: 'dr1', format: 'csv' }, undefined, small.url);
    const refused = await post({ release: 'dr1', format: 'fits' }, undefined, small.url);
    expect([refused.status, await refused.json()]).toMatchObject([503, { errors: [{ extensions: { code: 'BUSY' } }] }]);
    await small.close();
  });

  test('in bytes: one that grows too large fails and leaves nothing', async () => {
    const small = await serveWith({ maximumBytes: 500 }, join(folder, 'little'));
    const failed = await made({ release: 'dr1', format: 'fits' }, undefined, small.url);
    expect(failed).toMatchObject({ state: 'FAILED', url: null, error: expect.stringContaining('more room') });
    expect(await readdir(join(folder, 'little'))).toEqual([`${failed.id}.json`]);
    await small.close();
  });

  test('in time', async () => {
    const brief = await serveWith({ hours: 1e-6 }, join(folder, 'brief'));
    const location = (await post({ release: 'dr1', format: 'csv' }, undefined, brief.url)).headers.get(
      'location',
    ) as string;
    await expect.poll(async () => (await fetch(location)).status).toBe(404);
    await expect.poll(() => readdir(join(folder, 'brief'))).toEqual([]);
    await brief.close();
  });

  test('and outlive a restart when they are whole; a broken one says so', async () => {
    const kept = join(folder, 'kept');
    const before = await serveWith({}, kept);
    const done = await made({ release: 'dr1', format: 'csv' }, undefined, before.url);
    await before.close();
    const broken = {
      ...done,
      id: 'B'.repeat(22),
      state: 'RUNNING',
      token: null,
      expiresAt: null,
      request: { release: 'dr1', format: 'csv', what: 'stars' },
    };
    const [{ id }] = await api.db.query<{ id: number }>(`select id from data_release where name = 'dr1'`);
    await writeFile(
      join(kept, `${broken.id}.json`),
      JSON.stringify({ ...broken, releaseId: id, rows: 0, totalRows: 0 }),
    );
    await writeFile(join(kept, `${broken.id}.csv.part`), 'half');
    const after = await serveWith({}, kept);
    expect((await fetch(`${after.url}${new URL(String(done.url)).pathname}`)).status).toBe(200);
    expect(await (await fetch(`${after.url}/export/${broken.id}`)).json()).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining('restarted'),
    });
    expect(await readdir(kept)).not.toContain(`${broken.id}.csv.part`);
    await after.close();
  });
});
