import { TrainingError } from '../../domain/errors.js';
import { usable } from '../../domain/spectrum.js';
import type { RowSource } from './rowSource.js';

/** What one pass over the training spectra tells of their pixels and of their noise. */
export interface TrainingStatistics {
  /** Pixels that the basis covers: good in enough of the spectra. */
  readonly covered: Int32Array;
  /** Mean spectrum over the covered pixels, weighted by inverse variance. */
  readonly mean: Float32Array;
  /** Per covered pixel, the mean over spectra of its inverse variance in units of the spectrum's own level. */
  readonly shape: Float32Array;
  /** Per spectrum, the mean inverse variance of its good pixels; 0 where it has none. */
  readonly level: Float32Array;
  /** Mean of the levels over the spectra that have a good pixel, and how many those are. */
  readonly meanLevel: number;
  readonly spectra: number;
  /** Their geometric mean: the level of a typical spectrum. */
  readonly typicalLevel: number;
}

/**
 * @param coverage fraction of the spectra in which a pixel must be good to be covered
 * @throws TrainingError when no pixel is, or fewer than three spectra have a good one
 */
export async function gatherStatistics(
  source: RowSource,
  block: number,
  coverage: number,
  advance: (rows: number) => void,
): Promise<TrainingStatistics> {
  const { rows, pixels } = source;
  const sums = { weight: new Float64Array(pixels), flux: new Float64Array(pixels), shape: new Float64Array(pixels) };
  const good = new Int32Array(pixels);
  const level = new Float32Array(rows);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    const { flux, ivar } = await source.read(start, count);
    for (let row = 0; row < count; row++) {
      const own = meanIvar(flux, ivar, row * pixels, pixels);
      level[start + row] = own;
      for (let p = 0, i = row * pixels; p < pixels; p++, i++) {
        if (!usable(flux[i], ivar[i])) continue;
        sums.weight[p] += ivar[i];
        sums.flux[p] += ivar[i] * flux[i];
        sums.shape[p] += ivar[i] / own;
        good[p]++;
      }
    }
    advance(count);
  }
  const levels = level.filter((own) => own > 0);
  const spectra = levels.length;
  if (spectra < 3)
    throw new TrainingError(`spectral basis: expected at least 3 spectra with good pixels, found ${spectra}`);
  const covered = Int32Array.from(good.keys()).filter((p) => good[p] >= coverage * spectra);
  if (covered.length === 0)
    throw new TrainingError(`no pixel is good in ${coverage * 100} % of the ${spectra} training spectra`);
  return {
    covered,
    level,
    meanLevel: levels.reduce((sum, own) => sum + own, 0) / spectra,
    spectra,
    typicalLevel: Math.exp(levels.reduce((sum, own) => sum + Math.log(own), 0) / spectra),
    mean: Float32Array.from(covered, (p) => sums.flux[p] / sums.weight[p]),
    shape: Float32Array.from(covered, (p) => sums.shape[p] / spectra),
  };
}

function meanIvar(flux: Float32Array, ivar: Float32Array, start: number, pixels: number): number {
  let sum = 0;
  let count = 0;
  for (let i = start; i < start + pixels; i++)
    if (usable(flux[i], ivar[i])) {
      sum += ivar[i];
      count++;
    }
  return count > 0 ? sum / count : 0;
}
