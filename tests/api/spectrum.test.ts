import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from './served.js';
import { flaggedPixel, grid } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

type Numbers = (number | null)[];

function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

test('a spectrum answers in full: arrays of the grid, null where flagged, and where it comes from', async () => {
  const { star } = await api.ask<{ star: { spectrum: Record<string, unknown> } }>(
    '{ star(id: "S06") { spectrum { kind good snr release model extrapolated wavelength flux error mask } } }',
  );
  const { wavelength, flux, error, mask, ...rest } = star.spectrum as Record<string, Numbers>;
  expect(rest).toEqual({ kind: 'OBSERVED', good: 39, snr: 56, release: 'dr1', model: null, extrapolated: false });
  expect(wavelength).toEqual(Array.from(grid.wavelength, (lambda) => expect.closeTo(lambda, 5)));
  for (const [i, value] of (flux as Numbers).entries()) {
    if (i === flaggedPixel) expect([value, error[i], mask[i]]).toEqual([null, null, 0x80000001]);
    else {
      expect(value).toBeCloseTo(0.83 - 0.002 * i, 2);
      expect(error[i]).toBeCloseTo(0.01, 3);
      expect(mask[i]).toBe(0);
    }
  }
});

test('ARRAY and BASE64_F32 agree, with NaN for null', async () => {
  const { star } = await api.ask<{
    star: { spectrum: Record<string, Numbers | string>; latent: Record<string, Numbers | string> };
  }>(
    `{ star(id: "S06") {
      spectrum { wavelength flux error
        wavelength64: wavelength(encoding: BASE64_F32) flux64: flux(encoding: BASE64_F32) error64: error(encoding: BASE64_F32) }
      latent { z searched z64: z(encoding: BASE64_F32) searched64: searched(encoding: BASE64_F32) } } }`,
  );
  for (const [part, names, digits] of [
    [star.spectrum, ['flux', 'error'], 5],
    [star.spectrum, ['wavelength'], 2],
    [star.latent, ['z', 'searched'], 7],
  ] as const)
    for (const name of names) {
      const list = part[name] as Numbers;
      const decoded = fromBase64(part[`${name}64`] as string);
      expect(decoded).toHaveLength(list.length);
      for (const [i, value] of list.entries())
        if (value === null) expect(decoded[i]).toBeNaN();
        else expect(decoded[i]).toBeCloseTo(value, digits);
    }
});

test('an answer with arrays comes as others do', async () => {
  const answer = async (fields: string) => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ star(id: "S06") { ${fields} } }` }),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const { 'content-length': length, 'x-request-id': _, date: __, ...headers } = Object.fromEntries(response.headers);
    expect(Number(length)).toBe(body.length);
    expect(body.at(-1)).toBe(0x0a);
    return { headers, data: JSON.parse(body.toString()).data };
  };
  const plain = await answer('name');
  const arrays = await answer('name spectrum { flux base64: flux(encoding: BASE64_F32) }');
  expect(arrays.headers).toEqual(plain.headers);
  expect(arrays.data.star.name).toBe('S06');
  expect(fromBase64(arrays.data.star.spectrum.base64)[0]).toBeCloseTo(arrays.data.star.spectrum.flux[0], 5);
});

test('the newest release answers, another one when named, and null where it has none of the star', async () => {
  const { star } = await api.ask<{ star: Record<string, { release: string; snr: number } | null> }>(
    '{ star(id: "S12") { spectrum { release snr } dr1: spectrum(release: "dr1") { release snr } toy: spectrum(release: "toy-1") { release } } }',
  );
  expect(star).toEqual({ spectrum: { release: 'dr2', snr: 69 }, dr1: { release: 'dr1', snr: 62 }, toy: null });
});

test('a release that is not published is unknown, whether it exists or not', async () => {
  for (const release of ['dr3', 'nothing']) {
    const { data, errors } = await api.post<object>(
      'query ($release: String) { star(id: "S12") { name spectrum(release: $release) { snr } } }',
      { release },
    );
    expect(data).toEqual({ star: { name: 'S12', spectrum: null } });
    expect(errors[0].extensions.code).toBe('NOT_FOUND');
    expect(errors[0].message).toBe(`no published release "${release}"`);
  }
});

test('a latent answers with its model and release', async () => {
  const { served, other } = api.archive;
  const answer = await api.ask<object>(
    `query ($other: ID) { star(id: "T4") { latent { model release extrapolated searched } latentReason named: latent(model: $other) { model } } }`,
    { other: other.id },
  );
  expect(answer).toEqual({
    star: {
      latent: { model: served.id, release: 'toy-1', extrapolated: false, searched: [1, 0, 0] },
      latentReason: null,
      named: { model: other.id },
    },
  });
});

test('where there is no latent it is null, and the reason is told', async () => {
  const answer = await api.ask<object>(
    `query ($other: ID) {
      noTeff: star(id: "S07") { name parameters { teff } spectrum { snr } latent { model } latentReason extrapolated }
      notEncoded: star(id: "S09") { latent { model } latentReason extrapolated }
      otherModel: star(id: "S00") { latent(model: $other) { model } latentReason(model: $other) }
      outside: star(id: "S08") { latent { extrapolated } extrapolated } }`,
    { other: api.archive.other.id },
  );
  expect(answer).toEqual({
    noTeff: {
      name: 'S07',
      parameters: { teff: null },
      spectrum: { snr: 57 },
      latent: null,
      latentReason: 'no Teff, no log g',
      extrapolated: null,
    },
    notEncoded: { latent: null, latentReason: expect.stringContaining('not encoded'), extrapolated: null },
    otherModel: { latent: null, latentReason: expect.stringContaining(api.archive.other.id) },
    outside: { latent: { extrapolated: true }, extrapolated: true },
  });
});
