import type { Tensors } from '../../../../src/science/artefact/tensors.js';
import type { Samples } from '../../../../src/science/models/method.js';
import type { Network } from '../../../../src/science/networks/network.js';

/** The formulas of tests/fixtures/paper-reference/formulas.py, bit for bit. */

/** `count` numbers in [-1, 1): the finaliser of MurmurHash3 over a counter. */
export function uniform(stream: number, count: number, first = 0): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let h = (Math.imul(first + i, 2654435761) + stream) >>> 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = (h >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

/** Weights and biases of networks, in the order in which they are given; each tensor has a stream of its own. */
export function weightsOf(networks: readonly Network[]): Tensors {
  const tensors: Record<string, { shape: readonly number[]; values: Float32Array }> = {};
  let stream = 1000;
  for (const network of networks)
    for (const [name, shape] of Object.entries(network.shapes)) {
      const scale = shape.length === 2 ? Math.sqrt(3 / shape[0]) : 0.1;
      const count = shape.reduce((product, size) => product * size, 1);
      tensors[name] = { shape, values: Float32Array.from(uniform(stream, count), (value) => scale * value) };
      stream++;
    }
  return tensors;
}

/** The spectra of all steps, made as they are gathered. */
export function spectraOf(rows: number, width: number): Samples {
  const row = (index: number) => Float32Array.from(uniform(1, width, index * width));
  return {
    rows,
    width,
    parameters: ['teff', 'logg'],
    noise: new Float32Array(width).fill(1),
    weight: new Float32Array(rows).fill(1),
    u: Float32Array.from(uniform(2, rows * 2)),
    gather: async (rows, into = new Float32Array(rows.length * width)) => {
      rows.forEach((index, i) => {
        into.set(row(index), i * width);
      });
      return into;
    },
  };
}
