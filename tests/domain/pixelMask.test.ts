import { expect, test } from 'vitest';
import { decodeMask } from '../../src/domain/pixelMask.js';

test("a survey's bits have its names, those without one their number", () => {
  expect(decodeMask('apogee', Uint32Array.of(0, 1, 2 ** 13 + 2 ** 9, 2 ** 31 + 2, 1))).toEqual([
    [],
    ['BADPIX'],
    ['PERSIST_HIGH', 'SIG_TELLURIC'],
    ['CRPIX', 'BIT_31'],
    ['BADPIX'],
  ]);
});
