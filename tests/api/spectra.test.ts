import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';
import { serveSmallArchive } from './served.js';
import { grid } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
  // Three visits in dr1, published; one in dr2, staged, and one in the draft dr3: neither to be seen.
  await storeVisits('dr1', [1, 2, 3]);
  await publish(api.db, (await ensureRelease(api.db, 'dr1', { simulated: false })).id);
  await storeVisits('dr2', [1]);
  await storeVisits('dr3', [1]);
});
afterAll(() => api.close());

/** Visits of S12 and S13, flat spectra at .1 times the visit's number; the third was taken through a fibre that is not known. */
async function storeVisits(release: string, visits: readonly number[]): Promise<void> {
  const { id } = await ensureRelease(api.db, release, { simulated: false });
  const gridId = await ensureGrid(api.db, grid);
  const pixels = grid.wavelength.length;
  const combined = { MEANFIB: 150.5, telescope: 'apo25m' };
  const rows = ['apogee:S12', 'apogee:S13'].flatMap((star) => visits.map((visit) => ({ star, visit })));
  await storeSpectra(
    api.db,
    rows.map(({ star, visit }) => ({
      starId: star as `${string}:${string}`,
      releaseId: id,
      visit,
      gridId,
      spectrum: {
        flux: new Float32Array(pixels).fill(0.1 * visit),
        ivar: new Float32Array(pixels).fill(1e4),
        mask: new Uint32Array(pixels),
      },
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: 20 + visit,
      checksum: String(visit).padStart(64, '0'),
      source: 'test',
      properties: { ...combined, JD: 2_456_396.75 + visit, FIBER: visit === 3 ? -1 : 100 + visit },
    })),
  );
}

interface Listed {
  release: string;
  visit: number;
  mjd: number | null;
  telescope: string | null;
  fibre: number | null;
  snr: number;
  flux: number[];
  url: string;
}
const listed = async (fields: string, token?: string) =>
  (await api.ask<{ star: { spectra: Listed[] } }>(`{ star(id: "S12") { spectra { ${fields} } } }`, {}, token)).star
    .spectra;

test('all visible spectra of a star are listed: the newest release first, the combined one before its visits', async () => {
  const spectra = await listed('release visit mjd telescope fibre snr');
  const unknown = { mjd: null, telescope: null, fibre: null };
  const visit = (n: number, fibre: number | null) => ({
    release: 'dr1',
    visit: n,
    mjd: 56_396.25 + n,
    telescope: 'apo25m',
    fibre,
    snr: 20 + n,
  });
  expect(spectra).toEqual([
    { release: 'dr2', visit: 0, snr: 69, ...unknown },
    { release: 'dr1', visit: 0, snr: 62, ...unknown },
    visit(1, 101),
    visit(2, 102),
    visit(3, null),
  ]);
});

test('each has its own arrays and its own file, as the spectrum that is asked by release and visit', async () => {
  const spectra = await listed('release visit flux url');
  expect(spectra.slice(2).map(({ flux }) => flux[0])).toEqual([0.1, 0.2, 0.3].map((level) => expect.closeTo(level, 2)));
  expect(new Set(spectra.map(({ url }) => url)).size).toBe(spectra.length);
  for (const { release, visit, flux, url } of spectra) {
    const { star } = await api.ask<{ star: { spectrum: object } }>(
      `{ star(id: "S12") { spectrum(release: "${release}", visit: ${visit}) { release visit flux url } } }`,
    );
    expect(star.spectrum).toEqual({ release, visit, flux, url });
    expect((await fetch(url)).status).toBe(200);
  }
});

test('a visit that is not published is as one that is not there, and a negative one is refused', async () => {
  const { star } = await api.ask<{ star: object }>(
    '{ star(id: "S12") { dr2: spectrum(release: "dr2", visit: 1) { snr } newest: spectrum(visit: 1) { release } none: spectrum(visit: 9) { snr } } }',
  );
  expect(star).toEqual({ dr2: null, newest: { release: 'dr1' }, none: null });
  const { errors } = await api.post('{ star(id: "S12") { spectrum(visit: -1) { snr } } }');
  expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(errors[0].message).toMatch(/^visit: expected a number of at least 0, found -1/);
});

test('a page of stars costs one statement for the list, and one more for the arrays where they are asked', async () => {
  const cost = async (fields: string) => {
    const query = `{ stars(first: 30) { edges { node { spectra { ${fields} } } } } }`;
    await api.ask(query);
    api.statements.length = 0;
    await api.ask(query);
    return api.statements.filter((sql) => !sql.includes('settle_request_budget')).length;
  };
  // The view, the page.
  expect(await cost('release visit good wavelength')).toBe(3);
  expect(await cost('release visit flux error mask')).toBe(4);
});
