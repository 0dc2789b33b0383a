import { expect, test } from 'vitest';
import { angstromsIn, recogniseName } from '../../../src/formats/singleSpectrum/columnNames.js';

test.each([
  ['wavelength', 'wavelength', null, null],
  ['Wavelength (Å)', 'wavelength', 'Å', null],
  ['lambda [nm]', 'wavelength', 'nm', null],
  ['WAVE_AIR', 'wavelength', null, 'air'],
  ['wavelength_um', 'wavelength', 'um', null],
  ['vacuum wavelength', 'wavelength', null, 'vacuum'],
  ['loglam', 'logWavelength', null, null],
  ['FLUX', 'flux', null, null],
  ['Flux (erg/s/cm2/A)', 'flux', 'erg/s/cm2/A', null],
  ['flux_err', 'error', null, null],
  ['e_flux', 'error', null, null],
  ['Flux Error', 'error', null, null],
  ['sigma', 'error', null, null],
  ['ivar', 'ivar', null, null],
  ['flux_variance', 'variance', null, null],
])('%s is recognised as %s', (label, quantity, unit, medium) => {
  expect(recogniseName(label)).toEqual({ quantity, unit, medium, normalised: false });
});

test('a normalised flux is told by its name', () => {
  for (const label of ['norm_flux', 'flux_normalised', 'Normalized Flux'])
    expect(recogniseName(label)).toMatchObject({ quantity: 'flux', normalised: true });
});

test.each(['mask', 'sky', 'id', '', 'airmass', 'telluric_flux', 'continuum'])('%j is none of them', (label) => {
  expect(recogniseName(label)).toBeNull();
});

test('units of length by their usual names', () => {
  expect(['Angstrom', 'AA', 'nm', 'µm', 'micron', 'm', 'parsec'].map(angstromsIn)).toEqual([
    1,
    1,
    10,
    1e4,
    1e4,
    1e10,
    null,
  ]);
});
