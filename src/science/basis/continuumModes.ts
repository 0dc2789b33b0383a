import { FileError } from '../../domain/errors.js';
import type { PixelRange } from '../../domain/wavelengthGrid.js';
import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';

/** How wrong the continuum of a spectrum may be. */
export interface ContinuumError {
  /** Root mean square, a fraction of the flux. */
  readonly rms: number;
  /** Of the polynomial that every chip is off by. */
  readonly order: number;
}

/** A constant, a slope and a curvature for each chip. */
export const defaultContinuumOrder = 2;

/** Modes of one chip: rows of `values`, over the covered pixels from `start` to `end`. */
export interface ModeBlock {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** count x (end - start). */
  readonly values: Float32Array;
}

/**
 * Errors of the continuum that spectra are expected to have: flux times 1 + sum of a_i g_i, with a_i ~ N(0, 1) and g_i the Legendre polynomials of each chip up to an order, scaled so
 * that the expected mean square of the sum is rms² in every chip.
 */
export class ContinuumModes {
  /** Modes altogether. */
  readonly count: number;

  constructor(readonly blocks: readonly ModeBlock[]) {
    this.count = blocks.reduce((sum, { count }) => sum + count, 0);
  }

  /** @param covered pixels that spectra are projected on, ascending */
  static of({ rms, order }: ContinuumError, chips: readonly PixelRange[], covered: Int32Array): ContinuumModes {
    const blocks = chips.flatMap((chip): ModeBlock[] => {
      const inside = [...covered.keys()].filter((p) => covered[p] >= chip.start && covered[p] < chip.end);
      if (inside.length <= order) return [];
      const [start, end, count] = [inside[0], inside[inside.length - 1] + 1, order + 1];
      const values = new Float32Array(count * inside.length);
      for (let p = start; p < end; p++) {
        const x = (2 * (covered[p] - chip.start)) / Math.max(1, chip.end - chip.start - 1) - 1;
        legendre(x, order).forEach((value, l) => {
          values[l * inside.length + p - start] = rms * Math.sqrt((2 * l + 1) / count) * value;
        });
      }
      return [{ start, end, count, values }];
    });
    return new ContinuumModes(blocks);
  }

  /** @throws FileError where a tensor is misshapen */
  static fromTensors(tensors: Tensors, covered: number): ContinuumModes {
    const file = 'model artefact';
    const [blocks = 0] = tensors.continuumBlocks?.shape ?? [];
    const ranges = expectTensor(tensors, 'continuumBlocks', [blocks, 3], file).values;
    let total = 0;
    const described = Array.from({ length: blocks }, (_, i) => {
      const [start, end, count] = ranges.slice(3 * i, 3 * i + 3);
      if (!(start >= 0 && start < end && end <= covered && count >= 1))
        throw new FileError({
          file,
          place: 'spectral basis, tensor continuumBlocks',
          expected: `ranges within ${covered} pixels`,
          found: `${start} to ${end}`,
        });
      total += count * (end - start);
      return { start, end, count };
    });
    const all = Float32Array.from(expectTensor(tensors, 'continuumModes', [total], file).values);
    let at = 0;
    return new ContinuumModes(
      described.map(({ start, end, count }) => {
        const values = all.subarray(at, at + count * (end - start));
        at += values.length;
        return { start, end, count, values };
      }),
    );
  }

  toTensors(): Tensors {
    const { blocks } = this;
    const values = new Float32Array(blocks.reduce((sum, block) => sum + block.values.length, 0));
    let at = 0;
    for (const block of blocks) {
      values.set(block.values, at);
      at += block.values.length;
    }
    return {
      continuumModes: { shape: [values.length], values },
      continuumBlocks: {
        shape: [blocks.length, 3],
        values: Float64Array.from(blocks.flatMap(({ start, end, count }) => [start, end, count])),
      },
    };
  }
}

/** P_0 … P_order at x (Bonnet's recursion). */
function legendre(x: number, order: number): number[] {
  const values = [1, x];
  for (let l = 1; l < order; l++) values.push(((2 * l + 1) * x * values[l] - l * values[l - 1]) / (l + 1));
  return values.slice(0, order + 1);
}
