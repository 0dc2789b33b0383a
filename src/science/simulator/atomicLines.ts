import { iron } from './lines/iron.js';
import { ironPeak } from './lines/ironPeak.js';
import { lightElements } from './lines/lightElements.js';
import type { SpectralLine } from './spectralLine.js';

/** The lines of the data tables in `lines/`. */
export function atomicLines(): SpectralLine[] {
  return Object.entries({ ...lightElements, ...ironPeak, ...iron }).flatMap(([absorber, table]) =>
    table
      .trim()
      .split('\n')
      .map((row) => {
        const [wavelength, excitation, logGf, vanDerWaals] = row.split(' ').map(Number);
        return { absorber, wavelength, excitation, logGf, vanDerWaals };
      }),
  );
}
