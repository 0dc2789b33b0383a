import { TrainingError } from '../../domain/errors.js';
import { Random } from '../networks/random.js';
import { ColumnScatter } from './columnScatter.js';
import { measureLeakage } from './leakage.js';
import type { Disentangler, EpochRecord, Samples } from './method.js';
import { allRows, parametersOf, sampleSlices } from './sampleSlices.js';

/** Rows that are learnt from, and rows that only measure; in random order, so that any first part is a fair sample. */
export interface Split {
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/** Share of the rows that is held out, and the fewest and the most of them that make sense: leakage read on 64 rows is good to .1 in R². */
const share = 0.05;
const fewest = 64;
const most = 5000;

/** Rows that a probe learns from, and is tried on: more would cost time (a quadratic probe in 20 latents has 231 terms) and change little. */
const probed = 2000;

/**
 * Deals the rows, the same way for the same seed.
 * @param needed rows that training cannot do without
 * @throws TrainingError when there are too few rows, a value is not finite, a column has no noise, or a parameter is constant
 */
export async function splitSamples(samples: Samples, seed: number, needed: number): Promise<Split> {
  const { rows } = samples;
  if (rows < needed + fewest)
    throw new TrainingError(
      `training: expected at least ${needed + fewest} spectra (${needed} to learn from, ${fewest} held out), found ${rows}`,
      'add spectra, or take a smaller batch',
    );
  await checkValues(samples);
  const order = dealtRows(rows, seed);
  const held = Math.min(rows - needed, heldOutRows(rows));
  return { heldOut: order.slice(0, held), training: order.slice(held) };
}

/** All rows in the order in which they are dealt: first those that are held out, then those that are learnt from. Any first part is a fair sample. */
export function dealtRows(rows: number, seed: number): Int32Array {
  return new Random(seed, 0x5917).permutation(rows);
}

/** How many of so many rows are held out; fewer where a method needs more to learn from. */
export function heldOutRows(rows: number): number {
  return Math.min(most, Math.max(fewest, Math.round(share * rows)));
}

/**
 * How well the held-out rows come back, and what their latents still tell of u.
 * @returns `reconstruction`: mean of ((x - decoded) / noise)² over rows and columns, in units of each row's own noise, about 1 where only noise is left; `leakageBits`, and R² by
 * parameter as `leakageR2Teff` and so on (see measureLeakage); `objective`, the least of which is the best model
 */
export async function heldOutFigures(disentangler: Disentangler, samples: Samples, split: Split): Promise<EpochRecord> {
  const { latentSize } = disentangler;
  const latents = new Float32Array(split.heldOut.length * latentSize);
  const scatter = new ColumnScatter(samples.noise);
  let reconstruction = 0;
  for await (const { start, count, x, u, weight } of sampleSlices(samples, split.heldOut)) {
    const z = disentangler.encode(x, u, count);
    latents.set(z, start * latentSize);
    scatter.add(x, weight);
    const decoded = disentangler.decode(z, u, count);
    reconstruction += (count / split.heldOut.length) * meanChiSquare(x, decoded, samples.noise, weight);
  }
  const learning = split.training.subarray(0, probed);
  const leakage = measureLeakage(
    {
      rows: learning.length,
      z: await encodeSamples(disentangler, samples, learning),
      u: parametersOf(samples, learning),
    },
    { rows: split.heldOut.length, z: latents, u: parametersOf(samples, split.heldOut) },
    latentSize,
    samples.parameters.length,
  );
  const r2 = samples.parameters.map((name, index) => [`leakageR2${capitalised(name)}`, leakage.r2[index]]);
  return {
    reconstruction,
    leakageBits: leakage.bits,
    ...Object.fromEntries(r2),
    objective: objectiveOf(reconstruction, scatter.mean(), leakage.bits, samples.parameters.length),
  };
}

/**
 * What is still wrong with a model, of both kinds and without a scale of its own: how far the probe narrows u (the share of its standard deviation that latents
 * take away, geometric mean over the parameters) plus the share of the spectrum that its decoder does not tell (in bits: 0 where only noise is left, 1 where it
 * does no better than the mean spectrum). It has a least value between the weights of disentanglement that are too small to keep u out and those that spoil the
 * spectra. Bits of leakage plus bits of spectrum, the other way to add the two, is ruled by the spectrum, whose bits grow with the number of columns.
 */
function objectiveOf(reconstruction: number, scatter: number, leakageBits: number, parameters: number): number {
  const told = 1 - 2 ** (-leakageBits / parameters);
  // A survey without signal has nothing to be told.
  return told + (scatter > 1 ? Math.log(reconstruction) / Math.log(scatter) : 0);
}

/** @returns z of these rows (all of them when left out), rows x latentSize */
export async function encodeSamples(
  disentangler: Disentangler,
  samples: Samples,
  chosen: Int32Array = allRows(samples),
): Promise<Float32Array> {
  const { latentSize } = disentangler;
  const z = new Float32Array(chosen.length * latentSize);
  for await (const { start, count, x, u } of sampleSlices(samples, chosen))
    z.set(disentangler.encode(x, u, count), start * latentSize);
  return z;
}

async function checkValues(samples: Samples): Promise<void> {
  const { rows, width, u, parameters, noise } = samples;
  for await (const { start, x } of sampleSlices(samples)) {
    const odd = x.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0)
      throw new TrainingError(
        `training: expected finite values, found ${x[odd]} in row ${start + Math.floor(odd / width)}`,
      );
  }
  const silent = noise.findIndex((sigma) => !(sigma > 0 && Number.isFinite(sigma)));
  if (silent >= 0)
    throw new TrainingError(`training: expected a positive noise, found ${noise[silent]} in column ${silent}`);
  parameters.forEach((name, index) => {
    let [lowest, highest] = [Infinity, -Infinity];
    for (let row = 0; row < rows; row++) {
      const value = u[row * parameters.length + index];
      if (!Number.isFinite(value))
        throw new TrainingError(`training: expected a finite ${name}, found ${value} in row ${row}`);
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    if (highest - lowest < 1e-6)
      throw new TrainingError(
        `training: expected ${name} to vary, found ${lowest} (scaled) in all ${rows} spectra`,
        `leave ${name} out of the parameters`,
      );
  });
}

function meanChiSquare(x: Float32Array, decoded: Float32Array, noise: Float32Array, weight: Float32Array): number {
  let sum = 0;
  weight.forEach((own, row) => {
    for (let k = 0, at = row * noise.length; k < noise.length; k++, at++)
      sum += own * ((x[at] - decoded[at]) / noise[k]) ** 2;
  });
  return sum / x.length;
}

function capitalised(name: string): string {
  return name[0].toUpperCase() + name.slice(1);
}
