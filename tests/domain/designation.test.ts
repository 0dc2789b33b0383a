import { expect, test } from 'vitest';
import { identifierIn } from '../../src/domain/designation.js';

test.each([
  ['Gaia DR3 4061234567890123456', '4061234567890123456'],
  ['Gaia EDR3 12', '12'],
  ['gaia dr2  4061234567890123456 ', '4061234567890123456'],
  ['2MASS J17335483-2753043', '17335483-2753043'],
  ['2MASS 17335483+2753043', '17335483+2753043'],
])('%s is called %s in its catalogue', (designation, identifier) => {
  expect(identifierIn(designation)).toBe(identifier);
});

test.each(['', '4061234567890123456', '2M17335483-2753043', 'Gaia 12', 'Gaia DR3 12a', '2MASS J1733-2753', 'HD 1'])(
  '"%s" has no name of a catalogue that is known before it',
  (text) => {
    expect(identifierIn(text)).toBeNull();
  },
);
