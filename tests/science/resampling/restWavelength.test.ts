import { expect, test } from 'vitest';
import {
  airToVacuum,
  lightSpeed,
  restWavelength,
  vacuumToAir,
} from '../../../src/science/resampling/restWavelength.js';

// Hydrogen lines in vacuum and in air (Å), from the Rydberg formula with fine structure averaged, as in the NIST Atomic Spectra Database.
test.each([
  ['H alpha', 6564.61, 6562.8],
  ['Paschen delta', 10_052.13, 10_049.37],
  ['Brackett 11', 16_811.11, 16_806.52],
])('air and vacuum differ as tables have it: %s', (_, vacuum, air) => {
  expect(vacuumToAir(vacuum)).toBeCloseTo(air, 1);
  expect(airToVacuum(air)).toBeCloseTo(vacuum, 1);
});

test('the refraction of standard air at 633 nm is 2.765e-4', () => {
  expect(6330 / vacuumToAir(6330) - 1).toBeCloseTo(2.765e-4, 7);
});

test('air to vacuum is the inverse to a part in 1e11', () => {
  for (const lambda of [2000, 3000, 5000, 15_200, 16_950])
    expect(Math.abs(airToVacuum(vacuumToAir(lambda)) / lambda - 1)).toBeLessThan(1e-11);
});

test('a receding star is moved back to the blue, relativistically', () => {
  const [rest] = restWavelength({ wavelength: Float64Array.of(16_000), medium: 'vacuum', radialVelocity: 300 });
  const beta = 300 / lightSpeed;
  expect(rest).toBeCloseTo(16_000 / (Math.sqrt(1 - beta ** 2) / (1 - beta)), 9);
  expect(16_000 - rest).toBeCloseTo(16_000 * beta, 1);
});

test('air is left at the wavelength observed, before the shift', () => {
  const [both] = restWavelength({ wavelength: Float64Array.of(16_000), medium: 'air', radialVelocity: -150 });
  const beta = -150 / lightSpeed;
  expect(both).toBeCloseTo(airToVacuum(16_000) * Math.sqrt((1 - beta) / (1 + beta)), 9);
});
