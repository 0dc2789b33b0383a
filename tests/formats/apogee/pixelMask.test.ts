import { expect, test } from 'vitest';
import { InputError } from '../../../src/domain/errors.js';
import { badPixelMask } from '../../../src/formats/apogee/pixelMask.js';

test('by default bits 0-7, 9 and 12-14 are bad', () => {
  expect(badPixelMask()).toBe(0b111_0010_1111_1111);
});

test('bits can be named, and none is a choice too', () => {
  expect(badPixelMask(['BADPIX', 'LITTROW_GHOST'])).toBe(0b1_0000_0001);
  expect(badPixelMask([])).toBe(0);
});

test('an unknown name is refused with the names that there are', () => {
  expect(() => badPixelMask(['BADPIXEL'])).toThrow(InputError);
  expect(() => badPixelMask(['BADPIXEL'])).toThrow(/BADPIX, CRPIX, .*NOT_ENOUGH_PSF, found "BADPIXEL"/);
});
