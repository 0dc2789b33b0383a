import { makeAtmosphere } from './atmosphere.js';
import { atomicLines } from './atomicLines.js';
import { carbonMonoxideLines } from './carbonMonoxide.js';
import { cyanogenLines } from './cyanogen.js';
import { brackettLines } from './hydrogenLines.js';
import { hydroxylLines } from './hydroxyl.js';
import { lineStrength } from './lineStrength.js';
import { elements, parameterRanges, population } from './population.js';
import type { SpectralLine } from './spectralLine.js';

/** A line with the largest line-to-continuum opacity that it reaches, weighted by how much of the light comes from that depth. */
export interface RankedLine extends SpectralLine {
  readonly peak: number;
}

/** Molecular lines that stay below this fraction of the continuum opacity are left out: each is under 0.05 % deep. */
const NEGLIGIBLE = 1e-3;
/** The corners of the population at which strengths are judged lie this many standard deviations on the strong side. */
const STRONG_SIDE = 2.5;

/** All lines of the simulator in order of wavelength: atoms whole, molecules without the negligible lines. */
export function makeLineList(): RankedLine[] {
  const [coolest, hottest] = parameterRanges.teff;
  const [lowest, highest] = parameterRanges.logg;
  const abundances = Object.fromEntries(
    elements.map((element) => [element, population[element].mean + STRONG_SIDE * population[element].sigma]),
  );
  const corners = [
    makeAtmosphere({ teff: coolest, logg: lowest, abundances }),
    makeAtmosphere({ teff: hottest, logg: highest, abundances }),
  ];
  const atoms = [...atomicLines(), ...brackettLines()];
  const molecules = [...carbonMonoxideLines(), ...cyanogenLines(), ...hydroxylLines()];
  const rank = (line: SpectralLine): RankedLine => ({
    ...line,
    peak: Math.max(
      ...corners.flatMap((layers) => layers.map((layer) => lineStrength(line, layer) * Math.min(1, layer.depth))),
    ),
  });
  return [...atoms.map(rank), ...molecules.map(rank).filter(({ peak }) => peak > NEGLIGIBLE)].sort(
    (a, b) => a.wavelength - b.wavelength,
  );
}
