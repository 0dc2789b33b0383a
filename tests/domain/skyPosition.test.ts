import { expect, test } from 'vitest';
import { parseDeclination, parseRightAscension } from '../../src/domain/skyPosition.js';

test.each([
  ['17:33:54.83', 263.478458333333],
  ['17 33 54.83', 263.478458333333],
  ['17h33m54.83s', 263.478458333333],
  ['263d28m42.45s', 263.478458333333],
  ['17:33', 263.25],
  ['17:33.5', 263.375],
  ['17h33.5m', 263.375],
  ['263.47846d', 263.47846],
  [String(4e-7), 4e-7],
  ['4E-07', 4e-7],
  [-1e-20, 0],
  ['263.47846', 263.47846],
  ['00:00:00.0001', 4.16666666666667e-7],
  [0, 0],
  [360, 0],
  [-90, 270],
  [' 359.5 ', 359.5],
])('the right ascension %s is %d degrees', (text, degrees) => {
  expect(parseRightAscension(text)).toBeCloseTo(degrees, 12);
});

test.each([
  ['-27:53:04.3', -27.8845277777778],
  ['-27 53 04.3', -27.8845277777778],
  ['-27d53m04.3s', -27.8845277777778],
  ['−27°53′04.3″', -27.8845277777778],
  ['-27°53.5′', -27.8916666666667],
  ['-27.8845°', -27.8845],
  [String(-1e-7), -1e-7],
  ['-00:30:00', -0.5],
  ['+0:0:36', 0.01],
  ['-90', -90],
  [90, 90],
])('the declination %s is %d degrees', (text, degrees) => {
  expect(parseDeclination(text)).toBeCloseTo(degrees, 12);
});

test.each([
  '',
  'north',
  '24:00:01',
  '17:60:00',
  '17:33:60',
  '1e1000',
  '17:33:54.83:1',
  '17:33.5:54',
  '1e',
  '263.5h',
  'NaN',
  '-12:00:01',
  360.5,
  -181,
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('%s is no right ascension', (value) => {
  expect(parseRightAscension(value)).toBeNull();
});

test.each(['90:00:00.01', '-91', '10h0m0s', '1:2', 90.0001, Number.NaN])('%s is judged as a declination', (value) => {
  expect(parseDeclination(value)).toEqual(value === '1:2' ? expect.closeTo(1 + 2 / 60, 12) : null);
});
