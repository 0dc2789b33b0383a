import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish, type Release } from '../../src/storage/dataRelease.js';
import { type NewSpectrum, storeSpectra } from '../../src/storage/spectrum.js';
import { type Served, serveDatabase } from '../api/served.js';
import { askPython, pythonTest } from '../python/python.js';
import { addStars, newSpectrum, setTeff } from '../storage/archiveContent.js';
import { openTestDatabase } from '../testArchive.js';

type Properties = NewSpectrum['properties'];

/** Of each star its combined spectrum's properties, and those of its visits. */
const stars: Readonly<Record<string, readonly [Properties, ...Properties[]]>> = {
  // 2013-04-14 11:48 to 2013-05-22 09:10, as an apStar file tells.
  told: [{ min_mjd: 56396.49199, max_mjd: 56434.3824 }, { JD: 2456396.99199 }, { JD: 2456434.8824 }],
  // The same, from its visits alone.
  visits: [{}, { JD: 2456396.99199 }, { JD: 'none' }, { JD: 2456434.8824 }],
  // The nights of 2013-12-31, as an mwmStar file tells.
  day: [{ min_mjd: 56657, max_mjd: 56657 }],
  unknown: [{ min_mjd: -1, max_mjd: 'none' }],
  never: [{}, {}],
};

let api: Served;
let close: () => Promise<void>;
let release: Release;
beforeAll(async () => {
  const db = await openTestDatabase();
  for (const [name, [properties, ...visits]] of Object.entries(stars)) {
    release = await addStars(db, 'dr', [name], { properties });
    for (const [i, properties] of visits.entries())
      await storeSpectra(db, [await newSpectrum(db, release, name, { visit: i + 1, properties })]);
  }
  await setTeff(db, release, { told: 4000 });
  await publish(db, release.id);
  // Dates of what is staged are nobody's.
  for (const [visit, JD] of [
    [2, 2461000.5],
    [3, 2450000.5],
  ])
    await storeSpectra(db, [await newSpectrum(db, release, 'never', { visit, properties: { JD } })]);
  api = await serveDatabase(db);
  close = async () => {
    await api.close();
    await db.close();
  };
});
afterAll(() => close());

const ask = (query: object) =>
  request(api.url)
    .get('/ssap')
    .query({ REQUEST: 'queryData', FORMAT: 'fits', ...query })
    .buffer(true);
const titles = (text: string) => [...text.matchAll(/<TD>(\w+) in dr<\/TD>/g)].map(([, name]) => name);

test.each([
  ['2013', 'day,told,visits'],
  ['2013-04', 'told,visits'],
  ['2013-04-14', 'told,visits'],
  ['2013-04-13', ''],
  // Between two visits.
  ['2013-05-01', 'told,visits'],
  ['2013-05-22T09:10:39', 'told,visits'],
  ['2013-05-22T09:10:40', ''],
  ['2013-05-23', ''],
  ['/2013-04-14T11:48', 'told,visits'],
  ['/2013-04-14T11:47', ''],
  ['2013-05-22T09:10:39.3Z/2013-06', 'told,visits'],
  ['2013-06/', 'day'],
  ['2013-12-31', 'day'],
  ['2014', ''],
  ['2013-12-30', ''],
  ['2012,2013-12', 'day'],
  ['1900/2100', 'day,told,visits'],
])('TIME=%s finds %s, by the time from the first visit to the last', async (time, found) => {
  const { status, text } = await ask({ TIME: time });
  expect([status, titles(text).join()]).toEqual([200, found]);
  expect(text).toContain('<INFO name="TIME" value="spectra whose dates are not known are left out"/>');
});

test.each([
  '2013-13',
  '2013-02-30',
  '2014/2013',
  '2013-1-1',
  '2013-01-01T25',
  '1/2',
  '/',
  'yesterday',
  '56396',
  '2013/2014/2015',
])('TIME=%s is refused', async (time) => {
  const { status, text } = await ask({ TIME: time });
  expect([status, text]).toEqual([400, expect.stringContaining('value="ERROR">TIME: expected a time of ISO 8601')]);
  expect(api.logged).toEqual([]);
});

test('the limit of rows counts those alone that a time lets through', async () => {
  const { text } = await ask({ TIME: '2013-12-31', MAXREC: 1 });
  expect([titles(text), text.includes('OVERFLOW')]).toEqual([['day'], false]);
});

pythonTest('pyvo asks for times, and reads them', async () => {
  const seen = await askPython<{
    between: string[];
    some: string[];
    times: Record<string, number[] | null>;
  }>(
    `
import json, os
import numpy as np
import pyvo
from astropy.time import Time

url = os.environ["URL"] + "/ssap"

def titles(spectra):
    return sorted(str(spectrum.title).split()[0] for spectrum in spectra)

between = pyvo.ssa.search(url, time=("2013-05-01", "2013-07-01"), format="application/fits")
some = pyvo.ssa.search(url, time=Time(["2013-12-01T00:00:00", "2014-02-01T00:00:00"]), format="application/fits")
every = pyvo.ssa.search(url, format="application/fits")

def times(spectrum):
    values = [spectrum.getbyutype("ssa:Char.TimeAxis.Coverage." + name) for name in ["Bounds.Start", "Location.Value", "Bounds.Stop"]]
    return None if np.isnan(values[0]) else [float(value) for value in values]

print(json.dumps({
    "between": titles(between), "some": titles(some),
    "times": {str(spectrum.title).split()[0]: times(spectrum) for spectrum in every},
}))`,
    { URL: api.url },
  );
  const near = (...days: number[]) => days.map((day) => expect.closeTo(day, 5));
  expect(seen).toEqual({
    between: ['told', 'visits'],
    some: ['day'],
    times: {
      told: near(56396.49199, 56415.437195, 56434.3824),
      visits: near(56396.49199, 56415.437195, 56434.3824),
      day: near(56657, 56657.5, 56658),
      unknown: null,
      never: null,
    },
  });
});
