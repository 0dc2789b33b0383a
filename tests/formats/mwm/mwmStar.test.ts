import { expect, test } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { mwm } from '../../../src/formats/mwm/mwmStar.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';
import { type MwmOptions, mwmStar } from '../sdssFiles.js';

const scratch = scratchFolder();

function read(options: MwmOptions = {}) {
  return collect(mwm.read(scratch.write('mwm.fits', mwmStar(options)), { visits: false }));
}

test('reads the APOGEE spectra of both observatories under one star, told apart by telescope', async () => {
  const [apo, lco] = await read();
  expect([apo, lco].map(({ properties }) => properties.telescope)).toEqual(['apo25m', 'lco25m']);
  expect([apo.snr, lco.snr]).toEqual([150, 90]);
  expect(apo.star).toEqual(lco.star);
  expect(apo.spectrum.flux).not.toEqual(lco.spectrum.flux);
});

test('names the star as APOGEE did, with its SDSS and Gaia identifiers, all digits kept', async () => {
  const [{ star }] = await read();
  expect(star).toMatchObject({
    name: '2M19534321+6705175',
    aliases: { '2mass': '19534321+6705175', sdss: '114986844', gaia: '2268145183546532992' },
    ra: 298.43,
  });
});

test('names a star that APOGEE did not by its SDSS identifier', async () => {
  const [{ star }] = await read({ name: 'x' });
  expect(star).toMatchObject({ name: '114986844', aliases: { sdss: '114986844' } });
});

test('recognises APOGEE’s grid in single precision, and leaves the flux as observed', async () => {
  const [record] = await read();
  expect(record.grid).toBe(apogeeGrid);
  expect(record.normalised).toBe(false);
  expect(record.spectrum.flux[100]).toBeGreaterThan(400);
  expect(record.properties.reduction).toBe('1.3 astra-0.6.0');
  expect(record.parameters).toMatchObject({ teff: 4712, feh: null, source: 'radial-velocity template' });
});

test('gives pixels with bad flags no weight, and keeps the flags', async () => {
  const [{ spectrum }] = await read();
  expect(spectrum.mask[1000]).toBe(8192);
  expect(spectrum.ivar[1000]).toBe(0);
  expect(spectrum.ivar[1001]).toBeGreaterThan(0);
});

test('says that spectra of BOSS are left out, and refuses a file that has no others', async () => {
  expect((await read())[0].notes).toEqual([expect.stringMatching(/^spectra of BOSS\/APO are left out/)]);
  expect((await read({ boss: false }))[0].notes).toEqual([]);
  await expect(read({ apogee: {} })).rejects.toThrow(
    /HDU 3: expected a spectrum of the APOGEE instrument .*found none; spectra of BOSS\/APO/,
  );
});

test('a star seen from one observatory has one spectrum', async () => {
  expect((await read({ apogee: { LCO: 70 } })).map(({ properties }) => properties.telescope)).toEqual(['lco25m']);
});
