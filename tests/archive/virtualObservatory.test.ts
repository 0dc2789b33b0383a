import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../src/storage/apiToken.js';
import { serveSmallArchive } from '../api/served.js';
import { askPython, pythonTest } from '../python/python.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

const get = (path: string, query: object = {}) => request(api.url).get(path).query(query).buffer(true);
const names = (text: string) => [...text.matchAll(/<TD>(apogee:\w+)<\/TD>/g)].map(([, name]) => name);
const here = { RA: 263.5, DEC: -27.9, SR: 0.1 };

pythonTest('pyvo searches cones and spectra, and learns what may be asked for', async () => {
  const seen = await askPython<{
    cone: { count: number; id: string; ra: number; dec: number; teff: number };
    empty: number;
    refused: string[];
    spectra: { count: number; title: string; format: string; position: number[]; size: number };
    fits: number;
    flux: string;
    metadata: string[];
    capabilities: string[];
    available: boolean;
  }>(
    `
import io, json, os, warnings
import astropy.units as u
import pyvo, requests
from astropy.coordinates import SkyCoord
from astropy.table import Table
from pyvo.io.vosi import parse_availability, parse_capabilities

url = os.environ["URL"]
here = SkyCoord(263.5, -27.9, unit="deg")

stars = pyvo.conesearch(url + "/scs", pos=here, radius=0.1 * u.deg, verbosity=3)
nothing = pyvo.conesearch(url + "/scs", pos=SkyCoord(10, 10, unit="deg"), radius=0.1 * u.deg)

refused = []
for search in [lambda: pyvo.conesearch(url + "/scs", pos=here, radius=200 * u.deg),
               lambda: pyvo.ssa.search(url + "/ssap", pos=here, diameter=-1 * u.deg)]:
    try:
        search()
    except pyvo.dal.DALQueryError as error:
        refused.append(str(error))

spectra = pyvo.ssa.search(url + "/ssap", pos=here, diameter=0.2 * u.deg, band=(15000e-10 * u.m, 16000e-10 * u.m), format="application/fits")
first = spectra[0]
table = Table.read(io.BytesIO(requests.get(first.acref).content), hdu="SPECTRUM")
every = pyvo.ssa.search(url + "/ssap", pos=here, diameter=0.2 * u.deg)
service = pyvo.dal.SSAService(url + "/ssap")
metadata = service.create_query(format="metadata").execute_votable()

with warnings.catch_warnings():
    # pyvo knows the elements of tables and TAP alone, and says so of all others.
    warnings.simplefilter("ignore")
    capabilities = parse_capabilities(io.BytesIO(requests.get(url + "/vosi/capabilities").content))

print(json.dumps({
    "cone": {"count": len(stars), "id": stars[0].id, "ra": float(stars[0].pos.ra.deg), "dec": float(stars[0].pos.dec.deg), "teff": float(stars[6]["teff"])},
    "empty": len(nothing), "refused": refused,
    "spectra": {"count": len(spectra), "title": first.title, "format": first.format, "position": [float(first.ra), float(first.dec)], "size": int(first["access_estsize"])},
    "every": len(every), "fits": len(table), "flux": str(table["wavelength"].unit),
    "metadata": [param.name for param in metadata.resources[0].params],
    "capabilities": [str(capability.standardid) for capability in capabilities],
    "available": bool(parse_availability(io.BytesIO(requests.get(url + "/vosi/availability").content)).available),
}))`,
    { URL: api.url },
  );
  expect(seen).toMatchObject({
    cone: { count: 25, id: 'apogee:S00', ra: 263.5, dec: -27.9, teff: 4300 },
    empty: 0,
    refused: [expect.stringContaining('SR'), expect.stringContaining('SIZE')],
    spectra: { count: 25, title: 'S00 in dr1', format: 'application/fits', position: [263.5, -27.9] },
    every: 75,
    fits: 40,
    flux: 'Angstrom',
    metadata: expect.arrayContaining(['INPUT:POS', 'INPUT:BAND']),
    capabilities: expect.arrayContaining(['ivo://ivoa.net/std/ConeSearch', 'ivo://ivoa.net/std/SSA']),
    available: true,
  });
});

describe('a cone search', () => {
  test('takes parameters in any case, tells more when asked for it, and marks what it leaves out', async () => {
    const short = await get('/scs', { ra: 263.5, dec: -27.9, sr: 1, verb: 1 });
    expect(short.headers['content-type']).toMatch(/^application\/x-votable\+xml/);
    expect(names(short.text)).toHaveLength(25);
    expect(short.text.match(/<FIELD/g)).toHaveLength(3);
    const long = await get('/scs', { ...here, VERB: 3, MAXREC: 2 });
    expect(names(long.text)).toEqual(['apogee:S00', 'apogee:S01']);
    expect(long.text).toMatch(/spectra\/apogee%3AS00\.fits\?release=dr1&amp;content=/);
    expect(long.text).toContain('<INFO name="QUERY_STATUS" value="OVERFLOW"/>');
    expect(short.text).not.toContain('OVERFLOW');
  });

  test('with a radius of 0 tells the columns alone', async () => {
    const { status, text } = await get('/scs', { ...here, SR: 0 });
    expect([status, names(text)]).toEqual([200, []]);
    expect(text).toContain('ucd="ID_MAIN"');
  });

  test.each([
    [{ RA: 'NaN', DEC: 0, SR: 1 }, 'RA'],
    [{ RA: 'Infinity', DEC: 0, SR: 1 }, 'RA'],
    [{ RA: '0x10', DEC: 0, SR: 1 }, 'RA'],
    [{ RA: 400, DEC: 0, SR: 1 }, 'RA'],
    [{ RA: '12:00:00', DEC: 0, SR: 1 }, 'RA'],
    [{ RA: 1, DEC: 91, SR: 1 }, 'DEC'],
    [{ RA: 1, DEC: '', SR: 1 }, 'DEC'],
    [{ RA: 1, SR: 1 }, 'DEC'],
    [{ ...here, SR: -1 }, 'SR'],
    [{ ...here, SR: 1e300 }, 'SR'],
    [{ ...here, SR: '<script>' }, 'SR'],
    [{ ...here, VERB: 4 }, 'VERB'],
    [{ ...here, MAXREC: -1 }, 'MAXREC'],
    [{ ...here, MAXREC: '9'.repeat(400) }, 'MAXREC'],
    [{ ...here, RA: [1, 2] }, 'RA'],
    [{ ...here, ra: 1 }, 'RA'],
  ])('refuses %j in its own words', async (query, parameter) => {
    const { status, text, headers } = await get('/scs', query);
    expect([status, headers['content-type']]).toEqual([400, expect.stringMatching(/^application\/x-votable\+xml/)]);
    expect(text).toMatch(new RegExp(`<INFO name="QUERY_STATUS" value="ERROR">${parameter}: expected`));
    expect(text).toMatch(new RegExp(`<INFO ID="Error" name="Error" value="${parameter}: expected`));
    expect(text).not.toContain('<script>');
    expect(api.logged).toEqual([]);
  });

  test.each([
    { RA: 0, DEC: 90, SR: 1 },
    { RA: 360, DEC: -90, SR: 180 },
    { RA: -97, DEC: -27.9, SR: 1 },
    { ...here, MAXREC: 0 },
  ])('takes %j', async (query) => {
    expect((await get('/scs', query)).status).toBe(200);
  });
});

describe('spectral access', () => {
  const ask = (query: object) => get('/ssap', { REQUEST: 'queryData', ...query });
  const found = (text: string) => (text.match(/<TR>/g) ?? []).length;

  test.each([
    [{}, 34 * 3],
    [{ FORMAT: 'fits' }, 34],
    [{ FORMAT: 'text/csv,native' }, 68],
    [{ FORMAT: 'graphic' }, 0],
    [{ FORMAT: 'compliant' }, 0],
    [{ FORMAT: 'fits', POS: '263.5,-27.9;ICRS', SIZE: 0.2 }, 25],
    [{ FORMAT: 'fits', POS: '10,10' }, 0],
    [{ FORMAT: 'fits', BAND: '1.5e-6/1.6e-6' }, 34],
    [{ FORMAT: 'fits', BAND: '/1e-6' }, 0],
    [{ FORMAT: 'fits', BAND: '5e-7,1.5203e-6' }, 34],
    [{ FORMAT: 'fits', TARGETNAME: 'S06,T1,nothing' }, 2],
    [{ FORMAT: 'fits', COLLECTION: 'toy-1' }, 9],
    [{ FORMAT: 'fits', COLLECTION: 'dr3' }, 0],
    [{ FORMAT: 'fits', TIME: '2015/2020-06-01' }, 0],
    [{ FORMAT: 'fits', MAXREC: 5 }, 5],
    [{ FORMAT: 'fits', MAXREC: 0 }, 0],
    [{ FORMAT: 'METADATA' }, 0],
  ])('answers %j with %i rows', async (query, rows) => {
    const { status, text } = await ask(query);
    expect([status, found(text)]).toEqual([200, rows]);
    expect(text).toContain('<INFO name="QUERY_STATUS" value="OK"/>');
  });

  test.each([
    [{ REQUEST: '' }, 'REQUEST'],
    [{ REQUEST: 'getData' }, 'REQUEST'],
    [{ VERSION: '2.0' }, 'VERSION'],
    [{ POS: 'NaN,1' }, 'POS'],
    [{ POS: '1' }, 'POS'],
    [{ POS: '1,2,3' }, 'POS'],
    [{ POS: '1,2;GALACTIC' }, 'POS'],
    [{ POS: '1,99' }, 'POS'],
    [{ SIZE: -1 }, 'SIZE'],
    [{ SIZE: 'big' }, 'SIZE'],
    [{ BAND: 'H' }, 'BAND'],
    [{ BAND: '2e-6/1e-6' }, 'BAND'],
    [{ BAND: '/' }, 'BAND'],
    [{ TIME: 'yesterday' }, 'TIME'],
    [{ TIME: '/' }, 'TIME'],
  ])('refuses %j', async (query, parameter) => {
    const { status, text } = await ask(query);
    expect([status, text]).toEqual([400, expect.stringContaining(`value="ERROR">${parameter}: expected`)]);
  });
});

test('what is hidden is found by nobody but the token that names it', async () => {
  const { token } = await createToken(api.db, { name: 'reader', scopes: ['read:dr3'], expiresAt: null });
  const count = (text: string) => names(text).filter((name) => name.startsWith('apogee:D')).length;
  const asked = [
    () => get('/scs', here),
    () => get('/ssap', { REQUEST: 'queryData', TARGETNAME: 'D0', FORMAT: 'fits' }),
  ];
  for (const ask of asked) {
    const plain = await ask();
    expect([count(plain.text), plain.text.includes('D0')]).toEqual([0, false]);
    const seen = await ask().set('Authorization', `Bearer ${token}`);
    expect(seen.text).toContain('D0');
    expect(seen.headers['cache-control']).toBe('private, no-store');
  }
});

test('a few statements answer, however many stars there are', async () => {
  api.statements.length = 0;
  await get('/ssap', { REQUEST: 'queryData' });
  expect(api.statements.length).toBeLessThanOrEqual(6);
});

test('availability says why where the archive cannot answer', async () => {
  const { text } = await get('/vosi/availability');
  expect(text).toContain('<vosi:available>true</vosi:available>');
});
