import { factorise, triangleSize } from '../../linearAlgebra/triangle.js';
import { Random } from '../../networks/random.js';
import { elements, population } from '../../simulator/population.js';

/** Tells these streams of random numbers from others of the same seed. */
const DEAL = 0xdea1;
const NOISE = 0xb0a2d;

/** What the simulator's photons say of abundances, star by star, for a reader without fault: linear and Gaussian, Teff and log g known. */
export interface IdealObservation {
  /** Elements that are compared: all, or all but Fe where [Fe/H] is known as well. */
  readonly size: number;
  /** Stars by class: all stars of a class have the same information. */
  readonly classOf: Int32Array;
  /** classes x size (size + 1) / 2: L, in units of the population's standard deviations. */
  readonly information: Float64Array;
  /** rows x size: e = L v + noise of covariance L. */
  readonly vector: Float64Array;
}

export interface IdealRequest {
  /** stars x 171, see `fisherInformation`. */
  readonly fisher: Float64Array;
  /** rows x 18, dex, in the order of `elements`. */
  readonly abundances: Float64Array;
  /** Signal to noise per pixel of every row; the number of different ones times the number of matrices is the number of classes. */
  readonly snr: Float64Array;
  /** Whether the data have noise; without, the photons still claim that of their SNR. */
  readonly noisy: boolean;
  /** Whether [Fe/H] is known, and never used to match. */
  readonly fehKnown: boolean;
  readonly seed: number;
}

/** Matrices of `fisher` are dealt to the rows at random: each star's own would be 36 syntheses a star. */
export function observeIdeally(request: IdealRequest): IdealObservation {
  const { fisher, abundances, snr, noisy, fehKnown, seed } = request;
  const all = elements.length;
  const skip = fehKnown ? 1 : 0; // Fe is the first
  const size = all - skip;
  const matrices = fisher.length / triangleSize(all);
  const levels = [...new Set(snr)];
  const rows = snr.length;
  const deal = new Random(seed, DEAL);
  const classOf = Int32Array.from(snr, (value) => levels.indexOf(value) * matrices + deal.integer(matrices));
  const packed = triangleSize(size);
  const information = new Float64Array(levels.length * matrices * packed);
  for (let c = 0; c < levels.length * matrices; c++)
    information.set(
      scaled(fisher, (c % matrices) * triangleSize(all), skip, size, levels[Math.floor(c / matrices)]),
      c * packed,
    );
  const vector = new Float64Array(rows * size);
  const noise = new Random(seed, NOISE);
  const factors = new Map<number, Float64Array>();
  const deviate = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const at = classOf[row] * packed;
    const own = information.subarray(at, at + packed);
    const e = vector.subarray(row * size, (row + 1) * size);
    for (let i = 0; i < size; i++) {
      const { mean, sigma } = population[elements[i + skip]];
      deviate[i] = (abundances[row * all + i + skip] - mean) / sigma;
    }
    addProduct(own, deviate, e, size);
    if (noisy) addNoise(factorOf(factors, classOf[row], own, size), noise, e, size);
  }
  return { size, classOf, information, vector };
}

function scaled(fisher: Float64Array, at: number, skip: number, size: number, snr: number): Float64Array {
  const part = new Float64Array(triangleSize(size));
  for (let i = 0, k = 0; i < size; i++)
    for (let j = 0; j <= i; j++, k++) part[k] = snr ** 2 * fisher[at + triangleSize(i + skip) + j + skip];
  return part;
}

/** e += L v. */
function addProduct(packed: Float64Array, v: Float64Array, e: Float64Array, n: number): void {
  for (let i = 0, k = 0; i < n; i++)
    for (let j = 0; j <= i; j++, k++) {
      e[i] += packed[k] * v[j];
      if (i !== j) e[j] += packed[k] * v[i];
    }
}

/** e += K ε with K Kᵀ = L. */
function addNoise(factor: Float64Array, random: Random, e: Float64Array, n: number): void {
  const deviates = Float64Array.from({ length: n }, () => random.normal());
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j <= i; j++, k++) e[i] += factor[k] * deviates[j];
}

function factorOf(known: Map<number, Float64Array>, key: number, matrix: Float64Array, n: number): Float64Array {
  const found = known.get(key);
  if (found) return found;
  const factor = matrix.slice();
  factorise(factor, n);
  known.set(key, factor);
  return factor;
}
