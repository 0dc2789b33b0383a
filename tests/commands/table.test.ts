import { expect, test } from 'vitest';
import { table } from '../../src/commands/table.js';

test('a table aligns words left and numbers right', () => {
  expect(
    table(
      ['release', 'spectra'],
      [
        ['dr17', '12'],
        ['demonstration', '6000'],
      ],
    ),
  ).toBe(['release        spectra', 'dr17                12', 'demonstration     6000'].join('\n'));
});

test('a table without rows is its head', () => {
  expect(table(['release', 'spectra'], [])).toBe('release  spectra');
});
