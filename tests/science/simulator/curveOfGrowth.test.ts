import { describe, expect, it } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { meanAbundances } from '../../../src/science/simulator/population.js';
import { synthesise } from '../../../src/science/simulator/synthesis.js';

const average = meanAbundances();

/** Flux that an element takes between two wavelengths, in pixels; other elements cancel. */
function equivalentWidth(element: string, dex: number, from: number, to: number): number {
  const flux = (value: number) => synthesise({ teff: 4700, logg: 2.5, abundances: { ...average, [element]: value } });
  const [without, present] = [flux(-12), flux(average[element] + dex)];
  let width = 0;
  apogeeGrid.wavelength.forEach((wavelength, pixel) => {
    if (wavelength > from && wavelength < to) width += without[pixel] - present[pixel];
  });
  return width;
}

describe('the equivalent width of a line', () => {
  it('grows in proportion to the abundance while the line is weak', () => {
    const widths = [-1.3, -1, -0.7].map((dex) => equivalentWidth('P', dex, 16483, 16492));
    expect(widths[1] / widths[0]).toBeCloseTo(10 ** 0.3, 1);
    expect(widths[2] / widths[1]).toBeCloseTo(10 ** 0.3, 1);
  });

  it('grows slowly once the line is saturated, and faster again in the damping part', () => {
    const slope = (dex: number) => {
      const [less, more] = [-0.2, 0.2].map((step) => equivalentWidth('Ti', dex + step, 15545.5, 15550.5));
      return Math.log10(more / less) / 0.4;
    };
    const [weak, saturated, damped] = [slope(-2.5), slope(0.5), slope(2.5)];
    expect(weak).toBeGreaterThan(0.95);
    expect(saturated).toBeLessThan(0.3);
    expect(saturated).toBeGreaterThan(0.1);
    expect(damped).toBeGreaterThan(saturated);
    expect(damped).toBeLessThan(0.5);
  });
});
