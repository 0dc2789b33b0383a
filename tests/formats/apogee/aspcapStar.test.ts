import { expect, test } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { aspcap } from '../../../src/formats/apogee/aspcapStar.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';
import { aspcapStar, float, fluxOf, text } from '../sdssFiles.js';

const scratch = scratchFolder();

async function read(bytes: Buffer) {
  return (await collect(aspcap.read(scratch.write('aspcap.fits', bytes), { visits: true })))[0];
}

test('reads the normalised spectrum with the parameters of ASPCAP', async () => {
  const record = await read(aspcapStar());
  expect(record).toMatchObject({
    visit: 0,
    normalised: true,
    star: { name: '2M17335483-2753043', aliases: { '2mass': '17335483-2753043' } },
    parameters: { teff: 3650.5, source: 'catalogue' },
    properties: { telescope: 'apo25m', reduction: 'dr17', FIELD: '000+02', NVISITS: 3 },
  });
  expect(record.grid).toBe(apogeeGrid);
  expect(record.snr).toBeCloseTo(154.2, 4);
  expect(record.parameters?.feh).toBeCloseTo(-0.25, 6);
  expect(record.parameters?.errors.logg).toBeCloseTo(0.06, 6);
  expect(record.spectrum.flux[4000]).toBe(Math.fround(fluxOf(3)[4000]));
  expect(record.spectrum.ivar[4000]).toBeCloseTo(1e4, 0);
});

test('pixels that ASPCAP gave an error of 1e10 say nothing', async () => {
  const { spectrum, unusablePixels } = await read(aspcapStar());
  expect(unusablePixels).toBe(250);
  expect(spectrum.ivar.subarray(0, 250).every((w) => w === 0)).toBe(true);
});

test('takes [M/H] and the fit’s own values where there are no calibrated ones, and no sentinel', async () => {
  const sentinels = ['TEFF', 'LOGG', 'FE_H', 'TEFF_ERR', 'LOGG_ERR', 'FE_H_ERR'].map((name) => float(name, -9999));
  const record = await read(aspcapStar(sentinels));
  expect(record.parameters?.teff).toBeCloseTo(3700, 3);
  expect(record.parameters?.logg).toBeCloseTo(0.7, 6);
  expect(record.parameters?.feh).toBeCloseTo(-0.2, 6);
  expect(record.parameters?.errors).toEqual({ teff: null, logg: null, feh: null });
});

test('names the star by the primary header where the table does not, and refuses a file that names none', async () => {
  expect((await read(aspcapStar([text('APOGEE_ID', '', 18)]))).star.name).toBe('2M17335483-2753043');
  await expect(read(aspcapStar([text('APOGEE_ID', '', 18)], { named: false }))).rejects.toThrow(
    /HDU 4: expected the star’s name/,
  );
});
