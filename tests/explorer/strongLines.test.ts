import { expect, test } from 'vitest';
import { atomicLines } from '../../src/science/simulator/atomicLines.js';
import { chemicalElements } from '../../src/science/simulator/chemicalElements.js';
import { brackettLines } from '../../src/science/simulator/hydrogenLines.js';

/** Of a giant; K⁻¹ eV⁻¹ of the Boltzmann factor's logarithm is 5040 / T. */
const TEFF = 4500;
/** How many lines of one element are worth a label. */
const EACH = 12;
const IRON = 24;

/** The page imports nothing of the other layers: it gets the lines as a file, renewed by `vitest run tests/explorer/strongLines.test.ts -u`. */
test('the labels of the explorer are the strongest lines of the simulator', async () => {
  const lines = [...atomicLines(), ...brackettLines()];
  const elements = chemicalElements.filter(({ symbol }) => lines.some(({ absorber }) => absorber === symbol));
  const chosen = elements.map(({ symbol, solar }) => {
    const ranked = lines
      .filter(({ absorber }) => absorber === symbol)
      .map(({ wavelength, logGf, excitation }) => ({
        wavelength,
        strength: solar + logGf - (5040 / TEFF) * excitation,
      }))
      .sort((a, b) => b.strength - a.strength || a.wavelength - b.wavelength)
      // Components of hyperfine structure are one line to the eye.
      .filter(({ wavelength }, i, all) => all.findIndex((other) => Math.abs(other.wavelength - wavelength) < 0.5) === i)
      .slice(0, symbol === 'Fe' ? IRON : EACH)
      .sort((a, b) => a.wavelength - b.wavelength)
      .map(({ wavelength, strength }) => `${wavelength.toFixed(2)} ${strength.toFixed(2)}`);
    return `  "${symbol}": "${ranked.join(', ')}"`;
  });
  await expect(`{\n${chosen.join(',\n')}\n}\n`).toMatchFileSnapshot('../../src/explorer/spectrum/strongLines.json');
});
