import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../src/storage/apiToken.js';
import { setProprietary } from '../../src/storage/dataRelease.js';
import { serveSmallArchive } from '../api/served.js';
import { flaggedPixel, gaia, grid } from '../api/smallArchive.js';

const base = 'https://archive.example/stars';
let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive({
    environment: { STARKIN_PUBLIC_URL: `${base}/`, STARKIN_CORS_ORIGINS: 'https://portal.example' },
  });
});
afterAll(() => api.close());

const get = (path: string) =>
  request(api.url)
    .get(path)
    .set('Accept-Encoding', 'identity')
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)));
    });
const addressOf = async (star: string, token?: string, release = 'null') => {
  const query = `{ star(id: "${star}") { spectrum(release: ${release}) { url } } }`;
  const { star: found } = await api.ask<{ star: { spectrum: { url: string } } }>(query, {}, token);
  return found.spectrum.url.slice(base.length);
};

describe('the address of a spectrum', () => {
  test('starts with the public one and leads to the file, for good', async () => {
    const query = '{ star(id: "S06") { spectrum { url } } }';
    const { data } = await api.post<{ star: { spectrum: { url: string } } }>(query);
    expect(data.star.spectrum.url).toMatch(
      /^https:\/\/archive\.example\/stars\/spectra\/apogee%3AS06\.fits\?release=dr1&content=[0-9a-f]{16}$/,
    );
    const { status, headers } = await get(data.star.spectrum.url.slice(base.length));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/fits',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-disposition': 'attachment; filename="S06-dr1.fits"',
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
  });

  test('costs one statement for all spectra of an answer, and none where it is not asked for', async () => {
    const hashing = async (fields: string) => {
      api.statements.length = 0;
      await api.ask(`{ stars(first: 10) { edges { node { spectrum { ${fields} } } } } }`);
      return api.statements.filter((sql) => sql.includes('sha256(')).length;
    };
    expect([await hashing('good'), await hashing('good url')]).toEqual([0, 1]);
  });

  test('differs between stars and releases, and leads to nothing with the content of another', async () => {
    const addresses = await Promise.all([addressOf('S12'), addressOf('S13'), addressOf('S12', undefined, '"dr1"')]);
    const contents = addresses.map((address) => /content=(\w+)$/.exec(address)?.[1]);
    expect(new Set(contents).size).toBe(3);
    const wrong = addresses[0].replace(/content=\w+/, `content=${contents[1]}`);
    const { status, headers, body } = await get(wrong);
    expect(status).toBe(404);
    expect(headers['cache-control']).not.toMatch(/immutable/);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND', remedy: expect.any(String) } }],
    });
  });
});

test('a file of another format is answered by those that there are', async () => {
  const { status, body } = await get('/spectra/S06.txt');
  expect(status).toBe(404);
  const remedy = 'a spectrum is sent as .fits, .csv, .bin: ask for one of these';
  expect(JSON.parse(body)).toMatchObject({ errors: [{ message: 'no spectrum "S06.txt"', extensions: { remedy } }] });
});

describe('a spectrum is sent', () => {
  test('as CSV with units, empty where flagged', async () => {
    const { body, headers } = await get('/spectra/S06.csv');
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/csv/),
      'cache-control': 'public, no-cache',
    });
    const lines = String(body).split('\r\n');
    expect(lines[0]).toBe('wavelength_vacuum [Angstrom],flux_normalised,error,mask');
    expect(lines).toHaveLength(grid.wavelength.length + 2);
    expect(lines[1 + flaggedPixel]).toBe(`${grid.wavelength[flaggedPixel].toFixed(5)},,,2147483649`);
    const [wavelength, flux, error, mask] = lines[1].split(',').map(Number);
    expect([wavelength, mask]).toEqual([15200, 0]);
    expect(flux).toBeCloseTo(0.83, 2);
    expect(error).toBeCloseTo(0.01, 3);
  });

  test('as little-endian columns of 32 bits', async () => {
    const { body } = await get('/spectra/S06.bin');
    const n = grid.wavelength.length;
    expect(body).toHaveLength(16 * n);
    const column = (k: number) => Array.from({ length: n }, (_, i) => body.readFloatLE(4 * (k * n + i)));
    expect(column(0)).toEqual(Array.from(grid.wavelength, Math.fround));
    expect(column(1)[flaggedPixel]).toBeNaN();
    expect(column(2)[0]).toBeCloseTo(0.01, 3);
    expect(body.readUInt32LE(4 * (3 * n + flaggedPixel))).toBe(0x80000001);
  });

  test.each([
    [undefined, 200, 'application/fits'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 200, 'application/fits'],
    ['text/csv', 200, 'text/csv; charset=utf-8; header=present'],
    ['application/octet-stream;q=0.9, text/csv;q=0.1', 200, 'application/octet-stream'],
    ['image/png', 406, 'application/json; charset=utf-8'],
  ])('without an ending as what is preferred: Accept %s', async (accept, status, type) => {
    const asked = get('/spectra/S06');
    if (accept !== undefined) asked.set('Accept', accept);
    const answer = await asked;
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
  });

  test.each(['S12', 'apogee:S12', Buffer.from('Star:apogee:S12').toString('base64url')])(
    'under each of its names, from the newest release or the one that is named: %s',
    async (name) => {
      const [newest, older] = await Promise.all([get(`/spectra/${name}.bin`), get(`/spectra/${name}.bin?release=dr1`)]);
      expect(newest.body.readFloatLE(4 * grid.wavelength.length)).toBeCloseTo(0.8 + 0.005 * 19, 2);
      expect(older.body.readFloatLE(4 * grid.wavelength.length)).toBeCloseTo(0.8 + 0.005 * 12, 2);
    },
  );

  test('not again to who has it, and in parts to who asks for one', async () => {
    const whole = await get('/spectra/S06.fits');
    const again = await get('/spectra/S06.fits').set('If-None-Match', whole.headers.etag);
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const head = await request(api.url).head('/spectra/S06.fits').set('Accept-Encoding', 'identity');
    expect(head.headers).toMatchObject({ etag: whole.headers.etag, 'content-length': String(whole.body.length) });
    const part = await get('/spectra/S06.fits').set('Range', 'bytes=2880-2887').set('If-Range', whole.headers.etag);
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 2880-2887/${whole.body.length}`);
    expect(part.body).toEqual(whole.body.subarray(2880, 2888));
    const changed = await get('/spectra/S06.fits').set('Range', 'bytes=0-1').set('If-Range', '"other"');
    expect([changed.status, changed.body.length]).toEqual([200, whole.body.length]);
  });

  test.each([
    ['bytes=999999999-', 416],
    ['bytes=-0', 416],
    ['bytes=9-3', 416],
    ['bytes=a-b', 200],
    ['lines=1-2', 200],
    ['bytes=0-1,5-6', 200],
    ['-', 200],
  ])('whole, or refused, for the range %s', async (range, status) => {
    expect((await get('/spectra/S06.fits').set('Range', range)).status).toBe(status);
  });

  test('with the reason for a refusal, which no cache keeps', async () => {
    const { headers, body } = await request(api.url)
      .get('/spectra/S06.fits')
      .set('Range', 'bytes=999999999-')
      .expect(416);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-range': expect.stringMatching(/^bytes \*\/\d+$/),
    });
    expect(headers.etag).toBeUndefined();
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test('as a head without the length that only the body of another encoding has', async () => {
    const head = await request(api.url).head('/spectra/S06.fits').set('Accept-Encoding', 'gzip').expect(200);
    expect(head.headers.etag).toMatch(/^W\/"/);
    expect(head.headers['content-length']).toBeUndefined();
  });

  test('compressed to who accepts it, with another promise', async () => {
    const { headers } = await request(api.url).get('/spectra/S06.fits').set('Accept-Encoding', 'gzip');
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', etag: expect.stringMatching(/^W\/"/) });
    expect(headers.vary).toMatch(/Accept-Encoding/);
    const again = await get('/spectra/S06.fits').set('Accept-Encoding', 'gzip').set('If-None-Match', headers.etag);
    expect(again.status).toBe(304);
  });

  test('to pages of known origins, which may read what they go on by', async () => {
    const { headers } = await get('/spectra/S06.csv').set('Origin', 'https://portal.example');
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://portal.example',
      'access-control-expose-headers': expect.stringContaining('ETag'),
    });
  });
});

describe('what is hidden', () => {
  test('is not there, and is kept by no cache for those who see it', async () => {
    const { token } = await createToken(api.db, { name: 'reader', scopes: ['read:dr3'], expiresAt: null });
    const nothing = await get('/spectra/nothing.fits?release=dr3');
    for (const path of [
      '/spectra/D0.fits',
      '/spectra/S12.fits?release=dr3',
      '/spectra/S40.fits',
      await addressOf('D0', token),
    ])
      expect([path, (await get(path)).status]).toEqual([path, nothing.status]);
    const seen = await get(await addressOf('D0', token)).set('Authorization', `Bearer ${token}`);
    expect([seen.status, seen.headers['cache-control']]).toEqual([200, 'private, no-store']);
    const open = await get(await addressOf('S06')).set('Authorization', `Bearer ${token}`);
    expect([open.status, open.headers['cache-control']]).toEqual([200, 'private, no-store']);
  });

  test('stays so when a published release is kept for some', async () => {
    const address = await addressOf('S20');
    const [{ id }] = await api.db.query<{ id: number }>(`select id from data_release where name = 'dr2'`);
    await setProprietary(api.db, id, true);
    expect((await get(address)).status).toBe(404);
    await setProprietary(api.db, id, false);
    expect((await get(address)).status).toBe(200);
  });
});

test('a visit or release that is not there is named', async () => {
  const { body } = await get('/spectra/S06.fits?visit=7&release=none');
  expect(JSON.parse(body).errors[0].message).toBe('no spectrum "S06?visit=7&release=none"');
});

test.each([
  ['/spectra/', 404],
  ['/spectra/.fits', 404],
  ['/spectra/%00.fits', 404],
  ['/spectra/%E0%A4%A.fits', 400],
  ['/spectra/..%2F..%2Fetc%2Fpasswd', 404],
  ['/spectra/../../etc/passwd', 404],
  [`/spectra/${'x'.repeat(5000)}.csv`, 404],
  ["/spectra/S06'; drop table star; --.fits", 404],
  [`/spectra/${gaia}.fits`, 400],
  ['/spectra/S06.fits?release=none', 404],
  ['/spectra/S06.fits?release=%00', 404],
  ['/spectra/S06.fits?release=dr1&release=dr2', 400],
  ['/spectra/S06.fits?visit=-1', 400],
  ['/spectra/S06.fits?visit=1e3', 400],
  ['/spectra/S06.fits?visit=7', 404],
  ['/spectra/S06.fits?visit=999999999', 404],
  ['/spectra/S06.fits?content=xyz', 400],
])('%s is answered by %i', async (path, status) => {
  expect((await get(path)).status).toBe(status);
  expect(api.logged).toEqual([]);
});
