import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { serve } from '../../src/storage/view.js';
import { openTestDatabase } from '../testArchive.js';
import { elsewhere as observedElsewhere } from './elsewhere.js';
import { serveDatabase } from './served.js';
import { type ServedSynthetic, serveSyntheticArchive } from './servedSynthetic.js';
import { rowName, type SyntheticArchive } from './syntheticArchive.js';

let db: Database;
let archive: SyntheticArchive;
let api: ServedSynthetic;
beforeAll(async () => {
  api = await serveSyntheticArchive();
  ({ db, archive } = api);
}, 60_000);
afterAll(() => api.close());

const elsewhere = (row: number) => observedElsewhere(archive.stars, row);

interface Twin {
  node: { name: string };
  distance: number;
  logBayesFactor: number | null;
  chi2: number | null;
  degreesOfFreedom: number | null;
  falseTwinRate: number | null;
  model: string;
  release: string;
  extrapolated: boolean;
}
const query = `query ($spectrum: SpectrumInput!, $first: Int! = 3) { twinsOf(spectrum: $spectrum, first: $first) {
  node { name } distance logBayesFactor chi2 degreesOfFreedom falseTwinRate model release extrapolated } }`;
const twinsOf = async (spectrum: object, first = 3) =>
  (await api.ask<{ twinsOf: Twin[] }>(query, { spectrum, first })).twinsOf;

describe('twinsOf', () => {
  test.each([0, 3, 6])(
    'the spectrum of archive star %i, at another sampling, in air and shifted, finds that star first',
    async (row) => {
      const [first, second, third] = await twinsOf(elsewhere(row));
      expect(first.node.name).toBe(rowName(row));
      expect(first.distance).toBeLessThan(0.5 * Math.min(second.distance, third.distance));
      expect(first).toMatchObject({ model: archive.model.id, release: 's1', extrapolated: false });
    },
  );

  test('the order is that of the Bayes factor, with chi square beside it', async () => {
    const twins = await twinsOf(elsewhere(4), 12);
    expect(twins).toHaveLength(12);
    const factors = twins.map(({ logBayesFactor }) => logBayesFactor as number);
    expect(factors).toEqual(factors.toSorted((a, b) => b - a));
    expect(twins[0].chi2).toBeLessThan(2 * (twins[0].degreesOfFreedom as number));
    expect(twins[11].chi2).toBeGreaterThan(twins[0].chi2 as number);
    // Twelve stars tell nothing of how dense stars lie.
    expect(twins.every(({ falseTwinRate }) => falseTwinRate === null)).toBe(true);
  });

  test('without its velocity or its medium the star is lost: both are really applied', async () => {
    const [known] = await twinsOf(elsewhere(0));
    for (const change of [{ radialVelocity: 0 }, { medium: 'VACUUM' }]) {
      const twins = await twinsOf({ ...elsewhere(0), ...change }, 12);
      const own = twins.find(({ node }) => node.name === rowName(0)) as Twin;
      expect(own.distance).toBeGreaterThan(3 * known.distance);
    }
  });

  test('arrays and base64 say the same', async () => {
    const base64 = (values: unknown) => Buffer.from(Float32Array.from(values as number[]).buffer).toString('base64');
    const spectrum = elsewhere(3);
    const { wavelength, flux, error } = spectrum;
    const [a] = await twinsOf(spectrum);
    const [b] = await twinsOf({
      ...spectrum,
      wavelength: base64(wavelength),
      flux: base64(flux),
      error: base64(error),
    });
    expect(b.node).toEqual(a.node);
    expect(b.distance).toBeCloseTo(a.distance, 1);
  });

  test('a literal is taken as well as a variable', async () => {
    const spectrum = Object.entries(elsewhere(6)).map(
      ([name, value]) => `${name}: ${name === 'medium' ? value : JSON.stringify(value)}`,
    );
    const { twinsOf: twins } = await api.ask<{ twinsOf: Twin[] }>(
      `{ twinsOf(spectrum: { ${spectrum.join(', ')} }) { node { name } } }`,
    );
    expect(twins[0].node.name).toBe(rowName(6));
    expect(twins).toHaveLength(12);
  });

  test('flagged pixels count for nothing, whatever stands in them', async () => {
    const spectrum = elsewhere(3);
    const flagged = (flux: number | null, error: number | null) => ({
      ...spectrum,
      flux: (spectrum.flux as number[]).map((value, i) => (i % 9 === 4 ? flux : value)),
      error: (spectrum.error as number[]).map((value, i) => (i % 9 === 4 ? error : value)),
    });
    const [reference, ...others] = await Promise.all(
      [flagged(null, 0.01), flagged(1e6, 0), flagged(-5, null), flagged(0, -1)].map((each) => twinsOf(each)),
    );
    expect(reference[0].node.name).toBe(rowName(3));
    for (const other of others) expect(other).toEqual(reference);
  });

  test('parameters outside the training range are clamped, and the answer says so', async () => {
    expect((await twinsOf({ ...elsewhere(0), teff: 8000 }))[0].extrapolated).toBe(true);
  });

  test('parameter errors are taken', async () => {
    const [exact] = await twinsOf(elsewhere(0));
    const [uncertain] = await twinsOf({ ...elsewhere(0), teffError: 150, loggError: 0.2 });
    expect(uncertain.node.name).toBe(rowName(0));
    expect(uncertain.logBayesFactor).not.toBe(exact.logBayesFactor);
  });

  const changed = (field: string, at: number, value: unknown) => (spectrum: Record<string, unknown>) => ({
    [field]: (spectrum[field] as unknown[]).map((each, i) => (i === at ? value : each)),
  });
  test.each<[string, (spectrum: Record<string, unknown>) => object, RegExp, string]>([
    [
      'mixed lengths',
      ({ flux }) => ({ flux: (flux as number[]).slice(1) }),
      /^spectrum\.flux: expected \d+ values/,
      'BAD_USER_INPUT',
    ],
    [
      'wavelengths that fall',
      changed('wavelength', 7, 15_000),
      /^spectrum\.wavelength: expected strictly increasing/,
      'BAD_USER_INPUT',
    ],
    [
      'a wavelength of null',
      changed('wavelength', 7, null),
      /^spectrum\.wavelength: expected positive wavelengths in Å, found "NaN at pixel 7/,
      'BAD_USER_INPUT',
    ],
    [
      'another range',
      ({ wavelength }) => ({ wavelength: (wavelength as number[]).map((w) => w / 3) }),
      /^spectrum\.wavelength: expected wavelengths that overlap/,
      'BAD_USER_INPUT',
    ],
    [
      'a word for a flux',
      changed('flux', 7, 'high'),
      /^element 7 of spectrum\.flux: expected a number or null, found "high"/,
      'BAD_USER_INPUT',
    ],
    ['text that is no base64', () => ({ error: 'none' + '!' }), /^spectrum\.error: expected base64/, 'BAD_USER_INPUT'],
    [
      'base64 of half a number',
      () => ({ flux: 'AAAA' }),
      /^spectrum\.flux: expected base64 of little-endian 32-bit floats/,
      'BAD_USER_INPUT',
    ],
    ['no medium', () => ({ medium: null }), /^spectrum\.medium: expected VACUUM or AIR/, 'BAD_USER_INPUT'],
    ['another medium', () => ({ medium: 'WATER' }), /SpectralMedium/, 'BAD_USER_INPUT'],
    ['a number for an array', () => ({ flux: 5 }), /FloatArray takes a list/, 'BAD_USER_INPUT'],
    [
      'a low resolution',
      () => ({ resolvingPower: 2000 }),
      /^spectrum\.resolvingPower: expected at least the survey's 22500, found 2000/,
      'BAD_USER_INPUT',
    ],
    [
      'no Teff',
      () => ({ teff: null }),
      /^spectrum\.teff: expected a number, since the model polydis-compact-\w+ removes it/,
      'BAD_USER_INPUT',
    ],
    ['no log g', () => ({ logg: undefined }), /^spectrum\.logg: expected a number, since the model/, 'BAD_USER_INPUT'],
    [
      'a negative error of Teff',
      () => ({ teffError: -1 }),
      /^spectrum\.teffError: expected a number of at least 0/,
      'BAD_USER_INPUT',
    ],
    [
      'no good pixel',
      ({ flux }) => ({ flux: (flux as number[]).map(() => null), normalised: false }),
      /^spectrum: expected pixels/,
      'BAD_SPECTRUM',
    ],
    [
      'too few good pixels',
      ({ error }) => ({ error: (error as number[]).map((e, i) => (i < 60 ? e : 0)) }),
      /^spectrum: expected at least 150 good pixels/,
      'BAD_SPECTRUM',
    ],
  ])('refuses %s by the name of the field', async (_, change, message, code) => {
    const spectrum = elsewhere(0);
    const { status, errors } = await api.post(query, { spectrum: { ...spectrum, ...change(spectrum) } });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(errors[0].message).toMatch(message);
    expect(status).toBeLessThan(500);
    expect(api.logged).toEqual([]);
  });

  test('a number beyond every number is refused by name', async () => {
    const spectrum = Object.entries(elsewhere(6)).map(
      ([name, value]) => `${name}: ${name === 'teff' ? '1e999' : name === 'medium' ? value : JSON.stringify(value)}`,
    );
    const { errors } = await api.post(`{ twinsOf(spectrum: { ${spectrum.join(', ')} }) { node { name } } }`);
    expect(errors[0].message).toBe('spectrum.teff: expected a finite number, found Infinity');
  });

  test('`first` is bounded, and a query text is bounded where variables are not', async () => {
    const { errors } = await api.post(query, { spectrum: elsewhere(0), first: 100_000 });
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
    await request(api.url)
      .post('/graphql')
      .send({ query: `{ __typename } #${'x'.repeat(1_000_000)}` })
      .expect(413);
    const many = Array.from({ length: 60_000 }, (_, i) => 15_000 + 0.01 * i);
    const large = await api.post(query, { spectrum: { ...elsewhere(0), wavelength: many, flux: many, error: many } });
    expect(large.status).toBe(200);
  });

  test('a model that removes [Fe/H] asks for it, and then answers', async () => {
    await serve(db, archive.withMetallicity.id);
    try {
      const { errors } = await api.post(query, { spectrum: elsewhere(0) });
      expect(errors[0].message).toMatch(/^spectrum\.feh: expected a number, since the model/);
      const [first] = await twinsOf({ ...elsewhere(0), feh: archive.stars.parameters[2], fehError: 0.05 });
      expect(first).toMatchObject({ node: { name: rowName(0) }, model: archive.withMetallicity.id });
    } finally {
      await serve(db, archive.model.id);
    }
  });

  test('an archive without a model says so', async () => {
    const empty = await openTestDatabase();
    const bare = await serveDatabase(empty);
    const { errors } = await bare.post(query, { spectrum: elsewhere(0) });
    expect(errors[0].extensions.code).toBe('NOT_READY');
    await bare.close();
    await empty.close();
  });
});

describe('POST /spectra/parse', () => {
  const post = (body: Buffer | string, path = '/spectra/parse') =>
    request(api.url).post(path).set('Content-Type', 'application/octet-stream').send(Buffer.from(body));
  const apStar = readFileSync(
    fileURLToPath(new URL('../fixtures/apogee/apStar-dr17-2M19485057+5005279.fits', import.meta.url)),
  );
  const csv = (row: number) => {
    const { wavelength, flux, error } = elsewhere(row) as Record<string, number[]>;
    return ['wave_air,norm_flux,err', ...wavelength.map((w, i) => `${w},${flux[i]},${error[i]}`)].join('\n');
  };

  test('gives the argument of twinsOf, and stores nothing', async () => {
    const counts = async () => (await db.query<{ n: number }>('select count(*)::int as n from spectrum'))[0].n;
    const before = await counts();
    const { body, headers } = await post(csv(3)).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({
      medium: 'AIR',
      normalised: true,
      radialVelocity: null,
      resolvingPower: null,
      teff: null,
    });
    const { radialVelocity, teff, logg } = elsewhere(3);
    const [first] = await twinsOf({ ...body, radialVelocity, teff, logg });
    expect(first.node.name).toBe(rowName(3));
    const { body: compact } = await post(csv(3), '/spectra/parse?encoding=BASE64_F32').expect(200);
    expect((await twinsOf({ ...compact, radialVelocity, teff, logg }))[0].node.name).toBe(rowName(3));
    expect(await counts()).toBe(before);
  });

  test('reads an apStar file; its spectrum can be asked about as it stands', async () => {
    const { body } = await post(apStar).expect(200);
    expect(body).toMatchObject({
      medium: 'VACUUM',
      resolvingPower: 22_500,
      radialVelocity: 0,
      normalised: false,
      logg: 5,
    });
    expect(body.wavelength).toHaveLength(8575);
    expect(body.flux.slice(0, 100).every((value: unknown) => value === null || typeof value === 'number')).toBe(true);
    // The toy model's 70 Å lie within the range of APOGEE but in the gap before its first chip.
    const { errors } = await api.post(query, { spectrum: body });
    expect(errors[0].extensions.code).toMatch(/^BAD_(SPECTRUM|USER_INPUT)$/);
  });

  test.each<[string, Buffer | string, RegExp]>([
    ['a truncated file', apStar.subarray(0, 50_000), /^the file: .*it is truncated/],
    ['prose', 'nothing to see here', /a header with columns wavelength, flux and error/],
    ['an empty body', '', /body: expected a FITS, CSV or HDF5 file/],
    ['too much', Buffer.alloc((16 << 20) + 100, 0x20), /at most 16777216 bytes/],
  ])('refuses %s, and keeps serving', async (_, body, message) => {
    const answer = await post(body).expect(400);
    expect(answer.body.errors[0].extensions.code).toBe('BAD_FILE');
    expect(answer.body.errors[0].message).toMatch(message);
    await post(
      '15200 1 .1\n'
        .repeat(1)
        .concat(
          '15201 1 .1\n15202 1 .1\n15203 1 .1\n15204 1 .1\n15205 1 .1\n15206 1 .1\n15207 1 .1\n15208 1 .1\n15209 1 .1',
        ),
    ).expect(200);
    expect(await api.ask('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  test('refuses a form and an unknown encoding with the remedy', async () => {
    const form = await request(api.url).post('/spectra/parse').attach('file', apStar, 'a.fits').expect(400);
    expect(form.body.errors[0].extensions.remedy).toContain('curl --data-binary @FILE');
    const { body } = await post(csv(0), '/spectra/parse?encoding=XML').expect(400);
    expect(body.errors[0].message).toBe('encoding: expected ARRAY or BASE64_F32, found "XML"');
  });

  test('more files than are read at a time are told to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(apStar)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(503);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    await post(apStar).expect(200);
  });
});
