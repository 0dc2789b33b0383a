import type { Samples } from './method.js';

/** Rows in memory at a time: 8 MB of 7,728 pixels. */
const SLICE = 256;

/** Some of the samples in their order, a slice in memory at a time. */
export interface SampleSlice {
  /** Where the slice begins among the rows that were asked for, and how many rows it has. */
  readonly start: number;
  readonly count: number;
  /** count x width; overwritten by the next slice. */
  readonly x: Float32Array;
  /** count x parameters. */
  readonly u: Float32Array;
  readonly weight: Float32Array;
}

/** @param chosen rows by number; all of them when left out */
export async function* sampleSlices(
  samples: Samples,
  chosen: Int32Array = allRows(samples),
): AsyncGenerator<SampleSlice> {
  const { width } = samples;
  const buffer = new Float32Array(Math.min(SLICE, chosen.length) * width);
  for (let start = 0; start < chosen.length; start += SLICE) {
    const rows = chosen.subarray(start, start + SLICE);
    const x = await samples.gather(rows, buffer.subarray(0, rows.length * width));
    const weight = Float32Array.from(rows, (row) => samples.weight[row]);
    yield { start, count: rows.length, x, u: parametersOf(samples, rows), weight };
  }
}

/** @returns u of these rows, rows x parameters */
export function parametersOf({ u, parameters }: Samples, rows: Int32Array): Float32Array {
  const n = parameters.length;
  const picked = new Float32Array(rows.length * n);
  rows.forEach((row, i) => {
    picked.set(u.subarray(row * n, (row + 1) * n), i * n);
  });
  return picked;
}

export function allRows({ rows }: Samples): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}
