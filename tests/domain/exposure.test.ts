import { expect, test } from 'vitest';
import { exposureOf } from '../../src/domain/exposure.js';
import { apogee } from '../../src/formats/apogee/format.js';

/** DATE-OBS of the visits in the file's header, UTC: exposures begin some minutes before their middle, to which JD belongs. */
const dates = ['2013-04-14T11:31:42.482', '2013-05-21T08:37:03.885', '2013-05-22T08:53:54.370'];
const MJD_OF_1970 = 40_587;

test('visits of a real apStar file have their dates and fibres, the combined spectrum the mean fibre', async () => {
  const path = 'tests/fixtures/apogee/apStar-dr17-2M17335483-2753043.fits';
  const exposures = [];
  for await (const record of apogee.read(path, { visits: true, badBits: [] }))
    exposures.push(exposureOf(record.visit, record.properties));
  const [combined, ...visits] = exposures;
  expect(combined).toEqual({ mjd: null, fibre: expect.closeTo(218.72, 2), telescope: 'apo25m' });
  expect(visits.map(({ fibre }) => fibre)).toEqual([212, 221, 221]);
  for (const [i, { mjd }] of visits.entries()) {
    const begun = Date.parse(`${dates[i]}Z`) / 86_400_000 + MJD_OF_1970;
    expect(Math.abs((mjd as number) - begun)).toBeLessThan(0.1);
  }
});

test('what a survey does not tell, or tells by a sentinel, is null', () => {
  expect(exposureOf(1, {})).toEqual({ mjd: null, fibre: null, telescope: null });
  expect(exposureOf(1, { JD: 0, FIBER: -1, MEANFIB: 12 })).toEqual({ mjd: null, fibre: null, telescope: null });
  expect(exposureOf(0, { mean_fiber: 7, telescope: 'lco25m' })).toEqual({ mjd: null, fibre: 7, telescope: 'lco25m' });
});

test("a second telescope's combined spectrum is one, and its visits are visits", () => {
  const properties = { JD: 2_456_396.75, FIBER: 3, MEANFIB: 12.5, telescope: 'lco25m' };
  expect(exposureOf(200_000, properties)).toEqual({ mjd: null, fibre: 12.5, telescope: 'lco25m' });
  expect(exposureOf(200_001, properties)).toEqual({ mjd: 56_396.25, fibre: 3, telescope: 'lco25m' });
});
