import { type Kernel, makeKernel } from './kernel.js';
import { goodPixels, makeSamples, type Samples, stretches } from './samples.js';

/** Pixels wider than this part of a resolution element cannot be interpolated between: the step is a gap. */
const COARSEST = 1 / 1.5;
/** An output pixel with more than this part of its kernel's weight on flagged or missing pixels is flagged. */
const MOST_MADE = 0.1;
/** Beyond this many sigma of the line spread two pixels of one line have nothing in common. */
const LINE_REACH = 6;
/** Kernels are made for widths this fraction apart. */
const KERNEL_STEP = 0.01;
const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/** A sampled spectrum; flux and error in one unit. */
export interface Sampled {
  /** Å in vacuum and at rest, strictly increasing. */
  readonly wavelength: Float64Array;
  /** Not finite: flagged. */
  readonly flux: Float64Array;
  /** 1-sigma; not finite or not positive: flagged. */
  readonly error: Float64Array;
}

/** Resolving powers λ / FWHM of Gaussian line spreads: what the spectrum has, and what it is to have. */
export interface Resolution {
  readonly from: number;
  readonly to: number;
}

/** On the new wavelengths; ivar 0 where flagged, and then the flux is 0. */
export interface Resampled {
  readonly flux: Float64Array;
  readonly ivar: Float64Array;
}

/** What a resampled pixel is: a mean of good pixels of the original, from index `first`. */
interface Row {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * A spectrum on other wavelengths and at a lower (or the same) resolution: each new pixel is a mean of the old ones with the weights of `makeKernel`,
 * the kernel being as wide as the coarser of the two samplings.
 *
 * Neighbouring pixels share noise then, while what comes after knows of a variance per pixel alone. Theirs is the noise that a line sees: with Σ the
 * covariance of the new pixels and ρ the autocorrelation of a line of the target's resolution, var_i = Σ_j Σ_ij ρ_ij, which makes the expected
 * information Σ_ij s_i w_i Σ_ij w_j s_j of a spectrum s of such lines what the weights w = 1 / var say. Line strengths fitted to resampled noise have
 * squares of .94 to 1.06 times their stated variance then, with Σ_ii alone 1.9 (from 2 pixels per FWHM), 1.1 to 1.2 (5 and more) and 3.4 (convolved from
 * R = 50,000): photons counted twice. Never below Σ_ii.
 *
 * A new pixel is flagged (ivar 0) where more than a tenth of its kernel lies on flagged pixels, in gaps or beyond the ends. The flux of a flagged
 * pixel is 0, and no bit depends on what a flagged pixel of the original came with.
 */
export function resample(
  { wavelength, flux, error }: Sampled,
  onto: Float64Array,
  { from, to }: Resolution,
): Resampled {
  const position = wavelength.map(Math.log);
  const target = onto.map(Math.log);
  const good = goodPixels(flux, error);
  const blur = Math.sqrt(Math.max(0, to ** -2 - from ** -2)) / FWHM;
  const line = 1 / (to * FWHM);
  const rows = new Array<Row | null>(onto.length).fill(null);
  const weigh = new Weigher(target, blur);
  for (const stretch of stretches(position, COARSEST / to)) {
    const samples = makeSamples(position, good, stretch, weigh.margin(COARSEST / to));
    if (!samples) continue;
    const [begin, end] = [position[stretch.start], position[stretch.end - 1]];
    for (let i = firstAtLeast(target, begin); i < target.length && target[i] <= end; i++)
      rows[i] = weigh.row(samples, i);
  }
  const variance = error.map((sigma) => sigma * sigma);
  const result = { flux: new Float64Array(onto.length), ivar: new Float64Array(onto.length) };
  rows.forEach((row, i) => {
    if (!row) return;
    result.flux[i] = row.weights.reduce((sum, w, k) => (w === 0 ? sum : sum + w * flux[row.first + k]), 0);
    result.ivar[i] = 1 / noiseOfLine(rows, i, target, variance, line);
  });
  return result;
}

/** Makes the rows of the resampling matrix. */
class Weigher {
  private readonly kernels = new Map<number, Kernel>();

  /** @param blur sigma of the Gaussian to convolve with, in ln wavelength */
  constructor(
    private readonly target: Float64Array,
    private readonly blur: number,
  ) {}

  /** Farther than this, in ln wavelength, no kernel reaches when neither sampling has wider pixels than `coarsest`. */
  margin(coarsest: number): number {
    const widest = this.target.reduce((most, _, i) => Math.max(most, this.pixelWidth(i)), 0);
    const scale = Math.max(coarsest, Math.min(widest, 4 * coarsest));
    return makeKernel(0).reach * scale + 5 * this.blur;
  }

  /** The new pixel i from the samples of the stretch that it lies in; null where it is flagged. */
  row(samples: Samples, i: number): Row | null {
    const { position, width, made, left, right, share } = samples;
    const centre = this.target[i];
    const nearest = Math.min(firstAtLeast(position, centre), position.length - 1);
    const scale = Math.max(this.pixelWidth(i), width[nearest]);
    const kernel = this.kernel(this.blur / scale);
    const from = firstAtLeast(position, centre - kernel.reach * scale);
    const until = firstAtLeast(position, centre + kernel.reach * scale);
    if (from >= until) return null;
    const first = left[from];
    const weights = new Float64Array(right[until - 1] - first + 1);
    let [sum, size, madeSize] = [0, 0, 0];
    for (let n = from; n < until; n++) {
      const weight = kernel.weight((position[n] - centre) / scale) * width[n];
      sum += weight;
      size += Math.abs(weight);
      if (made[n]) madeSize += Math.abs(weight);
      weights[left[n] - first] += (1 - share[n]) * weight;
      weights[right[n] - first] += share[n] * weight;
    }
    if (!(sum > 0) || madeSize > MOST_MADE * size) return null;
    for (let k = 0; k < weights.length; k++) weights[k] /= sum;
    return { first, weights };
  }

  private pixelWidth(i: number): number {
    const last = this.target.length - 1;
    const [before, after] = [
      i > 0 ? this.target[i] - this.target[i - 1] : Infinity,
      i < last ? this.target[i + 1] - this.target[i] : Infinity,
    ];
    return Math.min(before, after);
  }

  private kernel(sigma: number): Kernel {
    const key = sigma > 0 ? Math.round(Math.log(sigma) / KERNEL_STEP) : -Infinity;
    const known = this.kernels.get(key);
    if (known) return known;
    const made = makeKernel(sigma > 0 ? Math.exp(key * KERNEL_STEP) : 0);
    this.kernels.set(key, made);
    return made;
  }
}

/** Σ_j Σ_ij exp(-(x_i - x_j)² / 4 σ²), at least Σ_ii; σ of the line, x in ln wavelength. */
function noiseOfLine(
  rows: readonly (Row | null)[],
  i: number,
  target: Float64Array,
  variance: Float64Array,
  line: number,
): number {
  const row = rows[i] as Row;
  const own = covariance(row, row, variance);
  let sum = own;
  for (const step of [-1, 1])
    for (let j = i + step; j >= 0 && j < rows.length; j += step) {
      const distance = (target[j] - target[i]) / line;
      if (Math.abs(distance) > LINE_REACH) break;
      const other = rows[j];
      if (other) sum += Math.exp(-0.25 * distance * distance) * covariance(row, other, variance);
    }
  return Math.max(sum, own);
}

function covariance(a: Row, b: Row, variance: Float64Array): number {
  const start = Math.max(a.first, b.first);
  const end = Math.min(a.first + a.weights.length, b.first + b.weights.length);
  let sum = 0;
  for (let k = start; k < end; k++) {
    const both = a.weights[k - a.first] * b.weights[k - b.first];
    if (both !== 0) sum += both * variance[k];
  }
  return sum;
}

/** Index of the first element not below `value`; the length when there is none. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
