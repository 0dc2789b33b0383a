import { describe, expect, it } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { elements, meanAbundances } from '../../../src/science/simulator/population.js';
import { simulatedLines, synthesise } from '../../../src/science/simulator/synthesis.js';

const lines = simulatedLines();
const star = { teff: 4500, logg: 2.2 };
const average = meanAbundances();
/** Nitrogen and oxygen show in molecules. */
const absorbers: Readonly<Record<string, string>> = { N: 'CN', O: 'OH' };

function inChips(wavelength: number): boolean {
  const pixel = (Math.log10(wavelength) - 4.179) / 6e-6;
  return apogeeGrid.chips.some(({ start, end }) => pixel >= start && pixel < end);
}

function withMore(element: string, dex: number): Float32Array {
  return synthesise({ ...star, abundances: { ...average, [element]: average[element] + dex } });
}

describe('the line list', () => {
  it('has several hundred atomic lines in the chips, and the bands of CO, CN and OH', () => {
    const within = lines.filter(({ wavelength }) => inChips(wavelength));
    const molecular = (name: string) => within.filter(({ absorber }) => absorber === name).length;
    expect(within.filter(({ absorber }) => !['CO', 'CN', 'OH'].includes(absorber)).length).toBeGreaterThan(300);
    for (const name of ['CO', 'CN', 'OH']) expect(molecular(name)).toBeGreaterThan(100);
  });

  it('is in order of wavelength', () => {
    for (let i = 1; i < lines.length; i++) expect(lines[i].wavelength).toBeGreaterThanOrEqual(lines[i - 1].wavelength);
  });

  it.each([
    // NIST Atomic Spectra Database, vacuum.
    ['H', 16811.1],
    ['H', 16411.7],
    ['H', 16113.7],
    ['H', 15884.9],
    // Meléndez & Barbuy (1999) and Smith et al. (2013), turned from air to vacuum.
    ['Mg', 15770.15],
    ['Al', 16723.52],
    ['Si', 15892.75],
    ['K', 15167.21],
    ['Ca', 16201.5],
    ['Ti', 15548.0],
    ['Fe', 15298.74],
    ['Ni', 16367.58],
    ['Rb', 15293.66],
    // Doublet of OH 3-1, and the head of CO 3-0.
    ['OH', 15426.58],
    ['OH', 16057.15],
    ['OH', 16059.85],
    ['CO', 15582],
    ['CN', 15163.22],
  ])('has a line of %s at %d Å', (absorber, wavelength) => {
    const own = lines
      .filter((line) => line.absorber === absorber)
      .map((line) => Math.abs(line.wavelength - wavelength));
    expect(Math.min(...own)).toBeLessThan(0.35);
  });
});

describe('an abundance', () => {
  const before = synthesise({ ...star, abundances: average });

  it.each(elements)('of %s moves at least three lines of its own', (element) => {
    const after = withMore(element, 0.3);
    const change = before.map((flux, pixel) => Math.abs(after[pixel] - flux));
    const places = lines
      .filter(({ absorber }) => absorber === (absorbers[element] ?? element))
      .map(({ wavelength }) => (Math.log10(wavelength) - 4.179) / 6e-6);
    const peaks = [...change.keys()].filter(
      (i) =>
        change[i] > 1e-6 &&
        change[i] > change[i - 1] &&
        change[i] >= change[i + 1] &&
        places.some((place) => Math.abs(place - i) < 1.5),
    );
    expect(peaks.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...peaks.map((i) => change[i]))).toBeGreaterThan(0.003);
  });

  it.each(elements)('of %s deepens its lines when it rises', (element) => {
    const [less, more] = [withMore(element, -0.3), withMore(element, 0.3)];
    const own = lines
      .filter(({ absorber, wavelength }) => absorber === (absorbers[element] ?? element) && inChips(wavelength))
      .map(({ wavelength }) => Math.round((Math.log10(wavelength) - 4.179) / 6e-6));
    const most = own.reduce((a, b) => (before[b] - more[b] > before[a] - more[a] ? b : a));
    expect(before[most] - more[most]).toBeGreaterThan(0.003);
    expect(less[most] - before[most]).toBeGreaterThan(0.001);
  });

  it('leaves alone what lies far from its lines', () => {
    const after = withMore('Al', 0.3);
    const near = lines.filter(({ absorber }) => absorber === 'Al').map(({ wavelength }) => wavelength);
    apogeeGrid.wavelength.forEach((wavelength, pixel) => {
      if (near.every((own) => Math.abs(own - wavelength) > 40)) expect(after[pixel]).toBe(before[pixel]);
    });
  });

  it('of oxygen weakens CN, because CO binds the carbon', () => {
    const cn = lines.filter(({ absorber }) => absorber === 'CN').reduce((a, b) => (b.peak > a.peak ? b : a));
    const pixel = Math.round((Math.log10(cn.wavelength) - 4.179) / 6e-6);
    expect(withMore('O', 0.3)[pixel]).toBeGreaterThan(before[pixel]);
  });
});
