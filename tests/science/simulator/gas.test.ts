import { describe, expect, it } from 'vitest';
import { makeAtmosphere } from '../../../src/science/simulator/atmosphere.js';
import { numberFractions, partitionFunction } from '../../../src/science/simulator/chemicalElements.js';
import { hydrideOpacity } from '../../../src/science/simulator/continuousOpacity.js';
import { gasState, sahaConstant, sahaConstants } from '../../../src/science/simulator/ionisation.js';
import { molecularEquilibrium } from '../../../src/science/simulator/molecularEquilibrium.js';

describe('ionisation', () => {
  it('of sodium at 4000 K follows Saha as worked by hand', () => {
    // 2 (2 pi m k T / h2)^1.5 = 4.829e15 x 4000^1.5 = 1.222e21; U+/U = 1 / 2.013; exp(-5.139 / .34469) = 3.35e-7.
    expect(Math.abs(sahaConstant('Na', 5.139, 4000) / 2.033e14 - 1)).toBeLessThan(0.01);
  });

  it.each([
    // Gray (2005), table D.2, at theta = 1.
    ['Fe', 27],
    ['Si', 9.5],
    ['Mn', 6.5],
    ['Ti', 30],
    ['Ni', 30],
    ['Na', 2.1],
  ])('uses the partition function of %s: %d at 5040 K', (symbol, expected) => {
    expect(partitionFunction(symbol, 'neutral', 5040) / expected).toBeGreaterThan(0.9);
    expect(partitionFunction(symbol, 'neutral', 5040) / expected).toBeLessThan(1.1);
  });

  it('gives as many electrons as ions', () => {
    const fractions = numberFractions({ Fe: -0.1 });
    const saha = sahaConstants(4300);
    const { hydrogen, electrons } = gasState(4300, 5000, fractions, saha);
    const ions = fractions.reduce(
      (sum, fraction, i) => sum + (fraction * hydrogen * saha[i]) / (saha[i] + electrons),
      0,
    );
    expect(ions / electrons).toBeCloseTo(1, 8);
    expect((hydrogen * 1.0851 + electrons) * 1.380649e-16 * 4300).toBeCloseTo(5000, 6);
  });
});

describe('molecules', () => {
  const totals = { C: 3e12, N: 1e12, O: 6e12 };
  it.each([3200, 4200, 5500])('at %d K conserve carbon, nitrogen and oxygen', (temperature) => {
    const { atoms, molecules } = molecularEquilibrium(temperature, 1e16, totals);
    expect((atoms.C + molecules.CO + molecules.CN) / totals.C).toBeCloseTo(1, 6);
    expect((atoms.N + molecules.CN + 2 * molecules.N2) / totals.N).toBeCloseTo(1, 6);
    expect((atoms.O + molecules.CO + molecules.OH) / totals.O).toBeCloseTo(1, 6);
  });

  it('bind nearly all carbon in CO where it is cool, and none where it is hot', () => {
    expect(molecularEquilibrium(3200, 1e16, totals).molecules.CO / totals.C).toBeGreaterThan(0.98);
    expect(molecularEquilibrium(7000, 1e16, totals).molecules.CO / totals.C).toBeLessThan(0.01);
  });
});

describe('the atmosphere', () => {
  it('has the opacity minimum of H- at 1.6 µm', () => {
    const wavelengths = [1.2, 1.4, 1.55, 1.65, 1.8, 2.2];
    const opacities = wavelengths.map((wavelength) => hydrideOpacity(wavelength, 4500));
    expect(Math.min(...opacities.slice(2, 4))).toBe(Math.min(...opacities));
  });

  it('absorbs at 0.85 µm and 5040 K as the cross-section of Wishart (1979) says', () => {
    // Gray (2005), equation 8.12: 4.158e-10 x 4.0e-17 cm2 x 10^0.754.
    expect(Math.abs(hydrideOpacity(0.85, 5040) / 9.44e-26 - 1)).toBeLessThan(0.03);
  });

  it('absorbs beyond the threshold by free-free transitions, which grow as the square of wavelength', () => {
    expect(hydrideOpacity(10, 5040) / hydrideOpacity(5, 5040)).toBeCloseTo(4, 1);
  });

  it('is denser at higher gravity, richer in electrons with more metals, and hotter inside', () => {
    const base = { teff: 4500, logg: 2, abundances: { Fe: 0 } };
    const layer = (parameters: typeof base) => makeAtmosphere(parameters)[8];
    expect(layer({ ...base, logg: 2.5 }).hydrogen).toBeGreaterThan(layer(base).hydrogen);
    const perHydrogen = (l: { electrons: number; hydrogen: number }) => l.electrons / l.hydrogen;
    expect(perHydrogen(layer({ ...base, abundances: { Fe: 0.3 } }))).toBeGreaterThan(perHydrogen(layer(base)));
    const layers = makeAtmosphere(base);
    for (let k = 1; k < layers.length; k++) expect(layers[k].temperature).toBeGreaterThan(layers[k - 1].temperature);
  });
});
