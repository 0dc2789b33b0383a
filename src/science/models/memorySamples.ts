import type { Samples } from './method.js';

/** Samples whose x (rows x width) is in memory: coefficients of the spectral basis, 32 MB for 50,000 spectra. */
export function samplesInMemory(x: Float32Array, rest: Omit<Samples, 'gather'>): Samples {
  const { width } = rest;
  return {
    ...rest,
    gather: async (rows, into = new Float32Array(rows.length * width)) => {
      rows.forEach((row, i) => {
        into.set(x.subarray(row * width, (row + 1) * width), i * width);
      });
      return into;
    },
  };
}
