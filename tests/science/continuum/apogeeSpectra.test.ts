import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { apogee } from '../../../src/formats/apogee/format.js';
import { normalise } from '../../../src/science/continuum/continuum.js';

const folder = fileURLToPath(new URL('../../fixtures/apogee/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.fits'));

test('there are real spectra to normalise', () => {
  expect(files.length).toBeGreaterThanOrEqual(2);
});

test.each(files)('%s comes out near 1, in the combination and in every visit', async (name) => {
  for await (const { spectrum, grid, source, visit } of apogee.read(folder + name, { visits: true })) {
    const { spectrum: normalised } = normalise(spectrum, grid, { order: 4, errorFloor: 0.005 }, source);
    for (const { start, end } of grid.chips) {
      const good = normalised.flux.subarray(start, end).filter((_, i) => normalised.ivar[start + i] > 0);
      expect(good.length, `good pixels of visit ${visit}`).toBeGreaterThan(0.6 * (end - start));
      const sorted = good.slice().sort();
      // One of the stars has 3,700 K: hardly a pixel of it is free of lines.
      expect(sorted[good.length >> 1]).toBeGreaterThan(0.8);
      expect(sorted[good.length >> 1]).toBeLessThan(1.02);
      const ordinary = good.filter((flux) => flux > 0.3 && flux < 1.3).length / good.length;
      expect(ordinary).toBeGreaterThan(0.99);
    }
  }
});
