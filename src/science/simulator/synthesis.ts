import { type AtmosphereParameters, CONTINUUM_WAVELENGTH, LAYERS, type Layer, makeAtmosphere } from './atmosphere.js';
import { makeLineList, type RankedLine } from './lineList.js';
import { dampingWing, gaussianCore } from './lineProfile.js';
import { fineGrid, record } from './lineSpectrograph.js';
import { dampingFactor, dopplerWidth, layerFactor, lineFactor, perturbers } from './lineStrength.js';
import { BOLTZMANN_EV } from './physicalConstants.js';

/** A profile is cut where the line adds less than these fractions of the continuum opacity, and never beyond `REACH` points. */
const FAINT_CORE = 5e-4;
const FAINT_WING = 2e-3;
const TYPICAL_DAMPING = 0.05;
const REACH = 400;
/** Cosine of the one ray whose intensity stands for the flux (Eddington & Barbier). */
const COSINE = 2 / 3;
/** Above this the profile to first order in a would turn negative; only the deepest, unseen layers come near it. */
const LARGEST_DAMPING = 0.4;
/** Beyond this optical depth nothing is seen. */
const OPAQUE = 25;

/**
 * Noiseless, continuum-normalised flux of a red giant on `apogeeGrid`; 1 in the pixels outside its chips.
 * It is not for science: a grey atmosphere, H- as the only continuum, local equilibrium and a selected line list. It behaves like spectra
 * where methods of chemical tagging are concerned: blends, saturation, excitation, ionisation and molecules that depend on all parameters.
 */
export function synthesise(parameters: AtmosphereParameters): Float32Array {
  const layers = makeAtmosphere(parameters);
  opacities.fill(0);
  addLines(layers);
  return record(emergentFlux(layers));
}

/** The lines that `synthesise` knows, in order of wavelength. */
export function simulatedLines(): readonly RankedLine[] {
  return forest().lines;
}

/** Lines with their tabulated profiles: what does not depend on the star. */
interface LineForest {
  readonly lines: readonly RankedLine[];
  readonly absorbers: readonly string[];
  readonly absorber: Uint8Array;
  readonly factor: Float64Array;
  /** 0 for lines without wings. */
  readonly damping: Float64Array;
  /** First fine point of each line's profile, and where the profile starts in `core` and `wing` (one entry more than lines). */
  readonly first: Int32Array;
  readonly offset: Int32Array;
  readonly core: Float32Array;
  readonly wing: Float32Array;
}

/** Line over continuum opacity, point by point, layer by layer; reused from star to star. */
const opacities = new Float32Array(fineGrid.points * LAYERS);
let made: LineForest | undefined;

/** Made at first use: 0.3 s. */
function forest(): LineForest {
  made ??= makeForest();
  return made;
}

function makeForest(): LineForest {
  const lines = makeLineList();
  const absorbers = [...new Set(lines.map(({ absorber }) => absorber))];
  const first = new Int32Array(lines.length);
  const offset = new Int32Array(lines.length + 1);
  const core: number[] = [];
  const wing: number[] = [];
  lines.forEach((line, i) => {
    const position = fineGrid.position(line.wavelength);
    const width = dopplerWidth(line.absorber) / fineGrid.step;
    const reach = profileReach(line, width);
    first[i] = Math.max(0, Math.ceil(position - reach));
    const last = Math.min(fineGrid.points - 1, Math.floor(position + reach));
    for (let point = first[i]; point <= last; point++) {
      const v = (point - position) / width;
      core.push(gaussianCore(v));
      wing.push(dampingWing(v));
    }
    offset[i + 1] = core.length;
  });
  return {
    lines,
    absorbers,
    absorber: Uint8Array.from(lines, ({ absorber }) => absorbers.indexOf(absorber)),
    factor: Float64Array.from(lines, lineFactor),
    damping: Float64Array.from(lines, dampingFactor),
    first,
    offset,
    core: Float32Array.from(core),
    wing: Float32Array.from(wing),
  };
}

/** Half-width of the tabulated profile in points: the Gaussian core, and the Lorentz wings of a typical damping where there are any. */
function profileReach(line: RankedLine, width: number): number {
  const gaussian = Math.max(2, Math.sqrt(Math.log(Math.max(line.peak / FAINT_CORE, 1))));
  const lorentz =
    line.vanDerWaals === null ? 0 : Math.sqrt((line.peak * TYPICAL_DAMPING) / (FAINT_WING * Math.sqrt(Math.PI)));
  return Math.min(REACH, Math.max(gaussian, lorentz) * width);
}

function addLines(layers: readonly Layer[]): void {
  const { lines, absorbers, absorber, factor, damping, first, offset, core, wing } = forest();
  const densities = absorbers.map((name) => Float64Array.from(layers, (layer) => layerFactor(name, layer)));
  const broadening = absorbers.map((name) => Float64Array.from(layers, (layer) => perturbers(name, layer)));
  const inverseKT = Float64Array.from(layers, ({ temperature }) => -1 / (BOLTZMANN_EV * temperature));
  const strength = new Float64Array(LAYERS);
  const damped = new Float64Array(LAYERS);
  for (let i = 0; i < lines.length; i++) {
    const factors = densities[absorber[i]];
    const widths = broadening[absorber[i]];
    const { excitation } = lines[i];
    for (let k = 0; k < LAYERS; k++) {
      strength[k] = factor[i] * factors[k] * Math.exp(excitation * inverseKT[k]);
      damped[k] = strength[k] * Math.min(LARGEST_DAMPING, damping[i] * widths[k]);
    }
    if (damping[i] > 0) addDamped(strength, damped, core, wing, offset[i], offset[i + 1], first[i] * LAYERS);
    else addGaussian(strength, core, offset[i], offset[i + 1], first[i] * LAYERS);
  }
}

function addGaussian(strength: Float64Array, core: Float32Array, start: number, end: number, to: number): void {
  let at = to;
  for (let j = start; j < end; j++) {
    const value = core[j];
    for (let k = 0; k < LAYERS; k++) opacities[at++] += strength[k] * value;
  }
}

function addDamped(
  strength: Float64Array,
  damped: Float64Array,
  core: Float32Array,
  wing: Float32Array,
  start: number,
  end: number,
  to: number,
): void {
  let at = to;
  for (let j = start; j < end; j++) {
    const centre = core[j];
    const side = wing[j];
    for (let k = 0; k < LAYERS; k++) opacities[at++] += strength[k] * centre + damped[k] * side;
  }
}

/** Formal solution along one ray at every fine point, over the same for the continuum alone. */
function emergentFlux(layers: readonly Layer[]): Float64Array {
  const source = Float64Array.from(
    layers,
    ({ temperature }) => 1 / Math.expm1(14388 / (CONTINUUM_WAVELENGTH * temperature)),
  );
  const thickness = Float64Array.from(layers, ({ depth }, k) => (depth - (k === 0 ? 0 : layers[k - 1].depth)) / COSINE);
  const continuum = intensity(new Float32Array(LAYERS), 0, source, thickness);
  const flux = new Float64Array(fineGrid.points);
  for (let point = 0; point < flux.length; point++) {
    flux[point] = intensity(opacities, point * LAYERS, source, thickness) / continuum;
  }
  return flux;
}

function intensity(eta: Float32Array, from: number, source: Float64Array, thickness: Float64Array): number {
  let above = eta[from];
  let depth = (1 + above) * thickness[0];
  let seen = Math.exp(-depth);
  let sum = source[0] * (1 - seen);
  for (let k = 1; k < LAYERS; k++) {
    const here = eta[from + k];
    depth += (1 + 0.5 * (above + here)) * thickness[k];
    const next = depth > OPAQUE ? 0 : Math.exp(-depth);
    sum += 0.5 * (source[k - 1] + source[k]) * (seen - next);
    if (next === 0) return sum;
    seen = next;
    above = here;
  }
  return sum + source[LAYERS - 1] * seen;
}
